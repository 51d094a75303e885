//go:build dev

package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/moderation"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/eimzosim"
	"kabinet/internal/platform/picture"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/internal/staff"
)

// shelf puts invented goods into the portal by the use cases that people use:
// photos are cleaned, sending is signed with the director's key, and a moderator
// of the cast decides.
type shelf struct {
	cards *card.Service
	desk  *moderation.Service
	staff *staff.Service
	db    *pgxpool.Pool
	sim   *eimzosim.Simulator
}

// newShelf judges signatures as the portal will: by what the simulator issued.
func newShelf(w *workshop, db *pgxpool.Pool, box *seal.Box) (*shelf, error) {
	verifier, err := cms.New(cms.Config{TrustPEM: w.sim.TrustPEM(), Now: clock.System, ChallengeTTL: w.conf.EDS.ChallengeTTL})
	if err != nil {
		return nil, err
	}
	return &shelf{
		db: db, sim: w.sim, desk: &moderation.Service{DB: db}, staff: &staff.Service{DB: db, Box: box},
		cards: &card.Service{
			DB: db, Accounts: &account.Service{DB: db, Box: box}, Pictures: picture.New(), Host: "localhost",
			Proof: &proof.Service{DB: db, Verifier: verifier, Box: box, Name: "cms", Statements: true},
		},
	}, nil
}

// fill writes cards of a company and brings each to where it shall stand.
func (s *shelf) fill(ctx context.Context, director actor.Actor, pinfl taxid.PINFL, all []goods) error {
	ids := make(map[fate][]int64)
	for _, g := range all {
		id, err := s.write(ctx, director, g)
		if err != nil {
			return fmt.Errorf("card of %s: %w", g.uz, err)
		}
		ids[g.fate] = append(ids[g.fate], id)
	}
	if err := s.send(ctx, director, pinfl, slices.Concat(ids[published], ids[changed], ids[blocked], ids[returned], ids[waiting])); err != nil {
		return err
	}
	if err := s.decide(ctx, director.OrgID, slices.Concat(ids[published], ids[changed], ids[blocked]), ids[returned]); err != nil {
		return err
	}
	for _, id := range ids[changed] {
		if err := s.change(ctx, director, id); err != nil {
			return fmt.Errorf("new version: %w", err)
		}
	}
	if len(ids[blocked]) == 0 {
		return nil
	}
	_, err := s.cards.Block(ctx, director, ids[blocked], "Ushbu model endi olib kelinmaydi")
	return err
}

// write makes a draft with the photos of the goods.
func (s *shelf) write(ctx context.Context, director actor.Actor, g goods) (int64, error) {
	typed := g.typed()
	id, err := s.cards.Create(ctx, director, "", typed)
	if err != nil || g.fate == unfinished {
		return id, err
	}
	for i, side := range []card.Side{card.Front, card.Rear} {
		photo, err := pack(typed[card.FieldGTIN], i)
		if err != nil {
			return 0, err
		}
		if err := s.cards.TakePhoto(ctx, director, id, side, string(side)+".jpg", bytes.NewReader(photo)); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// send signs all with the director's key at once.
func (s *shelf) send(ctx context.Context, director actor.Actor, pinfl taxid.PINFL, ids []int64) error {
	asked, sending, err := s.cards.Challenge(ctx, director, ids)
	if err != nil || len(sending.Left) > 0 {
		return fmt.Errorf("send cards: %w, left %+v", err, sending.Left)
	}
	keys := s.sim.Keys()
	at := slices.IndexFunc(keys, func(k eimzosim.Key) bool { return k.Person.PINFL == string(pinfl) && len(k.Flaws) == 0 })
	if at < 0 {
		return fmt.Errorf("nobody in the cast has the number of the director of organization %d", director.OrgID)
	}
	container := keys[at].Sign([]byte(asked.Text), clock.System())
	_, err = s.cards.Send(ctx, director, ids, card.Signed{Challenge: asked.ID, PKCS7: base64.StdEncoding.EncodeToString(container)})
	return err
}

// decide publishes some cards and returns others, each with two reasons.
func (s *shelf) decide(ctx context.Context, orgID int64, publish, giveBack []int64) error {
	op, end, err := s.moderator(ctx)
	if err != nil {
		return err
	}
	defer end()
	for _, id := range publish {
		if err := s.desk.Publish(ctx, op, first(orgID, id)); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	for _, id := range giveBack {
		if err := s.desk.Return(ctx, op, first(orgID, id), moderation.ReturnDraft{Words: remarks()}); err != nil {
			return fmt.Errorf("return: %w", err)
		}
	}
	return nil
}

// first is the first version of a card.
func first(orgID, cardID int64) moderation.Key {
	return moderation.Key{Ref: moderation.Ref{OrgID: orgID, CardID: cardID}, N: 1}
}

// moderator signs the moderator of the cast in, until end.
func (s *shelf) moderator(ctx context.Context) (op actor.Operator, end func(), err error) {
	anybody := actor.Operator{SessionKey: "seed", Rights: perm.RoleOpAdmin.Rights()} // reads, changes nothing
	page, err := s.staff.List(ctx, anybody, staff.Filter{Query: moderatorName})
	if err != nil || len(page.Rows) != 1 {
		return op, nil, fmt.Errorf("%d moderators called %s: %w", len(page.Rows), moderatorName, err)
	}
	i, end, err := atBrowser(ctx, s.db, session.Who{StaffID: page.Rows[0].ID})
	return i.Operator(atDesk), end, err
}

// change begins a new version of a published card.
func (s *shelf) change(ctx context.Context, director actor.Actor, id int64) error {
	r, err := s.cards.Get(ctx, director, id)
	if err != nil {
		return err
	}
	t := maps.Clone(r.Version.Content.Typed())
	t[card.FieldNameUz] = strings.TrimSuffix(t[card.FieldNameUz], ".") + ", yangi qadoqda"
	t[card.FieldNameRu] += ", в новой упаковке"
	return s.cards.Save(ctx, director, id, r.Revision, t)
}

// remarks are what a moderator finds on the returned card.
func remarks() []moderation.Words {
	return []moderation.Words{
		{Field: card.FieldNameRu, Uz: "Ruscha nomi qadoqdagidan farq qiladi", Ru: "Название на русском отличается от того, что на упаковке", En: "The Russian name differs from that on the package"},
		{Field: "attr.model", Uz: "Oʻlchamini qadoqdagidek yozing", Ru: "Укажите размер как на упаковке", En: "Write the size as it stands on the package"},
	}
}
