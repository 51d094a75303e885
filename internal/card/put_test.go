package card_test

import (
	"errors"
	"testing"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/pg"
)

// put writes rows of water as a file does.
func (d *desk) put(a actor.Actor, rows ...card.Typed) (out []card.Outcome, err error) {
	d.Helper()
	book, err := attribute.BookOf(d.Context(), d.db, waterID)
	d.must(err)
	puts := make([]card.Put, len(rows))
	for i, t := range rows {
		puts[i].Typed = t
	}
	err = d.tx(func(tx pg.Tx) error {
		out, err = card.PutTx(d.Context(), tx, a, book, puts)
		return err
	})
	return out, err
}

func TestAFileMakesAndChangesCards(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	draft := d.made(1)
	live := d.made(2)
	d.sent(live)
	d.must(d.publish(live, 1))
	waiting := d.made(3)
	d.sent(waiting)
	same := d.made(4)
	tobacco, err := d.cards.Create(t.Context(), publisher, "", card.Typed{card.FieldGTIN: gtin("4780101", 5), card.FieldPackaging: "UNIT", card.FieldGroup: "tobacco"})
	d.must(err)
	out, err := d.put(editor,
		card.Typed{card.FieldGTIN: gtin("4780101", 1), card.FieldBrand: "Zilol Nova"}, // the rest stays
		with(bottle(2), card.FieldBrand, "Zilol Nova"),
		with(bottle(3), card.FieldBrand, "Zilol Nova"),
		bottle(4),
		bottle(5),
		bottle(6),
		bottle(6),
		with(bottle(7), card.FieldHS, "1"),
		card.Typed{card.FieldGTIN: "4780101000019", card.FieldPackaging: "UNIT"},
	)
	d.must(err)
	want := []struct {
		id               int64
		created, changed bool
		err              error
	}{
		{draft, false, true, nil},
		{live, false, true, nil},
		{waiting, false, false, card.ErrState},
		{same, false, false, nil},
		{tobacco, false, false, card.ErrOtherGroup},
		{0, true, false, nil},
		{0, false, false, card.ErrGTINTwice},
		{0, false, false, fault.New(fault.Invalid, "fault.form")},
		{0, false, false, fault.New(fault.Invalid, "fault.form")},
	}
	for i, w := range want {
		o := out[i]
		if o.Created != w.created || o.Changed != w.changed || !errors.Is(o.Err, w.err) || w.id != 0 && o.ID != w.id || w.created && o.ID == 0 {
			t.Errorf("row %d: %+v, want %+v", i, o, w)
		}
	}
	if r := d.get(draft); r.Brand != "Zilol Nova" || r.NameUz == "" || r.Newest != 1 || len(r.Version.Content.Photos) != 1 {
		t.Errorf("the draft: %+v", r.Card)
	}
	if r := d.get(live); r.Newest != 2 || r.Live.Content.Brand != "Zilol" {
		t.Errorf("the published one: %+v", r.Card)
	}
	if n := d.count(`select count(*) from audit_log where actor_id = '4' and action in ('card.create', 'card.change')`); n != 3 {
		t.Errorf("%d lines", n)
	}
	again, err := d.put(editor, bottle(6))
	if err != nil || again[0].Created || again[0].Changed || again[0].ID != out[5].ID {
		t.Errorf("again: %+v, %v", again, err)
	}
}

// TestEveryDoorStoresTheSame: the bytes in the database are one and the same for a
// form, a file, and a file over an unfinished card.
func TestEveryDoorStoresTheSame(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	typed := bottle(1)
	typed[card.FieldNameUz], typed[card.FieldCountry], typed["attr.volume"] = "  Zilol o'zbek\u00a0suvi ", "Ўзбекистон", "0,50"
	form, err := d.cards.Create(t.Context(), editor, "", typed)
	d.must(err)
	d.exec(`update cards set archived_at = now() where id = $1`, form)
	file, err := d.put(editor, typed)
	d.must(err)
	d.exec(`update cards set archived_at = now() where id = $1`, file[0].ID)
	later, err := d.cards.Create(t.Context(), editor, "", card.Typed{card.FieldGTIN: typed[card.FieldGTIN], card.FieldPackaging: "unit", card.FieldGroup: "13"})
	d.must(err)
	d.must(d.cards.Save(t.Context(), editor, later, 1, typed))
	if n := d.count(`select count(distinct (content::text)) from card_versions`); n != 1 {
		t.Errorf("%d contents: %s", n, d.text(`select string_agg(distinct content::text, E'\n') from card_versions`))
	}
	if n := d.count(`select count(distinct (fold, name_uz, country, packaging)) from cards`); n != 1 {
		t.Errorf("%d ways to be listed", n)
	}
}

func TestAFileOfAForeignGroup(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.exec(`update org_product_groups set status = 'blocked' where org_id = 2 and group_id = 13`)
	if _, err := d.put(editor, bottle(1)); !errors.Is(err, card.ErrNoGroup) {
		t.Errorf("a group that is blocked: %v", err)
	}
	d.exec(`delete from member_groups`)
	if _, err := d.put(editor, bottle(1)); !errors.Is(err, actor.ErrGroup) {
		t.Errorf("a group that is not the person's: %v", err)
	}
}
