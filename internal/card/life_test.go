package card_test

import (
	"errors"
	"strings"
	"testing"

	"kabinet/internal/account"
	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

func TestACardIsSentReturnedCorrectedAndPublished(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	d.sent(id)
	r := d.get(id)
	if r.Editing != card.Moderation || r.Version.Status != card.Sent || r.Version.SentBy != publisher.Name || r.Version.Deadline.Before(r.Version.SentAt) {
		t.Errorf("sent: %+v", r)
	}
	d.must(d.giveBack(id, 1))
	r = d.get(id)
	if r.Editing != card.Returned || len(r.Remarks()) != 1 || r.Remarks()[0].Field != card.FieldNameRu {
		t.Errorf("returned: %+v %+v", r.Card, r.Remarks())
	}
	if _, _, err := d.cards.Challenge(t.Context(), publisher, []int64{id}); !errors.Is(err, card.ErrUncorrected) {
		t.Errorf("sent again as it was: %v", err)
	}
	typed := r.Version.Content.Typed()
	typed[card.FieldNameRu] = "Вода питьевая «Зилол», 0,5 л"
	d.must(d.cards.Save(t.Context(), editor, id, r.Revision, typed))
	if r = d.get(id); r.Newest != 2 || r.Editing != card.Returned || r.Version.Status != card.Draft || len(r.Remarks()) != 1 || len(r.Version.Content.Photos) != 1 {
		t.Errorf("corrected: %+v", r)
	}
	d.sent(id)
	d.must(d.publish(id, 2))
	r = d.get(id)
	if r.Standing != card.Published || r.Editing != card.Settled || r.Live == nil || r.Live.Number != 2 || len(r.Versions) != 2 {
		t.Errorf("published: %+v", r)
	}
	if n := d.count(`select count(*) from catalogue where card_id = $1 and n = 2 and name_ru like '%,%' and photo_id is not null`, id); n != 1 {
		t.Error("it is not in the catalogue")
	}
	if got := d.text(`select string_agg(action, ' ' order by id) from audit_log where target = 'card:' || $1::bigint`, id); got !=
		"card.create card.send card.return card.change card.send card.publish" {
		t.Errorf("the log says %s", got)
	}
	if n := d.count(`select count(*) from eds_signatures where purpose = 'card'`); n != 2 {
		t.Errorf("%d signatures are kept", n)
	}
}

func TestWhoWroteAndWhoSentAreTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id, err := d.cards.Create(t.Context(), editor, "", bottle(1))
	d.must(err)
	d.photo(id)
	d.sent(id)
	d.must(d.giveBack(id, 1))
	if got := d.text(`select string_agg(member_id || ' ' || key || ' ' || status, ', ' order by member_id) from notices`); got !=
		"3 card.notice.returned. collected, 4 card.notice.returned. collected" {
		t.Errorf("told: %s", got)
	}
	args := d.text(`select args::text from notices where member_id = 4`)
	if !strings.Contains(args, "remarks.ru\", \"Наименование на русском: Ошибка в названии") {
		t.Errorf("with %s", args)
	}
}

func TestTheVersionInForceStaysUntilTheNext(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	d.sent(id)
	d.must(d.publish(id, 1))
	d.must(d.cards.Save(t.Context(), editor, id, 0, with(bottle(1), card.FieldBrand, "Zilol Nova")))
	r := d.get(id)
	if r.Newest != 2 || r.Live.Number != 1 || r.Live.Content.Brand != "Zilol" || r.Version.Content.Brand != "Zilol Nova" || r.Standing != card.Published || r.Editing != card.Drafted {
		t.Errorf("edited: %+v", r)
	}
	if got := d.text(`select brand from catalogue`); got != "Zilol" {
		t.Errorf("the catalogue shows %s", got)
	}
	for _, field := range []string{card.FieldGTIN, card.FieldGroup} {
		other := map[string]string{card.FieldGTIN: gtin("4780101", 2), card.FieldGroup: "tobacco"}[field]
		changed := card.Typed{card.FieldGTIN: gtin("4780101", 1), card.FieldPackaging: "UNIT", card.FieldGroup: "water", field: other}
		if err := d.cards.Save(t.Context(), publisher, id, 0, changed); !errors.Is(err, card.ErrFixed) {
			t.Errorf("another %s: %v", field, err)
		}
	}
	d.sent(id)
	if r, err := d.cards.TakeBack(t.Context(), publisher, []int64{id}); err != nil || len(r.Done) != 1 {
		t.Fatalf("taken back: %+v, %v", r, err)
	}
	if r := d.get(id); r.Newest != 3 || r.Version.Status != card.Draft || r.Version.Content.Brand != "Zilol Nova" || r.Versions[1].Status != card.Withdrawn {
		t.Errorf("taken back: %+v", r)
	}
	gone, err := d.cards.DeleteDraft(t.Context(), editor, id)
	if r := d.get(id); err != nil || gone || r.Newest != 1 || r.Editing != card.Settled || r.Brand != "Zilol" || len(r.Versions) != 2 {
		t.Errorf("given up: %v, %+v", err, r)
	}
	d.must(d.cards.Save(t.Context(), editor, id, 0, with(bottle(1), card.FieldBrand, "Zilol Ultra")))
	d.sent(id)
	d.must(d.publish(id, 3))
	if r := d.get(id); r.Live.Number != 3 || r.Versions[2].Status != card.Replaced {
		t.Errorf("published anew: %+v", r)
	}
	if got := d.text(`select brand || n from catalogue`); got != "Zilol Ultra3" {
		t.Errorf("the catalogue shows %s", got)
	}
}

func TestBlockedAndArchivedCardsLeaveTheCatalogue(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	d.sent(id)
	d.must(d.publish(id, 1))
	shown := func() int { return d.count(`select count(*) from catalogue`) }
	act := func(do func() (card.Result, error)) {
		t.Helper()
		if r, err := do(); err != nil || r.Err() != nil {
			t.Fatalf("%v %+v", err, r)
		}
	}
	one := []int64{id}
	if _, err := d.cards.Block(t.Context(), publisher, one, " "); !errors.Is(err, card.ErrReason) {
		t.Errorf("without a reason: %v", err)
	}
	act(func() (card.Result, error) { return d.cards.Block(t.Context(), publisher, one, "Not made any more") })
	if err := d.cards.Save(t.Context(), publisher, id, 0, with(bottle(1), card.FieldBrand, "X")); !errors.Is(err, card.ErrState) {
		t.Errorf("a blocked card was edited: %v", err)
	}
	if n := shown(); n != 0 || d.get(id).Standing != card.Blocked {
		t.Errorf("blocked, and %d in the catalogue", n)
	}
	act(func() (card.Result, error) { return d.cards.Unblock(t.Context(), publisher, one) })
	if n := shown(); n != 1 {
		t.Errorf("unblocked, and %d in the catalogue", n)
	}
	act(func() (card.Result, error) { return d.cards.Archive(t.Context(), publisher, one) })
	if n := shown(); n != 0 || !d.get(id).Archived {
		t.Errorf("archived, and %d in the catalogue", n)
	}
	other := d.made(1)
	r, err := d.cards.Restore(t.Context(), publisher, one)
	f, _ := fault.As(r.Err())
	if err != nil || !errors.Is(r.Err(), card.ErrTwice) || f.Args[1] != other {
		t.Errorf("beside another card of the number: %v, %+v", err, r)
	}
	if gone, err := d.cards.DeleteDraft(t.Context(), publisher, other); err != nil || !gone {
		t.Errorf("deleted: %t, %v", gone, err)
	}
	act(func() (card.Result, error) { return d.cards.Restore(t.Context(), publisher, one) })
	if n := shown(); n != 1 {
		t.Errorf("restored, and %d in the catalogue", n)
	}
}

func TestOneSignatureSendsMany(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.made(1), d.made(2)
	foreign, err := d.cards.Create(t.Context(), publisher, "", with(bottle(1), card.FieldGTIN, gtin("4780202", 1)))
	d.must(err)
	d.photo(foreign)
	bare, err := d.cards.Create(t.Context(), publisher, "", with(bottle(3), card.FieldCountry, ""))
	d.must(err)
	ids := []int64{b, a, foreign, bare, 99}
	sending, err := d.cards.Check(t.Context(), publisher, ids)
	d.must(err)
	if len(sending.Cards) != 2 || len(sending.Left) != 3 || sending.Cards[0].ID != a {
		t.Fatalf("sending %+v", sending)
	}
	for _, c := range sending.Cards {
		if !strings.Contains(sending.Statement, string(c.GTIN)) || !strings.Contains(sending.Statement, c.SHA256) {
			t.Errorf("the statement lacks %s: %s", c.GTIN, sending.Statement)
		}
	}
	why := map[int64]error{foreign: card.ErrOwner, bare: card.ErrUnready, 99: card.ErrNotFound}
	for _, l := range sending.Left {
		if !errors.Is(l.Why, why[l.ID]) {
			t.Errorf("%d is left out for %v", l.ID, l.Why)
		}
		if cs, _ := fault.ComplaintsOf(l.Why); l.ID == bare && len(cs) != 2 {
			t.Errorf("complaints %+v", cs)
		}
	}
	r, err := d.cards.Send(t.Context(), publisher, ids, d.signed(publisher, ids...))
	if err != nil || len(r.Done) != 2 || len(r.Left) != 3 || r.Deadline.IsZero() {
		t.Errorf("sent: %+v, %v", r, err)
	}
	if n := d.count(`select count(*) from audit_log where action = 'card.send'`); n != 2 {
		t.Errorf("%d lines", n)
	}
}

func TestWhatWasSignedIsWhatIsSent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	one := []int64{id}
	send := func(by actor.Actor, in card.Signed) error {
		_, err := d.cards.Send(t.Context(), by, one, in)
		return err
	}
	t.Run("not what was changed since", func(t *testing.T) {
		in := d.signed(publisher, id)
		d.must(d.cards.Save(t.Context(), editor, id, 0, with(bottle(1), card.FieldBrand, "Zilol Nova")))
		if err := send(publisher, in); !errors.Is(err, card.ErrChanged) {
			t.Errorf("%v", err)
		}
	})
	t.Run("not with the key of another person", func(t *testing.T) {
		c, _, err := d.cards.Challenge(t.Context(), publisher, one)
		d.must(err)
		if err := send(publisher, d.sign(second, c)); !errors.Is(err, account.ErrOtherPerson) {
			t.Errorf("%v", err)
		}
	})
	t.Run("not with the key of another organization", func(t *testing.T) {
		c, _, err := d.cards.Challenge(t.Context(), publisher, one)
		d.must(err)
		if err := send(publisher, d.sign(stranger, c)); !errors.Is(err, account.ErrOtherOrg) {
			t.Errorf("%v", err)
		}
	})
	t.Run("not another card", func(t *testing.T) {
		other := d.made(2)
		in := d.signed(publisher, other)
		if err := send(publisher, in); !errors.Is(err, card.ErrChanged) {
			t.Errorf("%v", err)
		}
	})
	if got := d.get(id); got.Editing != card.Drafted || d.count(`select count(*) from eds_signatures`) != 0 {
		t.Errorf("sent after all: %+v", got.Card)
	}
	t.Run("in whichever language it was read, and once", func(t *testing.T) {
		c, _, err := d.cards.Challenge(i18n.With(t.Context(), i18n.Ru), publisher, one)
		d.must(err)
		in := d.sign(publisher, c)
		if err := send(publisher, in); err != nil {
			t.Errorf("%v", err)
		}
		if err := send(publisher, in); err == nil {
			t.Error("the same signature went through again")
		}
	})
}

func TestOnceDecidedStaysDecided(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	if err := d.publish(id, 1); !errors.Is(err, card.ErrState) {
		t.Errorf("a draft was published: %v", err)
	}
	d.sent(id)
	if err := d.publish(id, 2); !errors.Is(err, card.ErrState) {
		t.Errorf("a version that is none was published: %v", err)
	}
	if err := d.tx(func(tx pg.Tx) error { return card.ReturnTx(t.Context(), tx, moderator, 2, id, 1, nil) }); !errors.Is(err, card.ErrNoRemarks) {
		t.Errorf("returned without a word: %v", err)
	}
	waiting, live, returned, err := card.ForModeration(t.Context(), d.db, 2, id)
	if err != nil || waiting.Number != 1 || live != nil || returned != nil || waiting.Content.Brand != "Zilol" {
		t.Errorf("on the desk: %+v %v", waiting, err)
	}
	d.must(d.publish(id, 1))
	if err := d.giveBack(id, 1); !errors.Is(err, card.ErrState) {
		t.Errorf("decided twice: %v", err)
	}
	if _, _, _, err := card.ForModeration(t.Context(), d.db, 2, id); !errors.Is(err, card.ErrState) {
		t.Errorf("on the desk afterwards: %v", err)
	}
	if err := d.publish(999, 1); !errors.Is(err, card.ErrNotFound) {
		t.Errorf("a card that is none: %v", err)
	}
}

func TestACopySaysTheSameUnderAnotherNumber(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	if _, err := d.cards.Copy(t.Context(), editor, id, "", ""); !errors.Is(err, card.ErrNoGTIN) {
		t.Errorf("without a number: %v", err)
	}
	if _, err := d.cards.Copy(t.Context(), editor, id, gtin("4780101", 1), ""); !errors.Is(err, card.ErrSame) {
		t.Errorf("with the same number: %v", err)
	}
	copied, err := d.cards.Copy(t.Context(), editor, id, gtin("4780101", 2), "key")
	d.must(err)
	again, err := d.cards.Copy(t.Context(), editor, id, gtin("4780101", 2), "key")
	if err != nil || again != copied {
		t.Errorf("the form sent twice: %d, %v", again, err)
	}
	from, to := d.get(id).Version.Content, d.get(copied).Version.Content
	if to.Photos[0].ID == from.Photos[0].ID || to.Photos[0].SHA256 != from.Photos[0].SHA256 || d.get(copied).PhotoID != to.Photos[0].ID {
		t.Errorf("photos %+v of %+v", to.Photos, from.Photos)
	}
	to.Photos, to.GTIN = from.Photos, from.GTIN
	if from.SHA256() != to.SHA256() {
		t.Errorf("it says %+v, not %+v", to, from)
	}
	if gone, err := d.cards.DeleteDraft(t.Context(), editor, id); err != nil || !gone {
		t.Errorf("delete the original: %v", err)
	}
	if n := d.count(`select count(*) from card_photos`); n != 1 {
		t.Errorf("%d photos are left", n)
	}
}

func TestACountryIsFilledInEverywhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	draft := d.made(1)
	live := d.made(2)
	d.sent(live)
	d.must(d.publish(live, 1))
	waiting := d.made(3)
	d.sent(waiting)
	r, err := d.cards.SetCountry(t.Context(), editor, []int64{draft, live, waiting}, "Qozogʻiston")
	if err != nil || len(r.Done) != 2 || len(r.Left) != 1 || !errors.Is(r.Left[0].Why, card.ErrState) {
		t.Errorf("%+v, %v", r, err)
	}
	if got := d.get(draft); got.Country != "KZ" || got.Newest != 1 {
		t.Errorf("the draft: %+v", got.Card)
	}
	if got := d.get(live); got.Country != "KZ" || got.Newest != 2 || got.Live.Content.Country != "UZ" {
		t.Errorf("the published one: %+v", got.Card)
	}
	if _, err := d.cards.SetCountry(t.Context(), editor, []int64{draft}, "Atlantis"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no country: %v", err)
	}
}

func TestACodeThatWasSwitchedOffIsAskedForAnew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.made(1)
	d.exec(`delete from card_codes where group_id = 13 and list = 'hs' and code = $1`, bottle(1)[card.FieldHS])
	if r := d.get(id); len(r.Missing) != 1 || r.Missing[0].Field != card.FieldHS || r.Missing[0].Key != "card.hs_unknown" {
		t.Errorf("it lacks %+v", r.Missing)
	}
	_, _, err := d.cards.Challenge(t.Context(), publisher, []int64{id})
	if cs, _ := fault.ComplaintsOf(err); !errors.Is(err, card.ErrUnready) || len(cs) != 1 {
		t.Errorf("sent with %+v, %v", cs, err)
	}
}
