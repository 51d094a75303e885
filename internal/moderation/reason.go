package moderation

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Refusals about an entry of the library of reasons.
var (
	ErrNoReason = fault.New(fault.NotFound, "moderation.reason.not_found")
	ErrEdited   = fault.New(fault.Conflict, "moderation.reason.edited") // by somebody else meanwhile
)

// Reason is why cards are returned, in the words that applicants read.
type Reason struct {
	ID      int64
	Field   string // of a card, see Fields, or an attribute's
	Group   int16  // id of the product group it is for; 0 for all
	Uz, Ru  string
	En      string // may be empty: then the Uzbek text is read
	Active  bool
	Version int
}

// In is the text in a language.
func (r Reason) In(lang string) string {
	switch {
	case lang == "ru":
		return r.Ru
	case lang == "en" && r.En != "":
		return r.En
	}
	return r.Uz
}

// fits reports whether moderators may tick it for a card of a group.
func (r Reason) fits(group int16) bool { return r.Active && (r.Group == 0 || r.Group == group) }

// Fields lists what a remark may be about, in the order in which a card says it;
// the whole card comes first. Attributes of a group come besides.
func Fields() []string {
	return []string{
		"", card.FieldGTIN, card.FieldPackaging, card.FieldCategory, card.FieldHS, card.FieldIKPU,
		card.FieldNameUz, card.FieldNameRu, card.FieldNameEn, card.FieldBrand, card.FieldCountry,
		card.FieldManufacturer, card.FieldManufacturerAddress, card.FieldProducer, card.FieldProducerAddress,
		card.FieldClaims, card.FieldClaimsAddress, card.FieldPhotos,
	}
}

// maxReason is the longest text of a reason or remark in characters.
const maxReason = 500

// ReasonDraft is a reason as somebody types it.
type ReasonDraft struct {
	Field   string
	Group   int16
	Uz      string
	Ru      string
	En      string
	Active  bool
	Version int // the one the form was made from; 0 for a new reason
}

// Open makes a reason of what was typed. The field is one of Fields or names an
// attribute, and then the complaint is on "attribute"; groups are those there
// are.
func (d ReasonDraft) Open(groups []int16) (Reason, error) {
	r := Reason{Group: d.Group, Active: d.Active, Version: d.Version, Field: strings.TrimSpace(d.Field)}
	var f fault.Form
	asked := "field"
	if strings.HasPrefix(r.Field, card.AttributePrefix) {
		asked = "attribute"
	}
	f.Check(knownField(r.Field), asked, "moderation.reason.field_unknown")
	f.Check(d.Group == 0 || slices.Contains(groups, d.Group), "group", "moderation.reason.group_unknown")
	words(&f, "", &d.Uz, &d.Ru, &d.En)
	r.Uz, r.Ru, r.En = d.Uz, d.Ru, d.En
	return r, f.Err()
}

// words checks a text in three languages on the fields prefix+"uz", "ru" and
// "en": the two that every card is written in are needed, and what is typed
// with the apostrophes people have becomes Uzbek.
func words(f *fault.Form, prefix string, uz, ru, en *string) {
	for _, w := range []struct {
		lang string
		s    *string
		need bool
	}{{"uz", uz, true}, {"ru", ru, true}, {"en", en, false}} {
		line, err := text.Lines(*w.s, maxReason)
		if w.lang == "uz" {
			line = text.Uzbek(line)
		}
		*w.s = line
		f.Add(prefix+w.lang, err)
		f.Check(line != "" || !w.need, prefix+w.lang, "moderation.words.missing_"+w.lang)
		f.Check(!text.Linked(line), prefix+w.lang, "moderation.words.linked")
	}
}

func knownField(s string) bool {
	if code, ok := strings.CutPrefix(s, card.AttributePrefix); ok {
		return code != "" && utf8.RuneCountInString(code) <= 40 && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
	}
	return slices.Contains(Fields(), s)
}

// Reasons lists the library for the staff who keep it, by field.
func (s *Service) Reasons(ctx context.Context, op actor.Operator) ([]Reason, error) {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return nil, err
	}
	all, err := reasons(ctx, s.DB)
	return inOrder(all), err
}

// Reason gives one entry of the library, or ErrNoReason.
func (s *Service) Reason(ctx context.Context, op actor.Operator, id int64) (Reason, error) {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return Reason{}, err
	}
	return reason(ctx, s.DB, id)
}

// AddReason adds an entry: moderators can tick it from now on.
func (s *Service) AddReason(ctx context.Context, op actor.Operator, d ReasonDraft) error {
	return gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		r, err := open(ctx, tx, d)
		if err != nil {
			return err
		}
		if r.ID, err = insertReason(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "reason.add", Target: reasonTarget(r.ID), Details: r.parts()})
	})
}

// ChangeReason changes an entry; remarks that were made with it keep their
// words. Of two who edit at once the second gets ErrEdited.
func (s *Service) ChangeReason(ctx context.Context, op actor.Operator, id int64, d ReasonDraft) error {
	return gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		before, err := lockReason(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case before.Version != d.Version:
			return ErrEdited
		}
		r, err := open(ctx, tx, d)
		if err != nil {
			return err
		}
		c, was := audit.Changes{}, before.parts()
		for field, now := range r.parts() {
			c.Note(field, was[field], now)
		}
		if len(c) == 0 {
			return nil
		}
		r.ID = id
		if err := updateReason(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "reason.change", Target: reasonTarget(id), Details: c})
	})
}

func open(ctx context.Context, tx pg.Tx, d ReasonDraft) (Reason, error) {
	groups, err := groupIDs(ctx, tx)
	if err != nil {
		return Reason{}, err
	}
	return d.Open(groups)
}

func reasonTarget(id int64) string { return "reason:" + itoa(id) }

// parts are what the audit log says of an entry.
func (r Reason) parts() map[string]string {
	active := "no"
	if r.Active {
		active = "yes"
	}
	return map[string]string{"field": r.Field, "group": itoa(int64(r.Group)), "uz": r.Uz, "ru": r.Ru, "en": r.En, "active": active}
}
