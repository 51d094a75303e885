package proof

import (
	"context"
	"fmt"
	"time"

	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/pg"
)

// insertChallenge opens a challenge. A session has one open challenge for a
// purpose: an earlier one gives way, it gets a new id and is nobody's any more.
func insertChallenge(ctx context.Context, tx pg.Tx, sessionKey string, p Purpose, body, ip string, life time.Duration) (id string, err error) {
	const q = `
		insert into eds_challenges (session_key, purpose, body, ip, expires_at)
		values ($1, $2, $3, $4, now() + $5::interval)
		on conflict (session_key, purpose) where consumed_at is null do update
		set id = excluded.id, body = excluded.body, ip = excluded.ip,
		    created_at = excluded.created_at, expires_at = excluded.expires_at
		returning id::text`
	if err := tx.QueryRow(ctx, q, sessionKey, p, body, ip, life).Scan(&id); err != nil {
		return "", fmt.Errorf("insert challenge: %w", err)
	}
	return id, nil
}

// consumeChallenge uses a challenge up and gives its text; of several at once
// one gets it. Foreign, used and late ones are all ErrChallenge.
func consumeChallenge(ctx context.Context, tx pg.Tx, sessionKey string, p Purpose, id string) (body string, err error) {
	const q = `
		update eds_challenges set consumed_at = now()
		where id = $1::uuid and session_key = $2 and purpose = $3
		  and consumed_at is null and now() < expires_at
		returning body`
	err = tx.QueryRow(ctx, q, id, sessionKey, p).Scan(&body)
	switch {
	case pg.NoRows(err):
		return "", ErrChallenge
	case err != nil:
		return "", fmt.Errorf("consume challenge: %w", err)
	}
	return body, nil
}

// deleteChallenges removes a slice of what ended a day ago and says how many.
func deleteChallenges(ctx context.Context, tx pg.Tx) (int64, error) {
	const q = `
		delete from eds_challenges
		where id in (
			select id from eds_challenges
			where expires_at < now() - interval '1 day'
			order by expires_at limit 5000)`
	tag, err := tx.Exec(ctx, q)
	if err != nil {
		return 0, fmt.Errorf("delete challenges: %w", err)
	}
	return tag.RowsAffected(), nil
}

// register claims a container for an organization, once in the whole system.
func register(ctx context.Context, tx pg.Tx, orgID int64, hash []byte) error {
	const q = `
		insert into eds_signature_registry (container_hash, org_id)
		values ($1, $2)`
	_, err := tx.Exec(ctx, q, hash, orgID)
	switch {
	case pg.Violates(err, "eds_signature_registry_pkey"):
		return ErrReused.Because(err)
	case err != nil:
		return fmt.Errorf("register signature: %w", err)
	}
	return nil
}

// evidence is a signature as it is kept.
type evidence struct {
	Signature
	sealed   []byte
	pinflMAC []byte
	verifier string
}

func nextSignature(ctx context.Context, tx pg.Tx) (id int64, err error) {
	const q = `select nextval('eds_signature_ids')`
	if err := tx.QueryRow(ctx, q).Scan(&id); err != nil {
		return 0, fmt.Errorf("next signature id: %w", err)
	}
	return id, nil
}

func insertSignature(ctx context.Context, tx pg.Tx, orgID, id int64, e evidence) error {
	const q = `
		insert into eds_signatures (org_id, id, purpose, body, container_sealed, signer_name, signer_position,
		                            serial, issuer, org_tin, pinfl_mac, verifier, signed_at, key_until)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	s := e.Signer
	_, err := tx.Exec(ctx, q, orgID, id, e.Purpose, e.Body, e.sealed, s.CN, s.Position,
		s.Serial, s.Issuer, s.OrgTIN, e.pinflMAC, e.verifier, signedAt(s), s.NotAfter.UTC())
	if err != nil {
		return fmt.Errorf("insert signature: %w", err)
	}
	return nil
}

// signedAt is in UTC with the database's precision.
func signedAt(s eds.Signer) time.Time { return s.SignedAt.UTC().Truncate(time.Microsecond) }
