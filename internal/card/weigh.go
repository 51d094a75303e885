package card

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
	"kabinet/internal/proof"
)

// weighing is what can be sent of some cards, and all that its statement says.
type weighing struct {
	cards  []Sendable
	left   []LeftOut
	org    org.Org
	host   string
	groups productgroup.Dictionary
	books  map[attribute.Edition]attribute.Book // under which the cards are written
}

// weigh tells the cards that can be sent from those that cannot.
func (s *Service) weigh(ctx context.Context, q pg.Querier, a actor.Actor, cards []Card, ids []int64, scope perm.Scope) (w weighing, err error) {
	w.host = s.Host
	fit, left := sieve(cards, ids, scope, Send, perm.Of(perm.CardPublish))
	w.left = left
	versions, err := newestVersions(ctx, q, a.OrgID, fit)
	if err != nil {
		return w, err
	}
	rules, err := rulesOf(ctx, q, a.OrgID, fit, versions)
	if err != nil {
		return w, err
	}
	for _, c := range fit {
		v := versions[c.ID]
		if why := rules.against(c, v); why != nil {
			w.left = append(w.left, c.leftOut(why))
			continue
		}
		w.cards = append(w.cards, Sendable{
			Card: c, Version: v, SHA256: v.Content.SHA256(), Owner: rules.owners[c.GTIN], Warnings: v.Content.Warnings(),
		})
	}
	slices.SortFunc(w.cards, func(a, b Sendable) int { return cmp.Compare(a.GTIN, b.GTIN) })
	return w, w.read(ctx, q, a.OrgID)
}

// read reads what the statement says besides the cards.
func (w *weighing) read(ctx context.Context, q pg.Querier, orgID int64) (err error) {
	if len(w.cards) == 0 {
		return nil
	}
	if w.org, err = org.ByID(ctx, q, orgID); err != nil {
		return err
	}
	if w.groups, err = productgroup.LoadDictionary(ctx, q); err != nil {
		return err
	}
	if len(w.cards) > 1 {
		return nil // names and hashes say enough
	}
	c := w.cards[0].Version.Content
	then, _, err := books(ctx, q, c)
	w.books = map[attribute.Edition]attribute.Book{{Group: c.Group, Version: c.Set}: then}
	return err
}

// statement is what is signed in a language; "" when nothing can be sent.
func (w weighing) statement(lang i18n.Lang) string {
	f := Facts{Host: w.host, Org: w.org.Name(lang.Code()), TIN: string(w.org.TIN)}
	switch len(w.cards) {
	case 0:
		return ""
	case 1:
		c := w.cards[0]
		book := w.books[attribute.Edition{Group: c.Version.Content.Group, Version: c.Version.Content.Set}]
		return c.Version.Content.Statement(lang, f.of(c.Card, c.Version.Number, w.groups, book))
	}
	return statementOfMany(lang, f, w.cards)
}

func (w weighing) sending(lang i18n.Lang) Sending {
	return Sending{Cards: w.cards, Left: w.left, Statement: w.statement(lang)}
}

// signedBy reports whether what was signed is the statement of now, in whichever
// language it was shown, and the verifier's line under it.
func (w weighing) signedBy(body string) bool {
	end := strings.LastIndexByte(body, '\n')
	return end > 0 && slices.ContainsFunc(i18n.Langs(), func(l i18n.Lang) bool { return w.statement(l) == body[:end] })
}

func (w weighing) ids() []int64 {
	ids := make([]int64, len(w.cards))
	for i, c := range w.cards {
		ids[i] = c.ID
	}
	slices.Sort(ids)
	return ids
}

// record leaves a line for each card, with the hash of what was signed.
func (w weighing) record(ctx context.Context, tx pg.Tx, a actor.Actor, sig proof.Signature, deadline time.Time) error {
	lines := make([]audit.Entry, len(w.cards))
	for i, c := range w.cards {
		after := c.Card
		after.Editing = Moderation
		lines[i] = audit.Entry{OrgID: a.OrgID, Action: "card.send", Target: target(c.ID), Details: map[string]any{
			"gtin": string(c.GTIN), "version": c.Version.Number, "content": c.SHA256, "key_serial": sig.Signer.Serial,
			"deadline": deadline, "status": audit.Change{Before: c.State(), After: after.State()},
		}}
	}
	return audit.RecordMany(ctx, tx, a.Subject(), lines)
}

// rulebook is what decides whether cards can be sent, besides their state.
type rulebook struct {
	books  map[int16]attribute.Book // of today
	active map[int16]bool           // groups of the organization
	owners map[gs1.GTIN]gs1prefix.Check
}

func rulesOf(ctx context.Context, q pg.Querier, orgID int64, cards []Card, versions map[int64]Version) (r rulebook, err error) {
	if len(cards) == 0 {
		return r, nil
	}
	var groups []int16
	var codes []string
	numbers := make([]gs1.GTIN, len(cards))
	for i, c := range cards {
		numbers[i] = c.GTIN
		codes = append(codes, versions[c.ID].Content.Codes()...)
		if !slices.Contains(groups, c.GroupID) {
			groups = append(groups, c.GroupID)
		}
	}
	if r.books, err = attribute.BooksFor(ctx, q, groups, codes); err != nil {
		return r, err
	}
	if r.owners, err = gs1prefix.CheckMany(ctx, q, orgID, numbers); err != nil {
		return r, err
	}
	own, err := productgroup.OfOrg(ctx, q, orgID)
	r.active = map[int16]bool{}
	for _, g := range own {
		r.active[g.Group.ID] = g.Status == productgroup.Active
	}
	return r, err
}

// against is what is against sending a card that may be sent by its state: nil
// when nothing is.
func (r rulebook) against(c Card, v Version) error {
	if v.Status != Draft {
		return ErrUncorrected
	}
	if !r.active[c.GroupID] {
		return ErrNoGroup
	}
	if err := v.Content.unready(r.books[c.GroupID]); err != nil {
		return err
	}
	if owner := r.owners[c.GTIN]; !owner.Ours() {
		return ErrOwner.With("gtin", string(c.GTIN), "answer", string(owner.Answer)).On(FieldGTIN)
	}
	return nil
}
