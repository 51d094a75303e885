package agreement

import (
	"context"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
)

// countLimit is how far agreements are counted, exportLimit how many rows a file
// has at most.
const (
	countLimit  = 1000
	exportLimit = 5000
)

// Filter chooses agreements; the zero one is what waits to be prepared.
type Filter struct {
	Status Status
	Query  string // the first digits of a tax number, or the number of an agreement
	After  string // cursor of the page before
	Size   int
}

// Item is a line of the operator's list.
type Item struct {
	Agreement
	Party
}

// Page is one page of the list: what waits by age, what is active or ended the
// newest first.
type Page struct {
	Rows   []Item
	Next   string // cursor of the next page; empty on the last one
	Counts map[Status]page.Count
}

type place struct {
	ID int64 `json:"i"`
}

// List gives one page of the list.
func (s *Service) List(ctx context.Context, op actor.Operator, f Filter) (Page, error) {
	if err := op.Need(perm.OpRequestRead); err != nil {
		return Page{}, err
	}
	var after place
	if err := page.Decode(f.After, &after); err != nil {
		return Page{}, err
	}
	c := f.criteria(after.ID)
	rows, err := queue(ctx, s.DB, c)
	if err != nil {
		return Page{}, err
	}
	var p Page
	p.Rows, p.Next = page.Cut(rows, c.size, func(i Item) string { return page.Encode(place{i.ID}) })
	p.Counts, err = countEach(ctx, s.DB, c)
	return p, err
}

// Export gives what a filter chooses, at most 5,000.
func (s *Service) Export(ctx context.Context, op actor.Operator, f Filter) ([]Item, error) {
	if err := op.Need(perm.OpRequestRead); err != nil {
		return nil, err
	}
	c := f.criteria(0)
	c.size = exportLimit - 1 // queue reads one more to know whether others follow
	return queue(ctx, s.DB, c)
}

// Find gives an agreement to staff, or ErrNotFound.
func (s *Service) Find(ctx context.Context, op actor.Operator, orgID, id int64) (Paper, error) {
	if err := op.Need(perm.OpRequestRead); err != nil {
		return Paper{}, err
	}
	return byID(ctx, s.DB, orgID, id)
}

// CheckFor judges the signature under an agreement anew for staff.
func (s *Service) CheckFor(ctx context.Context, op actor.Operator, p Paper) (Checked, error) {
	if err := op.Need(perm.OpRequestRead); err != nil {
		return Checked{}, err
	}
	return s.check(ctx, p, s.client(op.Origin))
}

// Preview gives the texts as Send would make them now.
func (s *Service) Preview(ctx context.Context, op actor.Operator, orgID, id int64, in Sending) (Texts, error) {
	if err := op.Need(perm.OpRequestDecide); err != nil {
		return Texts{}, err
	}
	d, err := s.draft(ctx, s.DB, orgID, id, in)
	return d.texts(), err
}

func (s *Service) draft(ctx context.Context, q pg.Querier, orgID, id int64, in Sending) (draft, error) {
	now, err := databaseTime(ctx, q)
	if err != nil {
		return draft{}, err
	}
	until, err := in.open(now)
	if err != nil {
		return draft{}, err
	}
	return draftOf(ctx, q, orgID, id, in.Version, until)
}

// Send makes the text from a template and sends it to the director for signature;
// one that was sent and not signed is made anew.
func (s *Service) Send(ctx context.Context, op actor.Operator, orgID, id int64, in Sending) error {
	if err := op.Need(perm.OpRequestDecide); err != nil {
		return err
	}
	return s.decide(ctx, op, orgID, id, Send, func(tx pg.Tx, p Paper) error {
		d, err := s.draft(ctx, tx, orgID, id, in)
		if err != nil {
			return err
		}
		t := d.texts()
		if err := markSent(ctx, tx, op, orgID, d, t); err != nil {
			return err
		}
		details := map[string]any{"version": in.Version, "sha256": t.Digest("uz")}
		if !d.until.IsZero() {
			details["until"] = d.until
		}
		if err := record(ctx, tx, op.Subject(), orgID, id, "agreement.send", details); err != nil {
			return err
		}
		return tell(ctx, tx, p, notice.Decision, "sent", "name", d.org.Director)
	})
}

// Refuse ends what is not active yet; the organization reads why.
func (s *Service) Refuse(ctx context.Context, op actor.Operator, orgID, id int64, typed string) error {
	if err := op.Need(perm.OpRequestDecide); err != nil {
		return err
	}
	return s.end(ctx, op, orgID, id, Refuse, Refused, typed)
}

// End ends an active agreement; the organization reads why.
func (s *Service) End(ctx context.Context, op actor.Operator, orgID, id int64, typed string) error {
	if err := op.Need(perm.OpRequestDecide); err != nil {
		return err
	}
	return s.end(ctx, op, orgID, id, End, Terminated, typed)
}

func (s *Service) end(ctx context.Context, op actor.Operator, orgID, id int64, x Act, e Ending, typed string) error {
	why, err := openReason(typed)
	if err != nil {
		return err
	}
	return s.decide(ctx, op, orgID, id, x, func(tx pg.Tx, p Paper) error {
		if err := markEnded(ctx, tx, orgID, id, e, why, op.Name); err != nil {
			return err
		}
		err := record(ctx, tx, op.Subject(), orgID, id, "agreement."+string(x), map[string]any{"reason": why})
		if err != nil {
			return err
		}
		return tell(ctx, tx, p, notice.Decision, string(e), "reason", why)
	})
}

// Activate puts a signed agreement into force.
func (s *Service) Activate(ctx context.Context, op actor.Operator, orgID, id int64) error {
	if err := op.Need(perm.OpRequestDecide); err != nil {
		return err
	}
	return s.decide(ctx, op, orgID, id, Activate, func(tx pg.Tx, p Paper) error {
		if err := markActive(ctx, tx, op, orgID, id); err != nil {
			return err
		}
		if err := record(ctx, tx, op.Subject(), orgID, id, "agreement.activate", nil); err != nil {
			return err
		}
		return tell(ctx, tx, p, notice.Decision, "activated")
	})
}

// decide runs an act of the staff on an agreement that it is possible for; of two
// at the same moment the second gets ErrState. Who belongs to the organization
// gets ErrOwn.
func (s *Service) decide(ctx context.Context, op actor.Operator, orgID, id int64, x Act, do func(pg.Tx, Paper) error) error {
	return gate.InTx(ctx, s.DB, op, perm.OpRequestDecide, func(tx pg.Tx) error {
		p, err := lock(ctx, tx, orgID, id, x)
		if err != nil {
			return err
		}
		own, err := org.Concerns(ctx, tx, orgID, op.StaffID)
		switch {
		case err != nil:
			return err
		case own:
			return ErrOwn
		}
		return do(tx, p)
	})
}

// tell writes to the administrators what became of an agreement.
func tell(ctx context.Context, tx pg.Tx, p Paper, kind notice.Kind, what string, more ...string) error {
	return notice.ToAdminsTx(ctx, tx, notice.Notice{
		OrgID: p.OrgID, Kind: kind, Key: "agreement.notice." + what + ".", Path: "/org/agreement",
		Args: append([]string{"number", p.Number()}, more...),
	})
}

func recordOffer(ctx context.Context, tx pg.Tx, a actor.Actor, id int64, sig proof.Signature) error {
	return audit.Record(ctx, tx, a.Subject(), audit.Entry{
		OrgID: a.OrgID, Action: "agreement.accept_offer", Target: target("signature", id), Details: map[string]any{
			"key": sig.Signer.Key(),
		},
	})
}
