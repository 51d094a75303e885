package feedsim

import (
	"fmt"
	"strings"
	"time"

	"kabinet/internal/feed"
)

// Company is somebody whom invented messages are about.
type Company struct{ TIN, Name string }

// Sample is the n-th invented message of a source about a company; partner is the
// other side of an invoice. The same n says the same.
func (s Source) Sample(n int, at time.Time, about, partner Company) Message {
	m := Message{
		ID: fmt.Sprintf("%s-%s-%06d", strings.ToUpper(s.Code), at.Format("060102"), n), Version: 1, Kind: s.Kind,
		OccurredAt: at.UTC().Truncate(time.Second), TIN: about.TIN,
	}
	switch s.Kind {
	case feed.Invoice:
		m.Body = invoice(n, at, about, partner)
	case feed.Declaration:
		m.Body = declaration(n, at)
	case feed.AIC:
		m.Body = aic(n, at, about)
	case feed.Receipt:
		m.Body = receipt(n, at)
	case feed.Operation:
		m.Body = operation(n, at)
	}
	return m
}

// goods are what the invented companies deal in.
func goods(n int) (name, gtin string) {
	all := [][2]string{
		{"Nitril qoʻlqop, M", "04780101000012"}, {"Tibbiy niqob, 50 dona", "04780101000029"}, {"Shprits 5 ml", "04780101000036"}, {"Doka bint 7×14", "04780101000043"},
	}
	g := all[n%len(all)]
	return g[0], g[1]
}

func code(n int) string {
	_, gtin := goods(n)
	return fmt.Sprintf("01%s21K%07d", gtin, n)
}

func invoice(n int, at time.Time, seller, buyer Company) map[string]any {
	if n%2 == 1 {
		seller, buyer = buyer, seller
	}
	name, gtin := goods(n)
	quantity := 10 + n%90
	net := quantity * 25_000
	vat := net * 12 / 100
	return map[string]any{
		"type": "ORIGINAL_INVOICE", "number": fmt.Sprintf("EHF-%06d", n), "date": at.Format(time.RFC3339), "status": "SUCCESS",
		"seller": map[string]any{"tin": seller.TIN, "name": seller.Name}, "buyer": map[string]any{"tin": buyer.TIN, "name": buyer.Name},
		"amount": net + vat, "vat": vat, "answer": map[string]any{"state": "WAITING"},
		"lines": []any{map[string]any{
			"gtin": gtin, "name": name, "unit": "dona", "quantity": quantity, "price": 25_000, "amount": net + vat, "vat": vat, "codes": 2,
		}},
		"codes": []any{
			map[string]any{"code": code(n), "line": 1, "result": "SUCCESS"},
			map[string]any{"code": code(n + 1), "line": 1, "result": "SUCCESS"},
		},
	}
}

func declaration(n int, at time.Time) map[string]any {
	name, gtin := goods(n)
	return map[string]any{
		"type": "ORIGINAL_CUSTOMS_DECLARATION", "number": fmt.Sprintf("26010/%s/%07d", at.Format("02.01.2006"), n), "date": at.Format(time.RFC3339),
		"status": "SUCCESS", "facts": map[string]any{"customs_post": "26010", "regime": "IM-40", "country": "TR"},
		"lines": []any{map[string]any{"gtin": gtin, "name": name, "unit": "dona", "quantity": 500, "codes": 500}}, "codesCount": 500,
	}
}

// aic is a new AIC: TIN in 14 digits, day, counter (domain.md 2.11).
func aic(n int, at time.Time, about Company) map[string]any {
	name, gtin := goods(n)
	return map[string]any{
		"number": fmt.Sprintf("%014s%s%05d", about.TIN, at.Format("020106"), n%100_000), "state": "formed", "group": "medicals",
		"lines": []any{map[string]any{"gtin": gtin, "name": name, "count": 2, "codes": []string{code(n), code(n + 1)}}},
	}
}

func receipt(n int, at time.Time) map[string]any {
	name, gtin := goods(n)
	sum := 450_000 + n%10*10_000
	return map[string]any{
		"fiscal_sign": fmt.Sprintf("%012d", n), "terminal": "UZ170703123456", "number": fmt.Sprint(n), "time": at.Format(time.RFC3339), "kind": "sale", "total": sum,
		"lines": []any{map[string]any{"name": name, "gtin": gtin, "quantity": 1, "sum": sum, "label": code(n)}},
	}
}

func operation(n int, at time.Time) map[string]any {
	name, gtin := goods(n)
	return map[string]any{
		"type": "UTILISATION", "number": fmt.Sprintf("U-%06d", n), "date": at.Format(time.RFC3339), "status": "SUCCESS",
		"lines": []any{map[string]any{"gtin": gtin, "name": name, "unit": "dona", "quantity": 2, "codes": 2}},
		"codes": []any{map[string]any{"code": code(n), "line": 1, "result": "SUCCESS"}, map[string]any{"code": code(n + 1), "line": 1, "result": "SUCCESS"}},
	}
}
