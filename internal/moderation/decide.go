package moderation

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// The verdicts, as card_decisions keeps them.
const (
	published = "published"
	returned  = "returned"
)

// Publish puts a waiting version into force. It claims the version first:
// ErrClaimed while somebody else holds it, ErrOver when it does not wait any
// more, ErrOwn for the moderator's own organization.
func (s *Service) Publish(ctx context.Context, op actor.Operator, k Key) error {
	if err := op.Need(perm.OpCardModerate); err != nil {
		return err
	}
	return s.decide(ctx, op, k, func(ctx context.Context, tx pg.Tx) (verdict string, reasons []int64, err error) {
		return published, nil, card.PublishTx(ctx, tx, op, k.OrgID, k.CardID, k.N)
	})
}

// Return gives a waiting version back with remarks; the same refusals as
// Publish, and complaints about what was typed.
func (s *Service) Return(ctx context.Context, op actor.Operator, k Key, d ReturnDraft) error {
	if err := op.Need(perm.OpCardModerate); err != nil {
		return err
	}
	remarks, err := s.remarks(ctx, k.Ref, d)
	if err != nil {
		return err
	}
	return s.decide(ctx, op, k, func(ctx context.Context, tx pg.Tx) (verdict string, reasons []int64, err error) {
		return returned, reasonsOf(remarks), card.ReturnTx(ctx, tx, op, k.OrgID, k.CardID, k.N, remarks)
	})
}

// Preview gives the remarks of a return as the applicant will read them.
func (s *Service) Preview(ctx context.Context, op actor.Operator, k Key, d ReturnDraft) ([]card.Remark, error) {
	if err := op.Need(perm.OpCardModerate); err != nil {
		return nil, err
	}
	return s.remarks(ctx, k.Ref, d)
}

// decide claims a version, lets act decide it and keeps what became of it, in
// one transaction.
func (s *Service) decide(ctx context.Context, op actor.Operator, k Key, act func(context.Context, pg.Tx) (string, []int64, error)) error {
	return gate.InTx(ctx, s.DB, op, perm.OpCardModerate, func(tx pg.Tx) error {
		if err := hold(ctx, tx, op, k); err != nil {
			return err
		}
		verdict, reasons, err := act(ctx, tx)
		switch {
		case errors.Is(err, card.ErrState):
			return ErrOver.Because(err)
		case err != nil:
			return err
		}
		if err := keep(ctx, tx, op, k, verdict, reasons); err != nil {
			return err
		}
		return endClaim(ctx, tx, k.Ref)
	})
}

// remarks makes the remarks of a return with the library as it is.
func (s *Service) remarks(ctx context.Context, r Ref, d ReturnDraft) ([]card.Remark, error) {
	i, err := item(ctx, s.DB, r)
	if err != nil {
		return nil, err
	}
	all, err := reasons(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	return d.Open(i.Group.ID, all)
}

// Words are a remark in the moderator's own words.
type Words struct {
	Field  string
	Uz, Ru string
	En     string // may stay empty: English readers get the Uzbek text
}

func (w Words) empty() bool { return strings.TrimSpace(w.Uz+w.Ru+w.En) == "" }

// MaxWords is how many remarks in own words a return may have.
const MaxWords = 3

// ReturnDraft is a return as the moderator fills it in: reasons ticked in the
// library and up to three remarks in own words.
//
// Own words are wanted in Uzbek and in Russian, like every card: an applicant
// must not have to have a refusal translated, and a machine is not asked to.
type ReturnDraft struct {
	Reasons []int64
	Words   []Words
}

// Open makes remarks for a card of a group, in the order in which a card says
// what they are about. Complaints about the n-th own words (from 1) are on
// "words<n>_uz" and so on; a return that says nothing complains on "reason".
func (d ReturnDraft) Open(group int16, library []Reason) ([]card.Remark, error) {
	var f fault.Form
	var remarks []card.Remark
	ticked := map[int64]bool{}
	for _, id := range d.Reasons {
		at := slices.IndexFunc(library, func(r Reason) bool { return r.ID == id })
		f.Check(at >= 0 && library[at].fits(group), "reason", "moderation.return.reason_gone")
		if at < 0 || ticked[id] {
			continue
		}
		ticked[id] = true
		r := library[at]
		remarks = append(remarks, card.Remark{Field: r.Field, Reason: r.ID, Uz: r.Uz, Ru: r.Ru, En: cmp.Or(r.En, r.Uz)})
	}
	for i, w := range d.Words[:min(len(d.Words), MaxWords)] {
		if w.empty() {
			continue
		}
		prefix := "words" + strconv.Itoa(i+1) + "_"
		f.Check(knownField(w.Field), prefix+"field", "moderation.reason.field_unknown")
		words(&f, prefix, &w.Uz, &w.Ru, &w.En)
		remarks = append(remarks, card.Remark{Field: w.Field, Uz: w.Uz, Ru: w.Ru, En: cmp.Or(w.En, w.Uz)})
	}
	f.Check(len(remarks) > 0, "reason", "moderation.return.nothing")
	slices.SortStableFunc(remarks, func(a, b card.Remark) int { return byField(a.Field, b.Field) })
	return remarks, f.Err()
}

// byField orders fields as a card says them; attributes stand before photos, by
// their codes.
func byField(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) }

func rank(field string) int {
	at := slices.Index(Fields(), field)
	switch {
	case field == card.FieldPhotos:
		return len(Fields()) + 1
	case at < 0:
		return len(Fields())
	}
	return at
}

// inOrder sorts reasons by field, those for all groups first.
func inOrder(rs []Reason) []Reason {
	slices.SortStableFunc(rs, func(a, b Reason) int {
		return cmp.Or(byField(a.Field, b.Field), cmp.Compare(a.Group, b.Group), cmp.Compare(a.ID, b.ID))
	})
	return rs
}

// reasonsOf are the reasons of remarks for statistics; 0 stands for own words.
func reasonsOf(remarks []card.Remark) []int64 {
	ids := make([]int64, 0, len(remarks))
	for _, r := range remarks {
		ids = append(ids, r.Reason)
	}
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
