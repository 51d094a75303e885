package placeview

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/place"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// exported are the columns of a file of places, in their order; those that an
// import reads come first.
func exported() []string { return append([]string{place.FieldID}, place.FieldNames()...) }

// Cells is a table of places for office programs, which an import reads again.
func Cells(ctx context.Context, ps []place.Place) [][]any {
	var heading []any
	for _, f := range exported() {
		heading = append(heading, i18n.T(ctx, "place.field."+f))
	}
	for _, key := range []string{"place.is_main", "place.status", "place.origin", "place.created_at", "place.blocked_at"} {
		heading = append(heading, i18n.T(ctx, key))
	}
	rows := [][]any{heading}
	for _, p := range ps {
		rows = append(rows, cells(ctx, p))
	}
	return rows
}

func cells(ctx context.Context, p place.Place) []any {
	row := []any{int(p.ID)}
	d := p.Draft()
	for _, f := range place.FieldNames() {
		row = append(row, valueText(ctx, f, d.Value(f)))
	}
	main := ""
	if p.Main {
		main = i18n.T(ctx, "place.yes")
	}
	return append(row, main, statusName(ctx, p.Status), i18n.T(ctx, "place.origin."+string(p.Origin)), p.CreatedAt, p.BlockedAt)
}

// CellText is a cell of a workbook as a file of texts has it.
func CellText(v any) string {
	if t, ok := v.(time.Time); ok {
		return ui.CellTime(t)
	}
	return fmt.Sprint(v)
}

// About says whose places a workbook holds, which of them, and when.
func About(ctx context.Context, org string, f place.Filter, now time.Time) string {
	parts := []string{org}
	if f.Status != "" {
		parts = append(parts, statusName(ctx, f.Status))
	}
	for _, c := range (ListPage{Filter: f}).chips(ctx) {
		parts = append(parts, c.Text)
	}
	return i18n.T(ctx, "place.export.about", "what", strings.Join(parts, ", "), "at", ui.DateTime(now))
}

// Template is a table to fill in: the columns and two examples.
func Template(ctx context.Context) [][]any {
	var heading, company, shop []any
	example := map[string][2]string{
		place.FieldName: {i18n.T(ctx, "place.example.warehouse"), i18n.T(ctx, "place.example.shop")},
		place.FieldActivities: {
			activityNames(ctx, []place.Activity{place.Production, place.Storage}), activityName(ctx, place.Sales),
		},
		place.FieldCountry: {countryName(ctx, "UZ"), countryName(ctx, "UZ")}, place.FieldRegion: {regionName(ctx, "SA"), regionName(ctx, "TK")},
		place.FieldDistrict: {i18n.T(ctx, "place.example.city"), i18n.T(ctx, "place.example.district")},
		place.FieldStreet:   {i18n.T(ctx, "place.example.street"), ""},
		place.FieldGLN:      {"4780000000014", ""}, place.FieldCode: {"W-01", ""},
	}
	for _, f := range place.FieldNames() {
		heading = append(heading, i18n.T(ctx, "place.field."+f))
		company, shop = append(company, example[f][0]), append(shop, example[f][1])
	}
	return [][]any{heading, company, shop}
}

// Complaints is a table of what is wrong with a file.
func Complaints(ctx context.Context, told []place.Complaint) [][]string {
	rows := [][]string{{
		i18n.T(ctx, "place.complaint.row"), i18n.T(ctx, "place.complaint.column"), i18n.T(ctx, "place.complaint.found"),
		i18n.T(ctx, "place.complaint.reason"), i18n.T(ctx, "place.complaint.advice"),
	}}
	for _, c := range told {
		rows = append(rows, []string{strconv.Itoa(c.Row), column(ctx, c), c.Found, reason(ctx, c), advice(ctx, c)})
	}
	return rows
}

func column(ctx context.Context, c place.Complaint) string {
	if c.Field == "" {
		return ""
	}
	return i18n.T(ctx, "place.field."+c.Field)
}

func reason(ctx context.Context, c place.Complaint) string { return i18n.T(ctx, c.Key, c.Values()...) }

// advice says what to do; where the reason says it itself there is none.
func advice(ctx context.Context, c place.Complaint) string {
	if key := "place.advice." + c.Key; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return i18n.T(ctx, "place.advice_any")
}

// complaintsShown is how many complaints the page of a file lists; the file of
// complaints has all.
const complaintsShown = 100

func shownComplaints(i place.Import) []place.Complaint {
	told := i.Told()
	return told[:min(len(told), complaintsShown)]
}

func counters(ctx context.Context, i place.Import) []ui.Counter {
	key := func(name string) string { return i18n.T(ctx, "place.import.count."+name) }
	if i.Applied() {
		return []ui.Counter{
			{Label: key("added"), Value: i.Added, Tone: ui.OK},
			{Label: key("changed"), Value: i.Changed, Tone: ui.Info},
			{Label: key("same"), Value: i.File.Read - i.Added - i.Changed - i.Bad(), Tone: ui.Mute},
			{Label: key("bad"), Value: i.Bad(), Tone: ui.Bad},
		}
	}
	return []ui.Counter{
		{Label: key("add"), Value: len(i.Plan.Add), Tone: ui.OK},
		{Label: key("change"), Value: len(i.Plan.Change), Tone: ui.Info},
		{Label: key("same"), Value: i.Plan.Same, Tone: ui.Mute},
		{Label: key("bad"), Value: i.Bad(), Tone: ui.Bad},
	}
}

// columnPairs say what each column of a file holds.
func columnPairs(ctx context.Context) []ui.Pair {
	var ps []ui.Pair
	for _, f := range exported() {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "place.field."+f), Value: i18n.T(ctx, "place.import.column."+f)})
	}
	return ps
}
