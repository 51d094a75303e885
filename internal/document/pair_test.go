package document_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"kabinet/internal/document"
	"kabinet/internal/feed"
)

// TestBothSidesOfAnInvoice reads the seller's side of what the buyer answers here.
func TestBothSidesOfAnInvoice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	seller := func(source string) document.Record {
		t.Helper()
		r, err := d.docs.Get(ctx, stranger, int64(d.count(`select id from documents where org_id = 9 and source_id = $1`, source)))
		d.must(err)
		return r
	}
	t.Run("an answer stands in both at once", func(t *testing.T) {
		yes, no := d.incoming("yes", nil), d.incoming("no", nil)
		d.must(d.docs.Answer(ctx, acceptor, accept(yes), d.signed(acceptor, accept(yes))))
		d.must(d.docs.Answer(ctx, acceptor, reject("wrong goods", no), d.signed(acceptor, reject("wrong goods", no))))
		if r := seller("yes"); r.Answer != document.Accepted || r.Via != document.ViaPortal || r.AnsweredBy != "" || r.AnsweredAt.IsZero() || r.AnsweredTo != 1 || r.Owed != nil {
			t.Errorf("%+v", r.Answering)
		}
		if r := seller("no"); r.Answer != document.Rejected || r.Reason != "wrong goods" {
			t.Errorf("%+v", r.Answering)
		}
		if n := d.count(`select count(*) from audit_log where org_id = 9 and action = 'document.answered'`); n != 2 {
			t.Errorf("%d lines in the seller's log", n)
		}
		if n := d.count(`select count(*) from notices where org_id = 9 and key = 'document.notice.rejected.'`); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
	t.Run("and stays when the source says the same later", func(t *testing.T) {
		d.must(d.take(message("no", 2, map[string]any{"answer": map[string]any{"state": "REJECTED", "reason": "wrong goods"}})))
		if r := seller("no"); r.Version != 2 || r.Via != document.ViaPortal {
			t.Errorf("%+v", r.Answering)
		}
		if n := d.count(`select count(*) from notices where org_id = 9 and key = 'document.notice.rejected.'`); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
	t.Run("silence too", func(t *testing.T) {
		d.ends(d.incoming("silence", nil), -time.Second)
		d.must(d.docs.Expire(ctx))
		if r := seller("silence"); r.Answer != document.Accepted || r.Via != document.ViaDeadline {
			t.Errorf("%+v", r.Answering)
		}
	})
	t.Run("what the source refuses gives way on both sides", func(t *testing.T) {
		id := d.incoming("refused", nil)
		d.must(d.docs.Answer(ctx, acceptor, accept(id), d.signed(acceptor, accept(id))))
		d.told.fail = document.Refusal("rejected by phone")
		d.must(d.docs.Deliver(ctx))
		d.told.fail = nil
		d.must(d.take(message("refused", 2, map[string]any{"answer": map[string]any{"state": "REJECTED"}})))
		if r := seller("refused"); r.Answer != document.Rejected || r.Via != document.ViaSource {
			t.Errorf("%+v", r.Answering)
		}
	})
	t.Run("a side that somebody holds lets silence wait", func(t *testing.T) {
		id := d.incoming("held", nil)
		d.ends(id, -time.Second)
		tx, err := d.db.Begin(ctx)
		d.must(err)
		_, err = tx.Exec(ctx, `select from documents where org_id = 9 and source_id = 'held' for update`)
		d.must(err)
		d.must(d.docs.Expire(ctx))
		d.must(tx.Rollback(ctx))
		if n := d.count(`select count(*) from documents where source_id = 'held' and answer = 'accepted'`); n != 0 {
			t.Errorf("%d sides accepted", n)
		}
		d.must(d.docs.Expire(ctx))
		if n := d.count(`select count(*) from documents where source_id = 'held' and answer = 'accepted'`); n != 2 {
			t.Errorf("%d sides accepted", n)
		}
	})
}

// comes lets an organization come that was not here.
func (d *desk) comes(orgID int64, tin string) {
	d.Helper()
	d.exec(`insert into organizations (org_id, tin, legal_form, name_uz, name_ru, director_name, director_pinfl_mac, director_pinfl_sealed,
		email, phone, region, district, street, language, status, search, source_hash)
		values ($1, $2, 'mchj', 'Yangi Savdo', 'Янги Савдо', '', '', '', 'new@company.example', '', 'TK', '', '', 'en', 'active', '', '')`, orgID, tin)
	d.exec(`insert into tin_registry (tin, org_id) values ($2, $1)`, orgID, tin)
}

func TestAPartyThatComesLater(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	const late = "301000055"
	from := func(more map[string]any) map[string]any {
		m := map[string]any{"seller": map[string]any{"tin": late, "name": "Yangi Savdo"}}
		maps.Copy(m, more)
		return m
	}
	sold := func(source string, version int64, more map[string]any) feed.Message {
		return message(source, version, from(more))
	}
	for n := range 120 {
		d.must(d.take(sold(fmt.Sprint("many ", n), 1, map[string]any{"lines": nil, "codes": nil})))
	}
	d.must(d.take(sold("twice", 1, nil)))
	d.must(d.take(sold("twice", 2, map[string]any{"number": "EHF-2"})))
	d.must(d.take(sold("answered", 1, nil)))
	id := int64(d.count(`select id from documents where org_id = 2 and source_id = 'answered'`))
	d.must(d.docs.Answer(ctx, acceptor, reject("wrong goods", id), d.signed(acceptor, reject("wrong goods", id))))
	bought := message("bought", 1, map[string]any{"seller": map[string]any{"tin": buyerTIN}, "buyer": map[string]any{"tin": late}})
	bought.OccurredAt = time.Now().AddDate(0, -1, 0)
	d.must(d.take(bought))
	d.must(d.docs.Welcome(ctx))
	if n := d.count(`select count(*) from document_strangers where tin = $1`, late); n != 123 {
		t.Fatalf("%d invoices wait for who is not here", n)
	}
	d.comes(55, late)
	d.must(d.take(sold("many 7", 2, map[string]any{"lines": nil, "codes": nil}))) // a source goes on meanwhile
	var both sync.WaitGroup
	for range 2 { // two processes at once
		both.Go(func() {
			if err := d.docs.Welcome(context.WithoutCancel(ctx)); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	for sql, want := range map[string]int{
		`select count(*) from documents where org_id = 55`:                                                           123,
		`select count(*) from document_versions where org_id = 55`:                                                   125,
		`select count(*) from document_strangers where tin = '301000055'`:                                            0,
		`select count(*) from documents where org_id = 55 and number = 'EHF-2' and version = 2`:                      1,
		`select count(*) from documents where org_id = 55 and answer = 'rejected' and answer_reason = 'wrong goods'`: 1,
		`select count(*) from documents where org_id = 55 and source_id = 'bought' and answer = 'waiting'`:           1,
	} {
		if n := d.count(sql); n != want {
			t.Errorf("%s: %d, want %d", sql, n, want)
		}
	}
	d.must(d.docs.Expire(ctx)) // its day was over a month ago: noted, and nobody is told
	if n := d.count(`select count(*) from documents where source_id = 'bought' and answer = 'accepted' and answered_via = 'deadline'`); n != 2 {
		t.Errorf("%d sides were accepted by silence", n)
	}
	if n := d.count(`select count(*) from notices where org_id = 55`); n != 0 {
		t.Errorf("told %d times", n)
	}
	if err := d.take(bought); !errors.Is(err, feed.ErrDuplicate) {
		t.Errorf("again: %v", err)
	}
}
