package request

import (
	"context"
	"io"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
)

// Item is a request on the operator's desk.
type Item struct {
	Request
	Org
	ClaimedBy   int64 // of the staff; 0 when nobody looks at it now
	ClaimedName string
	ClaimedAt   time.Time
}

// Org is the organization that asks.
type Org struct {
	TIN        taxid.TIN
	Uz, Ru, En string
}

// OrgName is its name in a language; the English one falls back to the Uzbek
// one.
func (o Org) OrgName(lang string) string {
	switch {
	case lang == "ru":
		return o.Ru
	case lang == "en" && o.En != "":
		return o.En
	}
	return o.Uz
}

// ClaimedFor reports whether somebody else than one of the staff looks at it now.
func (i Item) ClaimedFor(staffID int64) bool { return i.ClaimedBy != 0 && i.ClaimedBy != staffID }

// countLimit is how far requests are counted.
const countLimit = 1000

// exportLimit is how many rows a file has at most.
const exportLimit = 5000

// Filter chooses requests; zero fields do not narrow, but for the status: the
// queue is what is open.
type Filter struct {
	Status Status
	Kind   Kind
	Query  string // the first digits of a tax number
	After  string // cursor of the page before
	Size   int    // rows on a page
}

// Page is one page of the queue: what is open by age, the rest newest first.
type Page struct {
	Rows   []Item
	Next   string // cursor of the next page; empty on the last one
	Counts map[Status]page.Count
}

// place is where a page ends.
type place struct {
	ID int64 `json:"i"`
}

// List gives one page of the queue.
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

// Export gives the requests a filter chooses, at most 5,000.
func (s *Service) Export(ctx context.Context, op actor.Operator, f Filter) ([]Item, error) {
	if err := op.Need(perm.OpRequestRead); err != nil {
		return nil, err
	}
	c := f.criteria(0)
	c.size = exportLimit - 1 // queue reads one more to know whether others follow
	return queue(ctx, s.DB, c)
}

// Next gives the oldest open request that nobody else looks at and whose
// organization is not the reader's own; ok is false when there is none.
func (s *Service) Next(ctx context.Context, op actor.Operator) (i Item, ok bool, err error) {
	if err := op.Need(perm.OpRequestRead); err != nil {
		return Item{}, false, err
	}
	return nextFor(ctx, s.DB, op.StaffID)
}

// Opened is a request with what staff look at to decide it.
type Opened struct {
	Item
	Own    bool                // the reader belongs to the organization and does not decide
	HasNow bool                // of Issuer: the flag as it is
	Held   []gs1prefix.Prefix  // of Prefix and GTIN: what the organization has already
	Near   []gs1prefix.Claimed // and what is registered close to it, whoever has it
}

// Find gives a request with what it is decided by, or ErrNotFound.
func (s *Service) Find(ctx context.Context, op actor.Operator, orgID, id int64) (Opened, error) {
	if err := op.Need(perm.OpRequestRead); err != nil {
		return Opened{}, err
	}
	i, err := item(ctx, s.DB, orgID, id)
	o := Opened{Item: i}
	if err != nil {
		return Opened{}, err
	}
	if o.Own, err = org.Concerns(ctx, s.DB, orgID, op.StaffID); err != nil {
		return Opened{}, err
	}
	if i.Kind == Issuer {
		g, err := productgroup.One(ctx, s.DB, orgID, i.Group.ID)
		o.HasNow = g.Issuer
		return o, err
	}
	if o.Held, err = gs1prefix.OfOrg(ctx, s.DB, orgID); err != nil {
		return Opened{}, err
	}
	o.Near, err = gs1prefix.Near(ctx, s.DB, orgID, i.digits())
	return o, err
}

// digits are those of a number where a prefix would stand: a GTIN without the
// digit that says how the item is packed.
func (r Request) digits() string {
	if r.Kind == GTIN {
		return string(gs1.GTIN(r.Subject)[1:])
	}
	return r.Subject
}

// ReadFor gives the document of a request to one of the staff.
func (s *Service) ReadFor(ctx context.Context, op actor.Operator, orgID, id int64) (Document, io.ReadSeeker, error) {
	if err := op.Need(perm.OpRequestRead); err != nil {
		return Document{}, nil, err
	}
	r, err := byID(ctx, s.DB, orgID, id)
	if err != nil {
		return Document{}, nil, err
	}
	return s.content(ctx, r)
}

// Claim tells the others that one of the staff looks at a request. It is theirs
// for 15 minutes (claimTime); then anybody may take it over.
func (s *Service) Claim(ctx context.Context, op actor.Operator, orgID, id int64) error {
	return gate.InTx(ctx, s.DB, op, perm.OpRequestDecide, func(tx pg.Tx) error {
		if _, err := s.lockFor(ctx, tx, op, orgID, id); err != nil {
			return err
		}
		return claim(ctx, tx, op, orgID, id)
	})
}

// lockFor holds an open request that nobody else looks at and that is of another
// organization than the reader's own.
func (s *Service) lockFor(ctx context.Context, tx pg.Tx, op actor.Operator, orgID, id int64) (Item, error) {
	if _, err := lock(ctx, tx, orgID, id); err != nil {
		return Item{}, err
	}
	i, err := item(ctx, tx, orgID, id)
	switch {
	case err != nil:
		return Item{}, err
	case i.Status != Open:
		return Item{}, ErrDecided
	case i.ClaimedFor(op.StaffID):
		return Item{}, ErrClaimed.With("name", i.ClaimedName)
	}
	own, err := org.Concerns(ctx, tx, orgID, op.StaffID)
	if err == nil && own {
		err = ErrOwn
	}
	return i, err
}

// Decide approves or refuses a request, and does what was asked for in the same
// transaction. Of two who decide at the same moment the second gets ErrDecided;
// while somebody else looks at it, ErrClaimed; who belongs to the organization,
// ErrOwn.
func (s *Service) Decide(ctx context.Context, op actor.Operator, orgID, id int64, d Decision) error {
	if err := op.Need(perm.OpRequestDecide); err != nil {
		return err
	}
	d, err := d.Open()
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, op, perm.OpRequestDecide, func(tx pg.Tx) error {
		i, err := s.lockFor(ctx, tx, op, orgID, id)
		if err != nil {
			return err
		}
		if d.Verdict == Approve {
			if err := grant(ctx, tx, op.Subject(), i.Request); err != nil {
				return onField(err, "verdict")
			}
		}
		if err := decide(ctx, tx, op, i.Request, d); err != nil {
			return err
		}
		return tell(ctx, tx, op, i.Request, d)
	})
}

// grant does what was asked for.
func grant(ctx context.Context, tx pg.Tx, who actor.Subject, r Request) error {
	if r.Kind == Issuer {
		return productgroup.SetIssuerTx(ctx, tx, who, r.OrgID, r.Group.ID, r.Wanted)
	}
	return gs1prefix.RegisterTx(ctx, tx, who, r.OrgID, r.Subject)
}

// tell notes the decision in the log of the organization and tells its
// administrators.
func tell(ctx context.Context, tx pg.Tx, op actor.Operator, r Request, d Decision) error {
	err := audit.Record(ctx, tx, op.Subject(), audit.Entry{
		OrgID: r.OrgID, Action: "request." + d.Verdict, Target: target(r.ID),
		Details: map[string]any{"kind": r.Kind, "subject": r.Subject, "answer": d.Answer},
	})
	if err != nil {
		return err
	}
	key, args := r.Letter(d)
	return notice.ToAdminsTx(ctx, tx, notice.Notice{OrgID: r.OrgID, Kind: notice.Decision, Key: key, Args: args, Path: r.Path()})
}
