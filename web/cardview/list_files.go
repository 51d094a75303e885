package cardview

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kabinet/internal/card"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

// exported are the columns of a file: those of the list, with every name.
func exported() []string {
	return []string{"gtin", "name_uz", "name_ru", "name_en", "brand", "group", "country", "packaging", "standing", "editing", "created", "updated"}
}

// Table is cards for office programs, the first row the heading.
func Table(ctx context.Context, groups []productgroup.Group, cards []card.Card) [][]any {
	names := map[int16]string{}
	for _, g := range groups {
		names[g.ID] = g.Name(lang(ctx))
	}
	var heading []any
	for _, c := range exported() {
		heading = append(heading, exportedName(ctx, c))
	}
	table := [][]any{heading}
	for _, c := range cards {
		row := []any{
			string(c.GTIN), c.NameUz, c.NameRu, c.NameEn, c.Brand, names[c.GroupID], countryName(ctx, c.Country), packagingName(ctx, c.Packaging),
			i18n.T(ctx, "card.standing."+string(c.Standing)), "", c.CreatedAt, c.ChangedAt,
		}
		if c.Editing != card.Settled {
			row[9] = i18n.T(ctx, "card.editing."+string(c.Editing))
		}
		table = append(table, row)
	}
	return table
}

func exportedName(ctx context.Context, column string) string {
	switch column {
	case "name_uz", "name_ru", "name_en":
		return i18n.T(ctx, "card.field."+column)
	}
	return columnName(ctx, column)
}

// CellTexts writes out a row for a file of texts.
func CellTexts(row []any) []string {
	texts := make([]string, len(row))
	for i, v := range row {
		if t, ok := v.(time.Time); ok {
			texts[i] = ui.DateTime(t)
			continue
		}
		texts[i] = fmt.Sprint(v)
	}
	return texts
}

// FileAbout says whose cards a workbook holds, which of them, and when.
func FileAbout(ctx context.Context, org string, groups []productgroup.Group, f card.Filter, now time.Time) string {
	return strings.Join(append(append([]string{org}, FilterWords(ctx, groups, f)...), ui.DateTime(now)), "; ")
}

// FilterWords says in words what a filter asks for, a part each.
func FilterWords(ctx context.Context, groups []productgroup.Group, f card.Filter) []string {
	var words []string
	if f.Tab != card.TabAll {
		words = append(words, i18n.T(ctx, "card.list.tab."+string(f.Tab)))
	}
	for _, c := range (ListPage{Filter: f, Groups: groups}).chips(ctx) {
		words = append(words, c.Text)
	}
	if f.Order != card.ByUpdated {
		words = append(words, i18n.T(ctx, "card.list.sorted", "column", orderName(ctx, f.Order)))
	}
	return words
}

func orderName(ctx context.Context, o card.Order) string {
	name, down := strings.CutPrefix(string(o), "-")
	if down {
		return columnName(ctx, name) + " ↓"
	}
	return columnName(ctx, name) + " ↑"
}

// Stamp is a moment as the name of a file has it.
func Stamp(t time.Time) string {
	return ui.MachineDay(t) + "_" + strings.ReplaceAll(ui.Clock(t), ":", "")
}
