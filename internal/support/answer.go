package support

import (
	"context"
	"strings"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Refusals about an entry of the library of answers.
var (
	ErrNoReady = fault.New(fault.NotFound, "support.ready.not_found")
	ErrEdited  = fault.New(fault.Conflict, "support.ready.edited") // by somebody else meanwhile
)

// Ready is an answer that staff give again and again, in three languages. Names
// in braces stand in it for what each request fills in, see Blanks.
type Ready struct {
	ID         int64
	Kind       Kind   // empty for all
	Name       string // as staff find it
	Uz, Ru, En string
	Active     bool
	Version    int
}

// Blanks are the names that may stand in braces.
func Blanks() []string { return []string{"number", "name", "organization", "subject", "staff"} }

// In is the text in a language.
func (r Ready) In(lang string) string {
	switch lang {
	case "ru":
		return r.Ru
	case "en":
		return r.En
	}
	return r.Uz
}

// Fits reports whether the answer is offered for requests of a kind.
func (r Ready) Fits(k Kind) bool { return r.Active && (r.Kind == "" || r.Kind == k) }

// Fill puts what a request says into an answer, in a language. What people wrote
// is put in as it is: braces in it stay braces.
func (r Ready) Fill(i Item, staff, lang string) string {
	subject := i.About.Name
	if subject == "" {
		subject = i.Title
	}
	return strings.NewReplacer(
		"{number}", i.Number(), "{name}", i.By, "{organization}", i.Org.Name(lang), "{subject}", subject, "{staff}", staff,
	).Replace(r.In(lang))
}

// ReadyDraft is an answer of the library as somebody types it.
type ReadyDraft struct {
	Kind, Name, Uz, Ru, En string
	Active                 bool
	Version                int // of the one the form was made from; 0 for a new one
}

// Draft is the answer as a form shows it.
func (r Ready) Draft() ReadyDraft {
	return ReadyDraft{Kind: string(r.Kind), Name: r.Name, Uz: r.Uz, Ru: r.Ru, En: r.En, Active: r.Active, Version: r.Version}
}

const maxReadyName = 80 // characters

// Open reads a draft, or complains about every field at once.
func (d ReadyDraft) Open() (Ready, error) {
	var wrong fault.Form
	kind, known := ParseKind(d.Kind)
	wrong.Check(known || d.Kind == "", "kind", "support.ready.kind_unknown")
	name, err := text.Line(d.Name, maxReadyName)
	wrong.Add("name", err)
	wrong.Check(err != nil || name != "", "name", "support.ready.name_missing")
	body := func(field, typed string) string {
		s, err := text.Lines(typed, maxBody)
		wrong.Add(field, err)
		wrong.Check(err != nil || s != "", field, "support.ready.text_missing")
		if blank, ok := strange(s); !ok {
			wrong.Check(false, field, "support.ready.blank_unknown", "blank", blank)
		}
		return s
	}
	r := Ready{Kind: kind, Name: name, Active: d.Active, Version: d.Version}
	r.Uz, r.Ru, r.En = body("uz", text.Uzbek(d.Uz)), body("ru", d.Ru), body("en", d.En)
	return r, wrong.Err()
}

// strange finds a name in braces that nothing fills in: a slip of the pen, which
// every applicant would read.
func strange(s string) (blank string, ok bool) {
	for _, b := range Blanks() {
		s = strings.ReplaceAll(s, "{"+b+"}", "")
	}
	_, rest, found := strings.Cut(s, "{")
	if !found {
		return "", true
	}
	blank, _, _ = strings.Cut(rest, "}")
	return "{" + string([]rune(blank)[:min(20, len([]rune(blank)))]) + "}", false
}

// Library lists all answers for the staff who keep them, by kind and name.
func (s *Service) Library(ctx context.Context, op actor.Operator) ([]Ready, error) {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return nil, err
	}
	return readies(ctx, s.DB)
}

// ReadyFor lists the answers offered for a kind.
func (s *Service) ReadyFor(ctx context.Context, op actor.Operator, k Kind) ([]Ready, error) {
	if err := op.Need(perm.OpSupportAnswer); err != nil {
		return nil, err
	}
	all, err := readies(ctx, s.DB)
	fitting := all[:0]
	for _, r := range all {
		if r.Fits(k) {
			fitting = append(fitting, r)
		}
	}
	return fitting, err
}

// Ready gives one entry of the library, or ErrNoReady.
func (s *Service) Ready(ctx context.Context, op actor.Operator, id int64) (Ready, error) {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return Ready{}, err
	}
	return readyByID(ctx, s.DB, id)
}

// AddReady adds an entry.
func (s *Service) AddReady(ctx context.Context, op actor.Operator, d ReadyDraft) error {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	r, err := d.Open()
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		if r.ID, err = insertReady(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "answer.add", Target: readyTarget(r.ID), Details: r.parts()})
	})
}

// ChangeReady changes an entry; answers that were sent keep their words. Of two
// who edit at once the second gets ErrEdited.
func (s *Service) ChangeReady(ctx context.Context, op actor.Operator, id int64, d ReadyDraft) error {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return err
	}
	r, err := d.Open()
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		before, err := lockReady(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case before.Version != d.Version:
			return ErrEdited
		}
		changes, was := audit.Changes{}, before.parts()
		for field, now := range r.parts() {
			changes.Note(field, was[field], now)
		}
		if len(changes) == 0 {
			return nil
		}
		r.ID = id
		if err := updateReady(ctx, tx, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "answer.change", Target: readyTarget(id), Details: changes})
	})
}

func readyTarget(id int64) string { return "answer:" + itoa(id) }

// parts are what the audit log says of an entry.
func (r Ready) parts() map[string]any {
	return map[string]any{"kind": string(r.Kind), "name": r.Name, "uz": r.Uz, "ru": r.Ru, "en": r.En, "active": r.Active}
}
