package aic

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/marking"
	"kabinet/internal/core/perm"
	"kabinet/internal/document"
	"kabinet/internal/notice"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
)

// Service keeps the AICs of organizations.
type Service struct {
	DB       *pgxpool.Pool
	Proof    *proof.Service
	Accounts *account.Service
	Host     string // of the portal: stands in what is signed
}

// Plan is what disbanding some AICs would do, and exactly what is signed for it.
type Plan struct {
	AICs      []AIC // in the order of their ids
	Left      []LeftOut
	Frees     []Line // codes by product
	Codes     int    // in all
	Statement string // in the reader's language; "" when nothing can be disbanded
}

// LeftOut is an AIC that cannot be disbanded, and why.
type LeftOut struct {
	ID     int64
	Number Number // "" when the person has no such AIC
	Why    error  // ErrState with "state", ErrNotFound, or actor.ErrGroup
}

// Signed is what the browser sends back after signing.
type Signed struct {
	Challenge string // id
	PKCS7     string // base64
}

// Preview says what disbanding would free and what it would leave out, without
// changing anything.
func (s *Service) Preview(ctx context.Context, a actor.Actor, ids []int64) (Plan, error) {
	if err := a.Need(perm.DocAIC); err != nil {
		return Plan{}, err
	}
	ids, err := each(ids)
	if err != nil {
		return Plan{}, err
	}
	found, err := readAICs(ctx, s.DB, a.OrgID, ids)
	if err != nil {
		return Plan{}, err
	}
	p := sift(found, ids, a.Scope)
	if len(p.AICs) == 0 {
		return p, nil
	}
	if p.Frees, err = linesOf(ctx, s.DB, a.OrgID, p.ids()); err != nil {
		return Plan{}, err
	}
	o, err := org.ByID(ctx, s.DB, a.OrgID)
	p.Statement = p.statement(i18n.From(ctx), s.Host, o)
	return p, err
}

// Challenge is Preview for who is about to sign: it opens a challenge over the
// statement that Preview shows, good for ten minutes. All of the AICs must be such
// that they can be disbanded.
func (s *Service) Challenge(ctx context.Context, a actor.Actor, ids []int64) (proof.Challenge, error) {
	if err := a.Need(perm.DocAIC); err != nil {
		return proof.Challenge{}, err
	}
	p, err := s.Preview(ctx, a, ids)
	if err == nil {
		err = p.whole()
	}
	if err != nil {
		return proof.Challenge{}, err
	}
	return s.Proof.NewChallenge(ctx, a.SessionKey, proof.AIC, p.Statement, s.client(a))
}

// whole is nil when there is something to disband and nothing is left out.
func (p Plan) whole() error {
	switch {
	case len(p.Left) > 0:
		return p.Left[0].Why
	case len(p.AICs) == 0:
		return ErrNothing
	}
	return nil
}

func (s *Service) client(a actor.Actor) eds.Client {
	return eds.Client{Host: s.Host, IP: a.Origin.IP}
}

// Disband disbands AICs with the person's own signature over the list of exactly
// these AICs as they stand now, all of them or none: when one went into a
// declaration since, or was released, it is ErrChanged or ErrState.
func (s *Service) Disband(ctx context.Context, a actor.Actor, ids []int64, in Signed) (done []AIC, err error) {
	if err := a.Need(perm.DocAIC); err != nil {
		return nil, err
	}
	if ids, err = each(ids); err != nil {
		return nil, err
	}
	o, err := org.ByID(ctx, s.DB, a.OrgID)
	if err != nil {
		return nil, err
	}
	sig, err := s.Proof.Verify(ctx, a.SessionKey, proof.AIC, in.Challenge, in.PKCS7, s.client(a))
	if err != nil {
		return nil, err
	}
	if err := s.Accounts.OwnKey(ctx, s.DB, a.AccountID, o.TIN, sig.Signer); err != nil {
		return nil, err
	}
	err = gate.InTx(ctx, s.DB, a, perm.DocAIC, func(tx pg.Tx) error {
		done, err = s.disbandTx(ctx, tx, a, ids, o, sig)
		return err
	})
	return done, err
}

// disbandTx asks anew, under lock, where the AICs stand, and disbands what was
// signed for.
func (s *Service) disbandTx(ctx context.Context, tx pg.Tx, a actor.Actor, ids []int64, o org.Org, sig proof.Signature) ([]AIC, error) {
	scope, err := gate.ScopeTx(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	locked, err := lockAICs(ctx, tx, a.OrgID, ids)
	if err != nil {
		return nil, err
	}
	p := sift(locked, ids, scope)
	if err := p.whole(); err != nil {
		return nil, err
	}
	if p.Frees, err = linesOf(ctx, tx, a.OrgID, p.ids()); err != nil {
		return nil, err
	}
	if !p.signedBy(sig.Body, s.Host, o) {
		return nil, ErrChanged
	}
	evidence, err := s.Proof.EvidenceTx(ctx, tx, a.OrgID, sig)
	if err != nil {
		return nil, err
	}
	paper, err := p.documentTx(ctx, tx, a, o, evidence)
	if err != nil {
		return nil, err
	}
	if err := markDisbanded(ctx, tx, a, p.ids(), evidence, paper); err != nil {
		return nil, err
	}
	return p.AICs, p.record(ctx, tx, a, sig, paper)
}

// documentTx puts the act among the organization's documents.
func (p Plan) documentTx(ctx context.Context, tx pg.Tx, a actor.Actor, o org.Org, evidence int64) (int64, error) {
	now, err := databaseTime(ctx, tx)
	if err != nil {
		return 0, err
	}
	d := document.Own{
		OrgID: a.OrgID, Key: "aic.disband:" + strconv.FormatInt(evidence, 10), Kind: document.AICWithdrawal, GroupID: p.group(),
		Number: strconv.FormatInt(evidence, 10), At: now, Status: document.Success, Count: p.Codes,
		Signature: evidence, Signer: document.Party{TIN: string(o.TIN), Name: a.Name},
	}
	for i, l := range p.Frees {
		d.Lines = append(d.Lines, document.Line{N: i + 1, GTIN: string(l.GTIN), Name: l.Name, Quantity: strconv.Itoa(l.Codes), Codes: l.Codes})
	}
	for _, one := range p.AICs {
		d.Links = append(d.Links, document.Link{Relation: document.ToAIC, Ref: string(one.Number)})
	}
	return document.OwnTx(ctx, tx, d)
}

// group is the one that all AICs share, else 0.
func (p Plan) group() int16 {
	for _, one := range p.AICs {
		if one.GroupID != p.AICs[0].GroupID {
			return 0
		}
	}
	return p.AICs[0].GroupID
}

// record leaves a line for each AIC and tells the administrators once.
func (p Plan) record(ctx context.Context, tx pg.Tx, a actor.Actor, sig proof.Signature, paper int64) error {
	lines := make([]audit.Entry, len(p.AICs))
	for i, one := range p.AICs {
		lines[i] = audit.Entry{OrgID: a.OrgID, Action: "aic.disband", Target: target(one.ID), Details: map[string]any{
			"number": one.Number, "codes": one.Codes, "key_serial": sig.Signer.Serial, "document": paper,
			"state": audit.Change{Before: one.State, After: Disbanded},
		}}
	}
	if err := audit.RecordMany(ctx, tx, a.Subject(), lines); err != nil {
		return err
	}
	return notice.ToAdminsTx(ctx, tx, notice.Notice{
		OrgID: a.OrgID, Kind: notice.Documents, Key: "aic.notice.disbanded.", Path: "/aics/" + strconv.FormatInt(p.AICs[0].ID, 10),
		Args: []string{"n", strconv.Itoa(len(p.AICs)), "codes", strconv.Itoa(p.Codes), "name", a.Name, "number", string(p.AICs[0].Number)},
	})
}

// each lists every id once, in order.
func each(ids []int64) ([]int64, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	switch {
	case len(ids) == 0:
		return nil, ErrNothing
	case len(ids) > MaxAtOnce:
		return nil, ErrMany
	}
	return ids, nil
}

// sift tells AICs that can be disbanded from those that cannot, and from ids that
// name none of the person's.
func sift(found []AIC, ids []int64, scope perm.Scope) (p Plan) {
	byID := map[int64]AIC{}
	for _, a := range found {
		byID[a.ID] = a
	}
	for _, id := range ids {
		a, there := byID[id]
		hidden := visible(a, scope)
		switch {
		case !there:
			p.Left = append(p.Left, LeftOut{ID: id, Why: ErrNotFound})
		case hidden != nil:
			p.Left = append(p.Left, LeftOut{ID: id, Why: hidden})
		case !a.State.Open():
			p.Left = append(p.Left, LeftOut{ID: id, Number: a.Number, Why: ErrState.With("state", string(a.State), "number", string(a.Number))})
		default:
			p.AICs, p.Codes = append(p.AICs, a), p.Codes+a.Codes
		}
	}
	return p
}

func (p Plan) ids() []int64 {
	ids := make([]int64, len(p.AICs))
	for i, a := range p.AICs {
		ids[i] = a.ID
	}
	return ids
}

// statement is what a person signs: each AIC with where it stands and how many
// codes are in it, then the codes that become free by product. The same AICs in
// the same states give the same text.
func (p Plan) statement(lang i18n.Lang, host string, o org.Org) string {
	lines := []string{
		i18n.TextN(lang, "aic.statement.disband", len(p.AICs), "host", host),
		i18n.Text(lang, "aic.statement.org", "org", o.Name(lang.Code()), "tin", string(o.TIN)),
	}
	for i, a := range p.AICs {
		lines = append(lines, i18n.Text(lang, "aic.statement.one", "i", i+1, "number", string(a.Number), "codes", a.Codes,
			"state", i18n.Text(lang, "aic.state."+string(a.State)), "revision", a.Revision))
	}
	lines = append(lines, i18n.Text(lang, "aic.statement.frees", "codes", p.Codes))
	for _, l := range p.Frees {
		lines = append(lines, i18n.Text(lang, "aic.statement.product", "gtin", string(l.GTIN), "codes", l.Codes))
	}
	return strings.Join(lines, "\n")
}

// signedBy reports whether what was signed is the statement of now, in whichever
// language it was shown, and the verifier's line under it.
func (p Plan) signedBy(body, host string, o org.Org) bool {
	end := strings.LastIndexByte(body, '\n')
	return end > 0 && slices.ContainsFunc(i18n.Langs(), func(l i18n.Lang) bool { return p.statement(l, host, o) == body[:end] })
}

// Codes gives the identification codes of an AIC to write, as far as the source
// names them.
func (s *Service) Codes(ctx context.Context, a actor.Actor, id int64, write func(gs1.GTIN, marking.Code) error) error {
	if err := a.Need(perm.DocumentRead); err != nil {
		return err
	}
	if _, err := s.one(ctx, a, id); err != nil {
		return err
	}
	return eachCode(ctx, s.DB, a.OrgID, id, write)
}
