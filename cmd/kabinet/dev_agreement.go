//go:build dev

package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/agreement"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/eimzosim"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
)

// notary brings agreements to where they shall stand, by the use cases that people
// use: what is signed is signed with the director's key.
type notary struct {
	agreements *agreement.Service
	box        *seal.Box
	sim        *eimzosim.Simulator
}

func newNotary(w *workshop, db *pgxpool.Pool, box *seal.Box) (*notary, error) {
	verifier, err := cms.New(cms.Config{TrustPEM: w.sim.TrustPEM(), Now: clock.System, ChallengeTTL: w.conf.EDS.ChallengeTTL})
	if err != nil {
		return nil, err
	}
	return &notary{sim: w.sim, box: box, agreements: &agreement.Service{
		DB: db, Box: box, Accounts: &account.Service{DB: db, Box: box}, Host: "localhost", Now: clock.System,
		Proof: &proof.Service{DB: db, Verifier: verifier, Box: box, Name: "cms", Statements: true},
	}}, nil
}

// agree asks for an agreement and leads it to a state. Organizations that issue no
// codes need none.
func (n *notary) agree(ctx context.Context, director actor.Actor, pinfl taxid.PINFL, to agreement.Status) error {
	id, err := n.agreements.Ask(ctx, director, "")
	switch {
	case errors.Is(err, agreement.ErrNotIssuer) || err == nil && to == agreement.Requested:
		return nil
	case err != nil:
		return fmt.Errorf("ask for an agreement: %w", err)
	}
	op, end, err := answerer(ctx, n.agreements.DB, n.box)
	if err != nil {
		return err
	}
	defer end()
	if err := n.agreements.Send(ctx, op, director.OrgID, id, agreement.Sending{Version: "2026-11-01"}); err != nil {
		return fmt.Errorf("send the agreement: %w", err)
	}
	if to == agreement.Sent {
		return nil
	}
	if err := n.sign(ctx, director, pinfl, id); err != nil {
		return fmt.Errorf("sign the agreement: %w", err)
	}
	return n.agreements.Activate(ctx, op, director.OrgID, id)
}

func (n *notary) sign(ctx context.Context, director actor.Actor, pinfl taxid.PINFL, id int64) error {
	asked, err := n.agreements.Challenge(ctx, director, id)
	if err != nil {
		return err
	}
	keys := n.sim.Keys()
	at := slices.IndexFunc(keys, func(k eimzosim.Key) bool {
		return k.Person.PINFL == string(pinfl) && k.Person.OrgTIN != "" && len(k.Flaws) == 0
	})
	if at < 0 {
		return fmt.Errorf("nobody in the cast has the number of the director of organization %d", director.OrgID)
	}
	container := keys[at].Sign([]byte(asked.Text), clock.System())
	return n.agreements.Sign(ctx, director, id, agreement.Signature{Challenge: asked.ID, PKCS7: base64.StdEncoding.EncodeToString(container)})
}
