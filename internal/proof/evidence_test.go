package proof_test

import (
	"bytes"
	"errors"
	"testing"

	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
)

// TestEvidenceIsJudgedAnew keeps one signature, then spoils what was kept.
func TestEvidenceIsJudgedAnew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(t, `insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		values (7, '302118447', '', '', '', '', '', '', '', '', 'TK', '', '', 'uz', 'active', '', '')`)
	c := d.ask(t, "browser", proof.Card, "I send the card")
	sig, err := d.answer(t, "browser", proof.Card, c.ID, sign(d.key, c.Text))
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	if err := pg.InTx(t.Context(), d.db, func(tx pg.Tx) error { id, err = d.EvidenceTx(t.Context(), tx, 7, sig); return err }); err != nil {
		t.Fatal(err)
	}
	e, err := proof.EvidenceOf(t.Context(), d.db, 7, id)
	if err != nil || e.Body != sig.Body || e.Signer != director.CN || e.Serial != sig.Signer.Serial || e.Verifier != "cms" || e.KeptAt.IsZero() {
		t.Errorf("%+v, %v", e, err)
	}
	if all, err := proof.EvidenceFor(t.Context(), d.db, 7, proof.Card); err != nil || len(all) != 1 || all[0] != e {
		t.Errorf("%+v, %v", all, err)
	}
	if got, err := d.Container(t.Context(), d.db, 7, id); err != nil || !bytes.Equal(got, sig.Container) {
		t.Errorf("another container: %v", err)
	}
	check := func(what string, want error) {
		t.Helper()
		if err := d.Check(t.Context(), d.db, 7, id, visitor); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	check("as it was kept", nil)
	d.authority.Revoke(d.key.Certificate)
	check("the certificate was revoked later", nil)
	if err := d.Check(t.Context(), d.db, 8, id, visitor); !errors.Is(err, proof.ErrNoEvidence) {
		t.Errorf("another organization's: %v", err)
	}
	for _, tt := range []struct {
		what, sql string
		want      error
	}{
		{"another body", `update eds_signatures set body = body || ' '`, proof.ErrChallenge},
		{"kept after the certificate ended", `update eds_signatures set body = rtrim(body), created_at = key_until + interval '1 day'`, proof.ErrExpired},
		{"another certificate named", `update eds_signatures set created_at = now(), serial = 'ff'`, proof.ErrSignature},
		{"another container", `update eds_signatures set container_sealed = container_sealed || '\x00'`, proof.ErrSignature},
		{"another verifier", `update eds_signatures set verifier = 'eimzo'`, proof.ErrElsewhere},
	} {
		d.exec(t, tt.sql)
		check(tt.what, tt.want)
	}
}
