package aic

import (
	"bytes"
	"context"
	"errors"
	"strconv"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/taxid"
	"kabinet/internal/document"
	"kabinet/internal/feed"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
)

// TakeTx keeps what customs say of an AIC; it is a feed.Sink. SourceID is the AIC,
// each version says where it stands.
func (s *Service) TakeTx(ctx context.Context, tx pg.Tx, m feed.Message) error {
	in, err := read(m)
	if err != nil {
		return feed.Poison(err)
	}
	orgID, err := owner(ctx, tx, in)
	if err != nil {
		return err
	}
	in.number = in.number.Kept()
	groups, err := productgroup.LoadDictionary(ctx, tx)
	if err != nil {
		return err
	}
	if err := hold(ctx, tx, orgID); err != nil {
		return err
	}
	was, err := holdNumber(ctx, tx, orgID, in)
	if err != nil {
		return err
	}
	if err := keepVersion(ctx, tx, orgID, was.ID, in); err != nil {
		return err
	}
	c, err := was.known(ctx, tx)
	if err != nil {
		return err
	}
	now, err := was.become(c, groups)
	if err != nil {
		return err
	}
	if in.Version < was.Version && now == was {
		return feed.ErrOlder
	}
	return s.settle(ctx, tx, was, now, c)
}

// known is all that is known of an AIC: what its versions say, and a declaration
// among the documents that names it.
func (a AIC) known(ctx context.Context, tx pg.Tx) (c Content, err error) {
	said, err := contentsOf(ctx, tx, a.OrgID, []int64{a.ID})
	if err != nil {
		return c, err
	}
	c = merged(said[a.ID])
	if inside, listed := c.holds(); listed && c.State == Formed {
		if err := document.LinkDeclarationsTx(ctx, tx, a.OrgID, string(a.Number), a.Number.Day(), inside); err != nil {
			return c, err
		}
	}
	declared, err := document.DeclarationsOf(ctx, tx, a.OrgID, []string{string(a.Number)})
	return c.in(declared[string(a.Number)]), err
}

// owner is whose an AIC is: the tax number of the message, or that in its number.
func owner(ctx context.Context, tx pg.Tx, in message) (int64, error) {
	tin, ok := in.number.TIN()
	if !ok {
		var err error
		if tin, err = taxid.ParseTIN(in.TIN); err != nil {
			return 0, feed.Poison(errors.New("tin: nine digits are expected with a personal number"))
		}
	}
	o, err := org.ByTIN(ctx, tx, tin)
	if errors.Is(err, org.ErrNotFound) {
		return 0, feed.ErrNobodys
	}
	return o.ID, err
}

// keepVersion stores a version, or says what it is if one of its number was there.
func keepVersion(ctx context.Context, tx pg.Tx, orgID, id int64, in message) error {
	kept, err := insertVersion(ctx, tx, orgID, id, in)
	switch {
	case err != nil:
		return err
	case kept == nil:
		return nil
	case bytes.Equal(kept, in.digest):
		return feed.ErrDuplicate
	}
	return feed.ErrConflict
}

// merged is what all versions say together, the newest first.
func merged(versions []Content) Content {
	all := versions[0]
	for _, older := range versions[1:] {
		all = older.under(all)
	}
	return all
}

// become is the AIC after all that is known of it. One that was disbanded here stays
// so; what came later is noted.
func (a AIC) become(c Content, groups productgroup.Dictionary) (AIC, error) {
	g, known := groups.Named(c.Group)
	if !known && c.Group != "" {
		return a, feed.Poison(errors.New("group: the slug or number of a product group is expected"))
	}
	a.GroupID = g.ID
	a.Codes, a.Products, a.Product = c.codes(), len(c.Lines), ""
	if len(c.Lines) > 0 {
		a.Product = c.Lines[0].Name
	}
	a.Declaration, a.DeclaredOn, a.Authority = c.Declaration.Number, c.Declaration.Date, c.Declaration.Authority
	if !a.At.IsZero() {
		if c.State == Declared || c.State == Released {
			a.Late = c.State
		}
		return a, nil
	}
	a.State, a.Stage, a.Reason = c.State, c.Stage, c.Reason
	return a, nil
}

// settle writes what became of an AIC, leaves a line in the log when it stands
// elsewhere now, and tells administrators of a refusal and of what came too late.
func (s *Service) settle(ctx context.Context, tx pg.Tx, was, now AIC, c Content) error {
	if err := update(ctx, tx, now, c.Lines); err != nil {
		return err
	}
	fresh := was.Revision == 1 // as holdNumber makes it
	if !fresh && was.State == now.State && was.Late == now.Late {
		return nil
	}
	if err := registration(ctx, tx, now, c); err != nil {
		return err
	}
	details := map[string]any{"number": now.Number, "codes": now.Codes}
	if !fresh && was.State != now.State {
		details["state"] = audit.Change{Before: was.State, After: now.State}
	}
	if now.Late != was.Late {
		details["late"] = now.Late
	}
	if now.Declaration != was.Declaration {
		details["declaration"] = now.Declaration
	}
	e := audit.Entry{OrgID: now.OrgID, Action: "aic.take", Target: target(now.ID), Details: details}
	if err := audit.Record(ctx, tx, actor.System("feeds"), e); err != nil {
		return err
	}
	switch {
	case now.State == Refused && was.State != Refused:
		return tell(ctx, tx, now, "aic.notice.refused.")
	case now.Late != was.Late:
		return tell(ctx, tx, now, "aic.notice.late.")
	}
	return nil
}

func tell(ctx context.Context, tx pg.Tx, a AIC, key string) error {
	return notice.ToAdminsTx(ctx, tx, notice.Notice{
		OrgID: a.OrgID, Kind: notice.Documents, Key: key, Path: "/aics/" + strconv.FormatInt(a.ID, 10),
		Args: []string{"number", string(a.Number), "codes", strconv.Itoa(a.Codes)},
	})
}

// registration keeps an AIC among the organization's documents; what customs say
// of it becomes the document's next version.
func registration(ctx context.Context, tx pg.Tx, a AIC, c Content) error {
	d := document.Own{
		OrgID: a.OrgID, Key: "aic:" + string(a.Number), Kind: document.AICRegistration, GroupID: a.GroupID, Number: string(a.Number), At: a.Number.Day(),
		Status: document.Success, Count: a.Codes,
	}
	if a.State == Refused {
		d.Status = document.Failed
	}
	for i, l := range c.Lines {
		d.Lines = append(d.Lines, document.Line{N: i + 1, GTIN: string(l.GTIN), Name: l.Name, Quantity: strconv.Itoa(l.Codes), Codes: l.Codes})
	}
	_, err := document.OwnTx(ctx, tx, d)
	return err
}
