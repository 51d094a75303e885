package document

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"kabinet/internal/core/fold"
	"kabinet/internal/core/taxid"
	"kabinet/internal/feed"
	"kabinet/internal/org"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
)

// TakeTx is the feed.Sink of invoices, declarations and operations: what a source
// says about a document, into the inbox of each organization it concerns. Of an
// invoice that is the seller and the buyer, whichever of them is here; a party that
// comes later is given its side then (stranger.go).
func (s *Service) TakeTx(ctx context.Context, tx pg.Tx, m feed.Message) error {
	in, err := s.open(ctx, tx, m)
	if err != nil {
		return err
	}
	owners, err := in.owners(ctx, tx)
	if err != nil {
		return err
	}
	if err := s.takeFor(ctx, tx, in, owners); err != nil {
		return err
	}
	return noteAbsentTx(ctx, tx, in, owners)
}

// open understands a message.
func (s *Service) open(ctx context.Context, tx pg.Tx, m feed.Message) (intake, error) {
	c, err := Decode(m.Body)
	if err != nil {
		return intake{}, feed.Poison(err)
	}
	if c.Kind.feedKind() != m.Kind {
		return intake{}, feed.Poison(errors.New("type: not of this feed"))
	}
	in := intake{Content: c, Message: m, sum: sha256.Sum256(m.Body)}
	in.groupID, err = groupOf(ctx, tx, c.Group)
	return in, err
}

// feedKind is the kind of messages that documents of a kind come with.
func (k Kind) feedKind() string {
	switch {
	case k.IsInvoice():
		return feed.Invoice
	case k == Declaration:
		return feed.Declaration
	case k == AICRegistration, k == AICWithdrawal:
		return feed.AIC
	}
	return feed.Operation
}

// intake is a message that was understood.
type intake struct {
	Content
	feed.Message
	groupID int16
	sum     [32]byte
}

// owner is an organization that a message concerns.
type owner struct {
	orgID int64
	side  Side
	party Party // on the other side
}

func groupOf(ctx context.Context, tx pg.Tx, name string) (int16, error) {
	if name == "" {
		return 0, nil
	}
	d, err := productgroup.LoadDictionary(ctx, tx)
	if err != nil {
		return 0, err
	}
	g, ok := d.Named(name)
	if !ok {
		return 0, feed.Poison(errors.New("productGroup: unknown"))
	}
	return g.ID, nil
}

// owners are the organizations that are here, by id; ErrNobodys when none is.
func (in intake) owners(ctx context.Context, tx pg.Tx) ([]owner, error) {
	sides := []struct {
		tin   string
		side  Side
		party Party
	}{{in.TIN, NoSide, in.Counterparty}}
	if in.Content.Kind.IsInvoice() {
		if in.TIN != "" && in.TIN != in.Seller.TIN && in.TIN != in.Buyer.TIN {
			return nil, feed.Poison(errors.New("tin: neither seller nor buyer"))
		}
		sides = sides[:0]
		sides = append(sides, struct {
			tin   string
			side  Side
			party Party
		}{in.Seller.TIN, Out, in.Buyer})
		if in.Buyer.TIN != in.Seller.TIN {
			sides = append(sides, struct {
				tin   string
				side  Side
				party Party
			}{in.Buyer.TIN, In, in.Seller})
		}
	} else if in.TIN == "" {
		return nil, feed.Poison(errors.New("tin: missing"))
	}
	var owners []owner
	for _, s := range sides {
		o, err := org.ByTIN(ctx, tx, taxid.TIN(s.tin))
		switch {
		case errors.Is(err, org.ErrNotFound):
			continue
		case err != nil:
			return nil, err
		}
		owners = append(owners, owner{o.ID, s.side, s.party})
	}
	if len(owners) == 0 {
		return nil, feed.ErrNobodys
	}
	slices.SortFunc(owners, func(a, b owner) int { return cmp.Compare(a.orgID, b.orgID) })
	return owners, nil
}

// takeFor keeps the message for each of its owners. What is new to one of them is
// new.
func (s *Service) takeFor(ctx context.Context, tx pg.Tx, in intake, owners []owner) error {
	now, err := databaseTime(ctx, tx)
	if err != nil {
		return err
	}
	verdict := feed.ErrDuplicate
	for _, o := range owners {
		switch err := s.keepTx(ctx, tx, in, o, now); {
		case err == nil:
			verdict = nil
		case errors.Is(err, feed.ErrOlder):
			if verdict != nil {
				verdict = feed.ErrOlder
			}
		case !errors.Is(err, feed.ErrDuplicate):
			return err
		}
	}
	if verdict == nil && in.Content.Kind.IsInvoice() {
		return leaveTx(ctx, tx, in, owners)
	}
	return verdict
}

// keepTx keeps a message in the inbox of one organization.
func (s *Service) keepTx(ctx context.Context, tx pg.Tx, in intake, o owner, now time.Time) error {
	if in.Content.Kind == Declaration && s.Customs != nil {
		return s.declareTx(ctx, tx, in, o, now)
	}
	return s.storeTx(ctx, tx, in, o, now)
}

// storeTx keeps a message as a version of one organization's document, and shows it
// when it is the newest.
func (s *Service) storeTx(ctx context.Context, tx pg.Tx, in intake, o owner, now time.Time) error {
	d := in.document(o, Answering{}, now)
	id, err := insertDocument(ctx, tx, d, in.Facts)
	if err != nil {
		return err
	}
	if id != 0 {
		d.ID = id
		if err := insertVersion(ctx, tx, d, in); err != nil {
			return err
		}
		return errors.Join(s.storePartsTx(ctx, tx, d, in.Content), tellNew(ctx, tx, d, now))
	}
	was, err := lockBySource(ctx, tx, o.orgID, in.Feed, in.SourceID)
	if err != nil {
		return err
	}
	if err := known(ctx, tx, was, in); err != nil {
		return err
	}
	stood, err := standing(ctx, tx, was)
	if err != nil {
		return err
	}
	d = in.document(o, stood, now)
	d.ID = was.ID
	if err := insertVersion(ctx, tx, d, in); err != nil {
		return err
	}
	if in.Version < was.Version {
		return feed.ErrOlder
	}
	return s.showTx(ctx, tx, was, d, in.Content, now)
}

// standing is how a document stands with an answer, as far as that is final: one
// that the source did not take gives way to the source's own.
func standing(ctx context.Context, tx pg.Tx, was Document) (Answering, error) {
	if was.Via != ViaPortal && was.Via != ViaDeadline {
		return was.Answering, nil
	}
	refused, err := refusedAnswer(ctx, tx, was)
	if refused {
		return Answering{Answer: NoAnswer, Deadline: was.Deadline}, err
	}
	return was.Answering, err
}

// known is what to answer when the version was kept before; nil when it was not.
func known(ctx context.Context, tx pg.Tx, was Document, in intake) error {
	sum, err := versionSum(ctx, tx, was.OrgID, was.ID, in.Version)
	switch {
	case err != nil:
		return err
	case sum == nil:
		return nil
	case [32]byte(sum) == in.sum:
		return feed.ErrDuplicate
	}
	return feed.ErrConflict
}

// showTx lets a newer version be what is shown.
func (s *Service) showTx(ctx context.Context, tx pg.Tx, was, d Document, c Content, now time.Time) error {
	if err := updateDocument(ctx, tx, d, c.Facts); err != nil {
		return err
	}
	if err := deleteParts(ctx, tx, d.OrgID, d.ID); err != nil {
		return err
	}
	if err := s.storePartsTx(ctx, tx, d, c); err != nil {
		return err
	}
	switch {
	case !was.Pending() && d.Pending():
		return tellNew(ctx, tx, d, now)
	case d.Side == Out && was.Answer != Rejected && d.Answer == Rejected:
		return tell(ctx, tx, d, "rejected")
	}
	return nil
}

// document is what the message makes of a document that stood with an answer as
// was.
func (in intake) document(o owner, was Answering, now time.Time) Document {
	d := Document{
		OrgID: o.orgID, Feed: in.Feed, SourceID: in.SourceID, Version: in.Version, Kind: in.Content.Kind, Side: o.side, GroupID: in.groupID,
		Number: in.Number, At: in.At, Party: o.party, Amount: in.Amount, VAT: in.VAT, Codes: in.CodesCount, Status: in.Status,
		Answering: in.settle(o.side, was, in.Version, in.OccurredAt, now),
	}
	d.Wrong, d.Warned = in.troubles()
	if d.At.IsZero() {
		d.At = in.OccurredAt
	}
	return d
}

// troubles counts the codes that were refused, and taken with a remark.
func (c Content) troubles() (wrong, warned int) {
	for _, k := range c.Codes {
		switch k.Result {
		case Refused:
			wrong++
		case Remark:
			warned++
		}
	}
	return wrong, warned
}

// fold is what a search for a document goes through.
func (d Document) fold() string {
	return fold.Words(d.Number, d.Party.Name) + " " + d.Party.TIN
}
