package cardview

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// ToCheck as Editor.Then leads to the check after saving: a person came from
// there to change one answer.
const ToCheck = "check"

// Names of what travels with the form of a step beside its fields.
const (
	ShownName    = "shown"    // a field that the form asks; one that is not there stays as stored
	TicketName   = "ticket"   // random text of a form for a new card
	RevisionName = "revision" // of the card as the form was made
	SeenName     = "seen"     // what the fields held as the form was made
	ThenName     = "then"     // ToCheck, or Later
	KeepName     = "keep."    // and a field: "theirs" where the stored value stays
)

// Later as the value of ThenName saves the draft and leaves the form.
const Later = "later"

// Editor is the form of one step; without a card's ID it makes a new card.
type Editor struct {
	Reading
	Card      card.Card
	Step      Step
	Asked     []string   // the fields, in order
	Typed     card.Typed // what the fields hold, also when it was wrong
	Remarks   []card.Remark
	Wrong     fault.Complaints
	Elsewhere fault.Complaints // about answers of other steps
	Ticket    string           // of a form for a new card
	Seen      string           // Seen of what was stored as the form was made
	Then      string
	Found     map[string]Found // by field: what was looked for in long dictionaries
	Required  bool             // fields that may stay empty are left out
	Notes     []Aside          // what to know before answering
}

// Seen tells whether some fields of a card still hold what they held: a form
// clashes only with a change of what it asks.
func Seen(fields []string, stored card.Typed) string {
	h := sha256.New()
	for _, f := range fields {
		fmt.Fprintf(h, "%q=%q\n", f, stored[f])
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// Aside is a notice about a card.
type Aside = ui.Notice

// fresh reports whether the form makes a new card.
func (e Editor) fresh() bool { return e.Card.ID == 0 }

func (e Editor) action() string {
	if e.fresh() {
		return NewURL(e.Group.Slug)
	}
	return e.switched(e.Required)
}

func (e Editor) back() string {
	switch {
	case e.fresh():
		return ListURL
	case e.Then == ToCheck && e.Step != Remarks:
		return URL(e.Card.ID, "/check")
	}
	return URL(e.Card.ID, "")
}

func (e Editor) title(ctx context.Context) string {
	if e.fresh() {
		return i18n.T(ctx, "card.new")
	}
	return i18n.T(ctx, "card.step."+string(e.Step))
}

func (e Editor) crumbs(ctx context.Context) []ui.Link {
	if e.fresh() {
		return crumbs(ctx)
	}
	return cardCrumbs(ctx, e.Card)
}

// hidden is what travels with the form.
func (e Editor) hidden() []ui.Hidden {
	var hs []ui.Hidden
	if e.fresh() {
		hs = append(hs, ui.Hidden{Name: TicketName, Value: e.Ticket})
	} else {
		hs = append(hs, ui.Hidden{Name: RevisionName, Value: strconv.Itoa(e.Card.Revision)}, ui.Hidden{Name: SeenName, Value: e.Seen})
	}
	for _, f := range e.shown() {
		hs = append(hs, ui.Hidden{Name: ShownName, Value: f})
	}
	return hs
}

// shown are the fields that the form asks: with Required those that may stay
// empty are left out, unless there is a complaint or a remark about them.
func (e Editor) shown() []string {
	if !e.Required {
		return e.Asked
	}
	return slices.DeleteFunc(slices.Clone(e.Asked), func(f string) bool {
		_, wrong := e.Wrong.On(f)
		return optional(e.Book.Set, f) && !wrong && e.remark(f) == nil
	})
}

// asks reports whether the form asks one of some fields.
func (e Editor) asks(fields []string) []string {
	shown := e.shown()
	return slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return !slices.Contains(shown, f) })
}

// canHide reports whether some fields may stay empty.
func (e Editor) canHide() bool {
	return e.Step != Remarks && slices.ContainsFunc(e.Asked, func(f string) bool { return optional(e.Book.Set, f) })
}

func (e Editor) remark(field string) *card.Remark {
	for i, r := range e.Remarks {
		if r.Field == field {
			return &e.Remarks[i]
		}
	}
	return nil
}

// field is a question with what was typed; a remark of the operator stands
// before the hint.
func (e Editor) field(ctx context.Context, name string) ui.Field {
	f := ui.Field{
		Name: name, Label: e.Label(ctx, name), Hint: e.hint(ctx, name), Value: e.Typed[name], Lang: valueLang(name),
		Optional: optional(e.Book.Set, name), Wrong: e.Wrong, Mono: mono(name),
	}
	if r := e.remark(name); r != nil {
		f.Hint = strings.TrimSpace(i18n.T(ctx, "card.remark.at_field", "text", RemarkText(ctx, *r)) + " " + f.Hint)
	}
	if name == card.FieldGTIN {
		f.InputMode, f.Autocomplete, f.Width = "numeric", "off", "w20"
	}
	if code, ok := strings.CutPrefix(name, card.AttributePrefix); ok {
		a, _ := e.Book.Set.Find(code)
		shape(&f, a)
	}
	return f
}

// shape fits a field to what is expected.
func shape(f *ui.Field, a attribute.Attribute) {
	switch a.Kind {
	case attribute.Integer:
		f.InputMode, f.Width = "numeric", "w10"
	case attribute.Decimal:
		f.InputMode, f.Width, f.Value = "decimal", "w10", number(f.Value)
	case attribute.Date:
		f.Width, f.Value = "w10", date(f.Value)
	}
	if a.Unit != "" {
		f.Label += ", " + a.Unit
	}
}

func (e Editor) submit(ctx context.Context) string {
	if e.Then == ToCheck {
		return i18n.T(ctx, "card.form.to_check")
	}
	return i18n.T(ctx, "card.form.continue")
}

// stepNames are the steps as people read them.
func stepNames(ctx context.Context) []string {
	return []string{
		i18n.T(ctx, "card.step.identification"), i18n.T(ctx, "card.step.attributes"),
		i18n.T(ctx, "card.step.photos"), i18n.T(ctx, "card.step.check"),
	}
}

// at is the number of a step, from 1; 0 for one that is none of a row.
func (s Step) at() int {
	return slices.Index([]Step{Identification, Attributes, Photos}, s) + 1
}

// RemarkText is a remark in the reader's language.
func RemarkText(ctx context.Context, r card.Remark) string {
	return attribute.Words{Uz: r.Uz, Ru: r.Ru, En: r.En}.In(lang(ctx))
}

// head names the card that is written, once there is one.
func (e Editor) head(ctx context.Context) ui.PageHead {
	h := ui.PageHead{Crumbs: e.crumbs(ctx), Title: e.title(ctx), Lead: e.Group.Name(lang(ctx))}
	if !e.fresh() {
		h.Code = string(e.Card.GTIN)
	}
	return h
}

// bar ends the form: on with writing, or leave the draft for later.
func (e Editor) bar(ctx context.Context) ui.SaveBar {
	b := ui.SaveBar{Submit: e.submit(ctx), Name: ThenName, Value: e.Then, Cancel: ui.Link{Text: i18n.T(ctx, "card.form.cancel"), URL: e.back()}}
	if !e.fresh() && e.Card.Editing == card.Drafted {
		b.Status = i18n.T(ctx, "card.form.saved_at", "at", ui.DateTime(e.Card.ChangedAt))
	}
	if e.Then != ToCheck {
		b.Others = []ui.Button{{Text: i18n.T(ctx, "card.form.later"), Name: ThenName, Value: Later}}
	}
	return b
}

// switched is the same form with or without the fields that may stay empty.
func (e Editor) switched(required bool) string {
	to, value := newURL, ""
	if required {
		value = "1"
	}
	if !e.fresh() {
		to = StepURL(e.Card.ID, e.Step)
		return ui.Query(to, nil, "required", value, ThenName, e.Then)
	}
	return ui.Query(to, []string{"group", e.Group.Slug}, "required", value)
}

// PresetNote says that answers are filled in that nobody typed.
func PresetNote(ctx context.Context) Aside {
	return Aside{Tone: ui.Info, Text: i18n.T(ctx, "card.form.preset")}
}
