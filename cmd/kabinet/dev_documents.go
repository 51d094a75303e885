//go:build dev

package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/account"
	"kabinet/internal/aic"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/document"
	"kabinet/internal/feed"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/eimzosim"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/proof"
)

// inbox lets invented state systems say things about a company's documents, as
// feeds hand them over, and the director answer some.
type inbox struct {
	docs     *document.Service
	sim      *eimzosim.Simulator
	director actor.Actor
	now      time.Time
}

// seedDocuments gives the company at work documents of every type and status: of
// the incoming invoices one has twenty hours left and one half an hour.
func seedDocuments(ctx context.Context, w *workshop, db *pgxpool.Pool, box *seal.Box, director actor.Actor) error {
	verifier, err := cms.New(cms.Config{TrustPEM: w.sim.TrustPEM(), Now: clock.System, ChallengeTTL: w.conf.EDS.ChallengeTTL})
	if err != nil {
		return err
	}
	i := inbox{sim: w.sim, director: director, now: clock.System().UTC(), docs: &document.Service{
		DB: db, Accounts: &account.Service{DB: db, Box: box}, Host: "localhost", Customs: &aic.Service{DB: db},
		Proof: &proof.Service{DB: db, Verifier: verifier, Box: box, Name: "cms", Statements: true},
	}}
	for _, m := range slices.Concat(i.invoices(), i.customs(), i.operations()) {
		if err := pg.InTx(ctx, db, func(tx pg.Tx) error { return i.docs.TakeTx(ctx, tx, m) }); err != nil {
			return fmt.Errorf("document %s: %w", m.SourceID, err)
		}
	}
	if err := i.answer(ctx, document.Accept, "", "EHF-1104"); err != nil {
		return err
	}
	return i.answer(ctx, document.Reject, "Ikki quti yetishmaydi", "EHF-1105")
}

// said is a message that came some time ago. Whatever stands in more replaces the
// usual fields.
func (i inbox) said(kind, feedCode, id string, ago time.Duration, more map[string]any) feed.Message {
	at := i.now.Add(-ago)
	m := map[string]any{"number": id, "date": at.Format(time.RFC3339), "status": "SUCCESS", "productGroup": "medicals"}
	maps.Copy(m, more)
	body, _ := json.Marshal(m) // texts and numbers never fail
	return feed.Message{Feed: feedCode, SourceID: id, Kind: kind, Version: 1, OccurredAt: at, TIN: string(companyTIN), Body: body}
}

// gloveBoxes are lines of goods with a published card, syringes of goods without.
func gloveBoxes(n int) map[string]any {
	return map[string]any{"gtin": "08690990100013", "name": "Nitril qoʻlqop, M, 100 dona", "unit": "dona", "quantity": n, "price": 84000, "amount": 84000 * n, "vat": 9000 * n, "codes": n}
}

func syringes(n int) map[string]any {
	return map[string]any{"gtin": "4780094569992", "name": "Shprits 5 ml", "unit": "quti", "quantity": n, "price": 125000, "amount": 125000 * n, "vat": 13392 * n, "codes": n}
}

// codes are so many codes, of which some are taken with a remark and some refused.
func codes(n, remarks, refused int) []any {
	reasons := []string{"code-not-found", "status-unsuitable", "owner-mismatch"}
	var all []any
	for k := range n {
		code := map[string]any{"code": fmt.Sprintf("0108690990100013215%06d", k+1), "result": "SUCCESS"}
		switch {
		case k < refused:
			code["result"], code["reason"] = "ERROR", reasons[k%len(reasons)]
		case k < refused+remarks:
			code["result"], code["reason"] = "WARNING", "state-unchanged"
		}
		all = append(all, code)
	}
	return all
}

const otherTIN = "229298090" // another invented company, in which nobody of the cast is

func (i inbox) invoices() []feed.Message {
	us := map[string]any{"tin": string(companyTIN), "name": "“REGISTON TIBBIYOT” MCHJ"}
	seller := map[string]any{"tin": "301452019", "name": "“TOSHKENT FARM ULGURJI” MCHJ"}
	buyer := map[string]any{"tin": otherTIN, "name": "“CHINOR BULOGʻI” MCHJ"}
	in := func(id string, ago time.Duration, more map[string]any) feed.Message {
		m := map[string]any{
			"type": document.Invoice, "seller": seller, "buyer": us, "amount": 8400000, "vat": 900000, "answer": map[string]any{"state": "WAITING"},
			"lines": []any{gloveBoxes(100)}, "codes": codes(12, 0, 0), "codesCount": 100, "facts": map[string]any{"contract": "17/TF", "contract_date": "2026-02-03"},
		}
		maps.Copy(m, more)
		return i.said(feed.Invoice, "edo-aloqa", id, ago, m)
	}
	answered := func(state string) map[string]any { return map[string]any{"state": state} }
	later := in("EHF-1090", 9*24*time.Hour, map[string]any{"answer": answered("ACCEPTED"), "amount": 9240000, "vat": 990000})
	later.Version = 2
	out := i.said(feed.Invoice, "edo-aloqa", "EHF-2201", 50*time.Hour, map[string]any{
		"type": document.Invoice, "seller": us, "buyer": buyer, "amount": 16800000, "vat": 1800000, "lines": []any{gloveBoxes(200)}, "codes": codes(20, 3, 0), "answer": answered("ACCEPTED"),
	})
	outgoing := i.said(feed.Invoice, "edo-aloqa", "EHF-2202", 3*time.Hour, map[string]any{
		"type": document.AdditionalInvoice, "seller": us, "buyer": buyer, "amount": 840000, "vat": 90000, "original": "EHF-2201", "status": "IN_PROCESS", "answer": answered("WAITING"),
	})
	return []feed.Message{
		in("EHF-1101", 4*time.Hour, nil),
		in("EHF-1102", 23*time.Hour+30*time.Minute, map[string]any{"lines": []any{gloveBoxes(10), syringes(4)}, "amount": 1340000, "vat": 143568}),
		in("EHF-1103", 30*time.Hour, map[string]any{"amount": 4200000, "vat": 450000}), // silence accepts it when the portal starts
		in("EHF-1104", 2*time.Hour, map[string]any{"amount": 2520000, "vat": 270000}),
		in("EHF-1105", 5*time.Hour, map[string]any{"amount": 2100000, "vat": 225000, "productGroup": "pharma"}),
		in("EHF-1106", 6*24*time.Hour, map[string]any{"status": "PARTIALLY_PROCESSED", "codes": codes(40, 4, 11), "answer": answered("ACCEPTED")}),
		in("EHF-1107", 8*24*time.Hour, map[string]any{"type": document.CorrectedInvoice, "original": "EHF-1106", "answer": map[string]any{"state": "REJECTED", "reason": "Narx kelishilmagan"}}),
		in("EHF-1090", 10*24*time.Hour, map[string]any{"answer": answered("ACCEPTED")}), later,
		out, outgoing,
	}
}

func (i inbox) customs() []feed.Message {
	day := i.now.AddDate(0, 0, -3) // of the first AIC of dev_aic.go
	number := "00000" + string(companyTIN) + day.Format("020106") + "00001"
	return []feed.Message{i.said(feed.Declaration, "customs", "gtd-1", 2*24*time.Hour, map[string]any{
		"type": document.Declaration, "number": "26003/" + day.Format("020106") + "/0004417", "aic": []string{number}, "codesCount": 240, "amount": 96300000,
		"facts":        map[string]any{"country": "CN", "customs_post": "26003", "regime": "IM-40"},
		"counterparty": map[string]any{"name": "Shenzhen Medical Instruments Co., Ltd"},
	})}
}

func (i inbox) operations() []feed.Message {
	var all []feed.Message
	for n, o := range []struct {
		kind   document.Kind
		status string
		more   map[string]any
	}{
		{document.Order, "SUCCESS", map[string]any{"codesCount": 5000}},
		{document.Typographic, "VALIDATING", map[string]any{"codesCount": 5000}},
		{document.Validation, "SUCCESS", map[string]any{"codes": codes(15, 0, 0)}},
		{document.Utilisation, "SUCCESS", map[string]any{"codes": codes(30, 2, 0), "facts": map[string]any{"release_method": "PRODUCTION", "series": "A-118", "production_date": "2026-11-02"}}},
		{document.Utilisation, "ERROR", map[string]any{"codes": codes(18, 0, 18)}},
		{document.Aggregation, "SUCCESS", map[string]any{"codes": codes(24, 0, 0), "facts": map[string]any{"package_code": "00869099010000000017", "packaging": "BOX_LV_1"}}},
		{document.Aggregation, "PARTIALLY_PROCESSED", map[string]any{"codes": codes(24, 0, 5)}},
		{document.Disaggregation, "SUCCESS", map[string]any{"codesCount": 24}},
		{document.Withdrawal, "SUCCESS", map[string]any{"codes": codes(6, 0, 0), "facts": map[string]any{"reason": "Oʻz ehtiyoji uchun"}}},
		{document.WriteOff, "CREATED", map[string]any{"codesCount": 3, "facts": map[string]any{"reason": "Sinish", "primary_document": "Dalolatnoma 12"}}},
		{document.Import, "SUCCESS", map[string]any{"codesCount": 240, "facts": map[string]any{"country": "CN"}}},
		{document.CodeCorrection, "IN_PROCESS", map[string]any{"codesCount": 30, "facts": map[string]any{"series": "A-119"}}},
	} {
		o.more["type"], o.more["status"] = o.kind, o.status
		all = append(all, i.said(feed.Operation, "operations", fmt.Sprintf("OP-%03d", n+1), time.Duration(n*2+1)*24*time.Hour, o.more))
	}
	return all
}

// answer signs the director's answer to an invoice.
func (i inbox) answer(ctx context.Context, act document.Act, reason, number string) error {
	p, err := i.docs.Find(ctx, i.director, document.Filter{Query: number, Size: 1})
	if err != nil || len(p.Rows) != 1 {
		return fmt.Errorf("answer %s: %w, %d of them", number, err, len(p.Rows))
	}
	r := document.Request{Act: act, IDs: []int64{p.Rows[0].ID}, Reason: reason}
	asked, err := i.docs.Challenge(ctx, i.director, r)
	if err != nil {
		return err
	}
	keys := i.sim.Keys()
	at := slices.IndexFunc(keys, func(k eimzosim.Key) bool { return k.Person.PINFL == string(directorPINFL) && len(k.Flaws) == 0 })
	if at < 0 {
		return fmt.Errorf("nobody in the cast has the number of the director")
	}
	return i.docs.Answer(ctx, i.director, r, document.Signed{Challenge: asked.ID, PKCS7: base64.StdEncoding.EncodeToString(keys[at].Sign([]byte(asked.Text), clock.System()))})
}
