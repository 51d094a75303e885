package cardview

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Record is the page of one card.
type Record struct {
	card.Record
	Owner   gs1prefix.Check // whose the GTIN is
	Editor  Editor          // of the fields that the operator wants changed
	History History
}

func (r Record) reading() Reading { return Reading{Group: r.Group, Book: r.Book} }

func (r Record) answers() Answers {
	return Answers{Reading: r.reading(), Card: r.Card, Typed: r.Version.Content.Typed(), Missing: r.shownMissing()}
}

// shownMissing: what a card lacks matters while it is written.
func (r Record) shownMissing() fault.Complaints {
	if r.Editing == card.Settled || r.Editing == card.Moderation {
		return nil
	}
	return r.Missing
}

// complete reports whether what is written could be sent.
func (r Record) complete() bool { return len(r.Missing) == 0 && !r.unregistered() }

// unregistered: a number of Uzbekistan that is not the organization's may be
// written about, but not sent.
func (r Record) unregistered() bool { return stops(r.Owner.Answer) }

func stops(a gs1prefix.Answer) bool {
	return a == gs1prefix.Nobody || a == gs1prefix.Others || a == gs1prefix.Stopped
}

// actions are what is most likely to be done next; the rest stands below.
func (r Record) actions(ctx context.Context) []ui.Action {
	var as []ui.Action
	if r.Editing == card.Returned && !r.touched() && r.Can(card.Edit) && len(r.Editor.Asked) == 0 {
		as = append(as, ui.Action{Text: i18n.T(ctx, "card.act.correct"), URL: r.correctURL(), Look: ui.Go})
	}
	if r.writing() && r.Can(card.Edit) && !r.complete() {
		as = append(as, ui.Action{Text: i18n.T(ctx, "card.act.continue"), URL: r.continueURL(), Look: ui.Go})
	}
	if r.writing() && r.Can(card.Edit) && r.complete() && r.touched() {
		as = append(as, ui.Action{Text: i18n.T(ctx, "card.act.check"), URL: URL(r.ID, "/check"), Look: ui.Go})
	}
	if !r.writing() && r.Can(card.Edit) {
		as = append(as, ui.Action{Text: i18n.T(ctx, "card.act.edit"), URL: StepURL(r.ID, Identification)})
	}
	if r.Can(card.Copy) {
		as = append(as, ui.Action{Text: i18n.T(ctx, "card.act.copy"), URL: URL(r.ID, "/copy")})
	}
	return as
}

// correctURL is where a card is corrected whose remarks name none of the fields
// that are asked below them: photos, or the card as a whole.
func (r Record) correctURL() string {
	for _, m := range r.Remarks() {
		if m.Field == card.FieldPhotos {
			return FieldURL(r.ID, m.Field)
		}
	}
	return StepURL(r.ID, Attributes)
}

// touched reports whether a returned card has been corrected since.
func (r Record) touched() bool { return r.Version.Status == card.Draft }

// writing reports whether the newest version is not finished.
func (r Record) writing() bool { return r.Editing == card.Drafted || r.Editing == card.Returned }

// continueURL is the step of the first thing that is missing.
func (r Record) continueURL() string {
	if len(r.Missing) == 0 {
		return URL(r.ID, "/check")
	}
	return StepURL(r.ID, StepOf(r.Missing[0].Field))
}

// others are the acts that are done seldom.
func (r Record) others(ctx context.Context) []ui.Action {
	var as []ui.Action
	add := func(act card.Act, key, path string, post bool) {
		if r.Can(act) {
			as = append(as, ui.Action{Text: i18n.T(ctx, key), URL: URL(r.ID, path), Post: post})
		}
	}
	add(card.Plan, "card.act.plan", "/plan", false)
	add(card.Block, "card.act.block", "/block", false)
	add(card.Unblock, "card.act.unblock", "/unblock", true)
	add(card.Discard, r.discardKey(), "/discard", false)
	add(card.Archive, "card.act.archive", "/archive", false)
	add(card.Restore, "card.act.restore", "/restore", true)
	return as
}

// discardKey: beside a version in force only the changes are given up.
func (r Record) discardKey() string {
	if r.Card.Live > 0 {
		return "card.act.discard_changes"
	}
	return "card.act.discard"
}

// tags say where the card stands and what happens to it.
func (r Record) tags(ctx context.Context) []templ.Component {
	var ts []templ.Component
	if r.Standing != card.New {
		ts = append(ts, ui.Tag(StandingTag(ctx, r.Standing)))
	}
	if r.Editing != card.Settled {
		ts = append(ts, ui.Tag(EditingTag(ctx, r.Editing)))
	}
	if r.Archived {
		ts = append(ts, ui.Tag(ui.Dark, i18n.T(ctx, "card.archived")))
	}
	return ts
}

// notes say what one has to know about where the card stands.
func (r Record) notes(ctx context.Context) []ui.Notice {
	var ns []ui.Notice
	if r.Editing == card.Moderation {
		n := ui.Notice{
			Tone: ui.Info, Title: i18n.T(ctx, "card.waiting.title", "date", ui.DateTime(r.Version.Deadline)),
			Text: i18n.T(ctx, "card.waiting.text", "name", r.Version.SentBy, "at", ui.DateTime(r.Version.SentAt)),
		}
		if r.Can(card.TakeBack) {
			n.Action = &ui.Action{Text: i18n.T(ctx, "card.act.take_back"), URL: URL(r.ID, "/take-back"), Post: true}
		}
		ns = append(ns, n)
	}
	if r.PlannedOn != "" && r.Standing != card.Published && !r.Archived {
		ns = append(ns, ui.Notice{
			Tone: ui.Warn, Title: i18n.T(ctx, "card.planned.title", "date", dotted(r.PlannedOn)), Text: i18n.T(ctx, "card.planned.text"),
		})
	}
	if r.Live != nil && r.Live.Number != r.Newest {
		ns = append(ns, ui.Notice{
			Tone: ui.Info, Title: i18n.T(ctx, "card.beside.title", "n", r.Live.Number), Text: i18n.T(ctx, "card.beside.text"),
			Action: &ui.Action{Text: i18n.T(ctx, "card.act.compare"), URL: CompareURL(r.ID, r.Newest, r.Live.Number)},
		})
	}
	if r.Standing == card.Blocked {
		ns = append(ns, ui.Notice{Tone: ui.Warn, Title: i18n.T(ctx, "card.blocked.title"), Text: i18n.T(ctx, "card.blocked.text")})
	}
	if n, ok := OwnerNote(ctx, r.Owner); ok && r.writing() {
		ns = append(ns, n)
	}
	return ns
}

// OwnerNote says of a number that is not the organization's what follows, and
// leads to where one asks for it; ok is false for one that may be sent.
func OwnerNote(ctx context.Context, c gs1prefix.Check) (n ui.Notice, ok bool) {
	if !stops(c.Answer) {
		return n, false
	}
	n = ui.Notice{Tone: ui.Warn, Title: i18n.T(ctx, "card.owner."+string(c.Answer), "gtin", string(c.GTIN)), Text: i18n.T(ctx, "card.owner.text")}
	if c.Answer == gs1prefix.Nobody {
		n.Action = &ui.Action{Text: i18n.T(ctx, "card.owner.ask"), URL: ui.Query(askURL, nil, "kind", "gs1_gtin", "number", string(c.GTIN))}
	}
	return n, true
}

// VersionURL is the address of a version; CompareURL puts another beside it.
func VersionURL(id int64, n int) string { return URL(id, "/versions/"+strconv.Itoa(n)) }

// CompareURL is the page of version n beside an earlier one.
func CompareURL(id int64, n, with int) string {
	return VersionURL(id, n) + "?with=" + strconv.Itoa(with)
}

// remarkURL leads to the field of a remark: in the form below it, or in its step.
func (r Record) remarkURL(field string) string {
	if slices.Contains(r.Editor.Asked, field) {
		return "#" + field
	}
	return FieldURL(r.ID, field)
}

func (r Record) remarkLabel(ctx context.Context, field string) string {
	if field == card.FieldPhotos {
		return i18n.T(ctx, "card.photos")
	}
	return Reading{Group: r.Group, Book: r.Now}.Label(ctx, field)
}
