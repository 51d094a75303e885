package memberview

import (
	"context"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// Template is the file to fill in: titles in the reader's language, one example.
func Template(ctx context.Context) [][]string {
	var titles []string
	for _, c := range member.FileColumns() {
		titles = append(titles, columnTitle(ctx, c))
	}
	example := []string{
		"Karimova Dilnoza", "Каримова Дилноза", "Karimova Dilnoza", "41203850010017", "dilnoza@company.example",
		i18n.T(ctx, "preset."+string(perm.PresetAccountant)), "", i18n.T(ctx, "member.kind."+string(member.Business)),
		i18n.From(ctx).Code(), "Bosh hisobchi", "Главный бухгалтер", "Chief accountant",
	}
	return [][]string{titles, example}
}

func columnTitle(ctx context.Context, column string) string {
	return i18n.T(ctx, "member.import.column."+column)
}

func fileField(ctx context.Context, wrong fault.Complaints) ui.Field {
	return ui.Field{
		Name: "file", Label: i18n.T(ctx, "member.import.file"), Wrong: wrong,
		Hint: i18n.T(ctx, "member.import.file.hint", "rows", ui.Int(member.MaxRows), "size", member.MaxFile>>20),
	}
}

// counters say what is in the file.
func counters(ctx context.Context, i member.Import) []ui.Counter {
	made := "member.import.would"
	if i.Applied() {
		made = "member.import.made"
	}
	return []ui.Counter{
		{Label: i18n.T(ctx, "member.import.read"), Value: i.Read},
		{Label: i18n.T(ctx, made), Value: i.New, Tone: ui.OK},
		{Label: i18n.T(ctx, "member.import.known"), Value: i.Known},
		{Label: i18n.T(ctx, "member.import.bad"), Value: i.Bad, Tone: ui.Bad},
	}
}

// advice says what to do about a complaint: what its field wants.
func advice(ctx context.Context, c member.Complaint) string {
	if key := "member.advice." + c.Field; c.Field != "" && i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return i18n.T(ctx, "member.advice.row")
}

func complaintColumn(ctx context.Context, c member.Complaint) string {
	switch {
	case c.Field == "":
		return ""
	case i18n.Has("member.import.column." + c.Field):
		return columnTitle(ctx, c.Field)
	}
	return c.Field
}
