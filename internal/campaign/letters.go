package campaign

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// ByToken finds the letter whose link was opened, in whatever state it is.
//
//gate:none whoever has the letter may open its link; nothing is used up
func (s *Service) ByToken(ctx context.Context, token string) (Letter, error) {
	folded, ok := foldToken(token)
	if !ok {
		return Letter{}, ErrNotFound
	}
	return letterByKey(ctx, s.db, "token", keyHash(folded))
}

// ByCode finds the letter whose code was typed without its link. The caller
// limits how often somebody may ask.
//
//gate:none the code itself is what is asked for
func (s *Service) ByCode(ctx context.Context, code string) (Letter, error) {
	folded, ok := FoldCode(code)
	if !ok {
		return Letter{}, ErrCodeShape
	}
	return letterByKey(ctx, s.db, "code", keyHash(folded))
}

// TryCode compares a typed code with a letter's. What cannot be a code is
// ErrCodeShape and costs nothing; a wrong one is ErrCodeWrong with "left", the
// tries that remain; the fifth wrong one kills the letter and is ErrLocked.
//
//gate:none the code itself is what is asked for
func (s *Service) TryCode(ctx context.Context, l Letter, code string) error {
	folded, ok := FoldCode(code)
	if !ok {
		return ErrCodeShape
	}
	var verdict error // of a transaction that is stored whatever it says
	err := pg.InTx(ctx, s.db, func(tx pg.Tx) (err error) {
		verdict, err = s.tryCodeTx(ctx, tx, l, folded)
		return err
	})
	if err != nil {
		return err
	}
	return verdict
}

// tryCodeTx holds the letter's row, so that tries come one after the other and
// there is never a sixth.
func (s *Service) tryCodeTx(ctx context.Context, tx pg.Tx, l Letter, folded string) (verdict, err error) {
	now, seed, err := lockLetter(ctx, tx, l.OrgID, l.ID)
	if err != nil {
		return nil, err
	}
	if dead := now.Err(); dead != nil {
		return dead, nil
	}
	if opens(keysOf(s.box, seed, l.OrgID, l.ID), folded) {
		return nil, nil
	}
	wrong, err := countWrongCode(ctx, tx, l.OrgID, l.ID)
	if err != nil {
		return nil, err
	}
	entry := audit.Entry{OrgID: l.OrgID, Action: "letter.mistype", Target: letterTarget(l.ID), Details: map[string]any{"wrong": wrong}}
	verdict = ErrCodeWrong.With("left", MaxWrongCodes-wrong)
	if wrong >= MaxWrongCodes {
		entry.Action, verdict = "letter.lock", ErrLocked
	}
	return verdict, audit.Record(ctx, tx, actor.Visitor(actor.Origin{}), entry)
}

// ConsumeTx uses a live letter up and so decides who activates: of two that
// try at once one wins, and the other learns what happened to the letter. The
// caller holds the organization's row (lock order, decision 0016).
func (s *Service) ConsumeTx(ctx context.Context, tx pg.Tx, orgID, letterID int64) error {
	used, err := consumeLetter(ctx, tx, orgID, letterID)
	if err != nil || used {
		return err
	}
	l, err := letterOf(ctx, tx, orgID, letterID)
	if err != nil {
		return err
	}
	if dead := l.Err(); dead != nil {
		return dead
	}
	return ErrNotLive // became live between the two statements; trying again is right
}

// ResendTx ends the organization's earlier letter and queues a new one, with
// its job. The new one belongs to the same campaign, so that the campaign's
// numbers tell who activated after all.
func (s *Service) ResendTx(ctx context.Context, tx pg.Tx, who actor.Subject, orgID int64) (letterID int64, err error) {
	a, err := holdAwaiting(ctx, tx, orgID)
	if err != nil {
		return 0, err
	}
	ended, err := endLetter(ctx, tx, orgID)
	if err != nil {
		return 0, err
	}
	if err := a.follow(newestLetter(ctx, tx, orgID)); err != nil {
		return 0, err
	}
	stored, err := s.queue(ctx, tx, a.CampaignID, a.Kind, nil, []recipient{a.recipient})
	if err != nil {
		return 0, err
	}
	if len(stored) == 0 {
		return 0, ErrJustSent
	}
	entry := audit.Entry{OrgID: orgID, Action: "letter.resend", Target: letterTarget(stored[0].ID), Details: map[string]any{"replaced": ended}}
	if err := audit.Record(ctx, tx, who, entry); err != nil {
		return 0, err
	}
	return stored[0].ID, jobs.Enqueue(ctx, tx, SendArgs{Letters: stored}, jobs.InQueue(jobs.Default), jobs.Priority(1))
}

// queue makes letters for recipients and gives those that were stored: who has
// a live letter gets no second one.
func (s *Service) queue(ctx context.Context, tx pg.Tx, campaignID int64, kind Kind, sendBefore *time.Time, to []recipient) ([]Ref, error) {
	ids, err := newLetterIDs(ctx, tx, len(to))
	if err != nil {
		return nil, err
	}
	drafts := make([]draftLetter, len(to))
	for i, r := range to {
		seed := make([]byte, seedLen)
		_, _ = rand.Read(seed) // never fails: crypto/rand ends the program instead
		drafts[i] = draftLetter{recipient: r, ID: ids[i], Seed: seed}
	}
	stored, err := insertLetters(ctx, tx, campaignID, kind, sendBefore, drafts)
	if err != nil {
		return nil, err
	}
	refs := make([]Ref, 0, len(stored))
	registry := make([]registeredKey, 0, 2*len(stored))
	for _, d := range drafts {
		if !stored[d.ID] {
			continue
		}
		k := newKeys(s.box, d.Seed, d.OrgID, d.ID)
		refs = append(refs, Ref{OrgID: d.OrgID, ID: d.ID})
		registry = append(registry,
			registeredKey{keyHash(k.token), "token", d.OrgID, d.ID},
			registeredKey{keyHash(k.code), "code", d.OrgID, d.ID})
	}
	return refs, copyKeys(ctx, tx, registry)
}

// Resend sends an organization a new letter; the earlier one stops working.
func (s *Service) Resend(ctx context.Context, op actor.Operator, orgID int64) (letterID int64, err error) {
	err = gate.InTx(ctx, s.db, op, perm.OpLetterSend, func(tx pg.Tx) error {
		letterID, err = s.ResendTx(ctx, tx, op.Subject(), orgID)
		return err
	})
	return letterID, err
}

// Newest is the letter of an organization that was made last.
//
//gate:none read by the activation, whose visitor has no rights yet, and by pages behind their own gate
func (s *Service) Newest(ctx context.Context, q pg.Querier, orgID int64) (Letter, error) {
	return newestLetter(ctx, q, orgID)
}

// Row is a letter in the operator's list, with its organization.
type Row struct {
	Letter
	Campaign string // its name, empty outside of campaigns
	TIN      taxid.TIN
	Names
}

// Filter chooses letters; zero fields do not narrow.
type Filter struct {
	CampaignID int64
	OrgID      int64
	Status     Status
	Query      string // a whole TIN, or the beginning of an e-mail address
	Before     int64  // letters older than this id; 0 starts at the newest
	Limit      int

	tin, email string
}

func (f Filter) parsed() Filter {
	q := strings.ToLower(strings.TrimSpace(f.Query))
	f.tin, f.email = "", ""
	if tin, err := taxid.ParseTIN(q); err == nil {
		f.tin = string(tin)
	} else {
		f.email = q
	}
	return f
}

// Letters lists letters, the newest first, and whether older ones follow.
func (s *Service) Letters(ctx context.Context, op actor.Operator, f Filter) (rows []Row, more bool, err error) {
	if err := op.Need(perm.OpCampaignRead); err != nil {
		return nil, false, err
	}
	limit := f.Limit
	f.Limit++
	rows, err = rowsOf(ctx, s.db, f.parsed())
	if len(rows) > limit {
		return rows[:limit], true, err
	}
	return rows, false, err
}

// exportPage is how many rows of an export are in memory at once.
const exportPage = 1000

// Export hands every letter of the filter to each, the newest first.
func (s *Service) Export(ctx context.Context, op actor.Operator, f Filter, each func(Row) error) error {
	if err := op.Need(perm.OpCampaignRead); err != nil {
		return err
	}
	f = f.parsed()
	f.Limit = exportPage
	for {
		rows, err := rowsOf(ctx, s.db, f)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := each(r); err != nil {
				return err
			}
			f.Before = r.ID
		}
		if len(rows) < exportPage {
			return nil
		}
	}
}

// Letter reads one letter for the operator.
func (s *Service) Letter(ctx context.Context, op actor.Operator, id int64) (Row, error) {
	if err := op.Need(perm.OpCampaignRead); err != nil {
		return Row{}, err
	}
	return rowByID(ctx, s.db, id)
}

func letterTarget(id int64) string { return "letter:" + itoa(id) }
