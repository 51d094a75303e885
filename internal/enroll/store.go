package enroll

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/register"
)

// ensureDraft finds the draft of a person and a number, or makes one. What was
// kept before stays, and it lives for seven days from now.
func ensureDraft(ctx context.Context, tx pg.Tx, box *seal.Box, d Draft) (ref Ref, err error) {
	macs := box.MACs(taxid.PINFLPurpose, []byte(d.PINFL))
	const lapsed = `delete from enrollments where tin = $1 and pinfl_mac = any($2) and expires_at <= now()`
	if _, err := tx.Exec(ctx, lapsed, string(d.TIN), macs); err != nil {
		return 0, fmt.Errorf("drop lapsed draft: %w", err)
	}
	const q = `
		insert into enrollments (id, tin, pinfl_mac, pinfl_sealed, trader, holder, position, language, expires_at)
		values (nextval('enrollment_ids'), $1, $2, $3, $4, $5, $6, $7, now() + $8::interval)
		on conflict (tin, pinfl_mac) do update
		set holder = excluded.holder, position = excluded.position, expires_at = excluded.expires_at
		returning id`
	sealed := box.Seal(taxid.PINFLPurpose, []byte(d.PINFL), binding(macs[0]))
	err = tx.QueryRow(ctx, q, string(d.TIN), macs[0], sealed, d.Trader, d.Holder, d.Position, d.Language, draftLife).Scan(&ref)
	if err != nil {
		return 0, fmt.Errorf("ensure draft: %w", err)
	}
	return ref, nil
}

// binding ties a sealed number to its row, which has the fingerprint beside it.
func binding(mac []byte) []byte { return append([]byte("enrollment:"), mac...) }

// draft reads a draft that has not lapsed.
func draft(ctx context.Context, q pg.Querier, box *seal.Box, ref Ref) (Draft, error) {
	d, _, err := read(ctx, q, box, ref, "")
	return d, err
}

// secrets are what of a draft nobody is shown.
type secrets struct {
	signature []byte // sealed
	seed      []byte
	tries     int
	live      bool // the code, by the database's clock
}

func read(ctx context.Context, q pg.Querier, box *seal.Box, ref Ref, lock string) (d Draft, x secrets, err error) {
	const stmt = `
		select id, tin, pinfl_mac, pinfl_sealed, trader, holder, position, entry, entry_at, email, phone, language,
			activities, region, district, street, offer, signature_sealed, seed, tries, code_until,
			coalesce(code_until > now(), false), sent_at is not null, refusal, expires_at
		from enrollments
		where id = $1 and expires_at > now()`
	var mac, sealed, entry []byte
	var entryAt, until *time.Time
	err = q.QueryRow(ctx, stmt+lock, int64(ref)).Scan(&d.ID, &d.TIN, &mac, &sealed, &d.Trader, &d.Holder, &d.Position, &entry, &entryAt,
		&d.Email, &d.Phone, &d.Language, &d.Place.Activities, &d.Place.Address.Region, &d.Place.Address.District, &d.Place.Address.Street,
		&d.Offer, &x.signature, &x.seed, &x.tries, &until, &x.live, &d.Code.Sent, &d.Code.Refusal, &d.Expires)
	switch {
	case pg.NoRows(err):
		return Draft{}, x, ErrNoDraft
	case err != nil:
		return Draft{}, x, fmt.Errorf("draft: %w", err)
	}
	plain, err := box.Open(taxid.PINFLPurpose, sealed, binding(mac))
	if err != nil {
		return Draft{}, x, fmt.Errorf("draft: %w", err)
	}
	d.PINFL, d.Signed = taxid.PINFL(plain), x.signature != nil
	d.Code.Left = max(maxTries-x.tries, 0)
	if until != nil {
		d.Code.Until, d.Code.Over = *until, !x.live || d.Code.Left == 0
	}
	return d, x, d.putEntry(entry, entryAt)
}

// putEntry gives the draft what the register said. The director's number is not
// kept in it: it is that of the holder.
func (d *Draft) putEntry(stored []byte, at *time.Time) error {
	if stored == nil || at == nil {
		return nil
	}
	var e register.Entry
	if err := json.Unmarshal(stored, &e); err != nil {
		return fmt.Errorf("draft's entry: %w", err)
	}
	e.Director.PINFL = d.PINFL
	d.Entry, d.EntryAt = &e, *at
	return nil
}

func putEntry(ctx context.Context, tx pg.Tx, ref Ref, e register.Entry) error {
	e.Director.PINFL = ""
	entry, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("draft's entry: %w", err)
	}
	const q = `
		update enrollments
		set entry = $2, entry_at = now(),
			region = case when activities = '{}' then $3 else region end,
			district = case when activities = '{}' then $4 else district end,
			street = case when activities = '{}' then $5 else street end
		where id = $1 and expires_at > now()`
	return stored(tx.Exec(ctx, q, int64(ref), entry, e.Address.Region, e.Address.District, e.Address.Street))
}

func dropEntry(ctx context.Context, tx pg.Tx, ref Ref) error {
	const q = `update enrollments set entry = null, entry_at = null where id = $1`
	return stored(tx.Exec(ctx, q, int64(ref)))
}

func putContacts(ctx context.Context, tx pg.Tx, ref Ref, c Contacts) error {
	const q = `
		update enrollments
		set phone = $3, language = $4,
			seed = case when email = $2 then seed end, code_until = case when email = $2 then code_until end,
			sent_at = case when email = $2 then sent_at end, refusal = case when email = $2 then refusal else '' end,
			email = $2
		where id = $1 and expires_at > now()`
	return stored(tx.Exec(ctx, q, int64(ref), c.Email, c.Phone, c.Language))
}

func putPlace(ctx context.Context, tx pg.Tx, ref Ref, p Place) error {
	const q = `
		update enrollments
		set activities = $2, region = $3, district = $4, street = $5
		where id = $1 and expires_at > now()`
	a := p.Address
	return stored(tx.Exec(ctx, q, int64(ref), p.Activities, a.Region, a.District, a.Street))
}

func putOffer(ctx context.Context, tx pg.Tx, ref Ref, version string) error {
	const q = `
		update enrollments
		set offer = $2, signature_sealed = case when offer = $2 then signature_sealed end
		where id = $1 and expires_at > now()`
	return stored(tx.Exec(ctx, q, int64(ref), version))
}

func putSignature(ctx context.Context, tx pg.Tx, ref Ref, sealed []byte) error {
	const q = `update enrollments set signature_sealed = $2 where id = $1 and expires_at > now()`
	return stored(tx.Exec(ctx, q, int64(ref), sealed))
}

func putCode(ctx context.Context, tx pg.Tx, ref Ref, seed []byte) error {
	const q = `
		update enrollments
		set seed = $2, tries = 0, code_until = now() + $3::interval, sent_at = null, refusal = ''
		where id = $1 and expires_at > now()`
	return stored(tx.Exec(ctx, q, int64(ref), seed, codeLife))
}

func countTry(ctx context.Context, tx pg.Tx, ref Ref) error {
	const q = `update enrollments set tries = tries + 1 where id = $1`
	return stored(tx.Exec(ctx, q, int64(ref)))
}

func deleteDraft(ctx context.Context, tx pg.Tx, ref Ref) error {
	const q = `delete from enrollments where id = $1`
	return stored(tx.Exec(ctx, q, int64(ref)))
}

// deleteLapsed removes drafts that ended and says how many.
func deleteLapsed(ctx context.Context, tx pg.Tx) (int64, error) {
	const q = `
		delete from enrollments
		where id in (select id from enrollments where expires_at <= now() order by expires_at limit 1000)`
	tag, err := tx.Exec(ctx, q)
	if err != nil {
		return 0, fmt.Errorf("delete lapsed drafts: %w", err)
	}
	return tag.RowsAffected(), nil
}

// markSent notes what the relay said about the letter with a code; a newer code
// is not touched.
func markSent(ctx context.Context, tx pg.Tx, a SendArgs, refusal string) error {
	const q = `
		update enrollments
		set sent_at = case when $3 = '' then now() end, refusal = $3
		where id = $1 and seed = $2`
	if _, err := tx.Exec(ctx, q, int64(a.Ref), a.Seed, refusal); err != nil {
		return fmt.Errorf("mark letter: %w", err)
	}
	return nil
}

// affected is the part of a command's result that stored looks at.
type affected interface{ RowsAffected() int64 }

// stored is ErrNoDraft when the draft is gone or has lapsed.
func stored(tag affected, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("store draft: %w", err)
	case tag.RowsAffected() == 0:
		return ErrNoDraft
	}
	return nil
}
