package cardfile_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kabinet/internal/card"
	"kabinet/internal/cardfile"
	"kabinet/internal/platform/i18n"
)

func TestATemplateOffersWhatMayBeChosen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var file bytes.Buffer
	d.must(cardfile.TemplateXLSX(&file, i18n.Ru, d.book(waterID)))
	f, err := excelize.OpenReader(bytes.NewReader(file.Bytes()))
	d.must(err)
	defer f.Close()
	cards := f.GetSheetList()[0]
	rows, err := f.GetRows(cards)
	d.must(err)
	if len(rows) != 2 || rows[0][0] != "gtin" || rows[1][0] != "GTIN *" || rows[1][9] != "Страна изготовления *" && !strings.HasSuffix(rows[1][9], " *") {
		t.Errorf("%q", rows)
	}
	lists, err := f.GetDataValidations(cards)
	d.must(err)
	offered := map[string]string{}
	for _, l := range lists {
		column, _, _ := strings.Cut(l.Sqref, "3:")
		n, err := excelize.ColumnNameToNumber(column)
		d.must(err)
		formula := strings.NewReplacer("&#39;", "'", "'", "", "$", "").Replace(l.Formula1)
		_, cells, _ := strings.Cut(formula, "!")
		first, _, _ := strings.Cut(cells, ":")
		value, err := f.GetCellValue("lists", first)
		d.must(err)
		offered[rows[0][n-1]] = value
	}
	for field, want := range map[string]string{
		card.FieldPackaging: "UNIT – ", card.FieldCategory: " – ", card.FieldHS: " – ", card.FieldIKPU: " – ", card.FieldCountry: "UZ – Узбекистан",
		"attr.carbonation": "", "attr.sugar": "Да",
	} {
		if got, ok := offered[field]; !ok || !strings.Contains(got, want) {
			t.Errorf("%s offers %q, want %q in it", field, got, want)
		}
	}
	if len(offered) < 7 {
		t.Errorf("%q", offered)
	}
	about, err := f.GetRows(f.GetSheetList()[1])
	d.must(err)
	if len(about) != len(rows[0])+1 || len(about[1]) < 8 {
		t.Errorf("%d explanations of %d columns: %q", len(about)-1, len(rows[0]), about[1])
	}
}

// A row filled in with the very first values of the drop-downs is taken, in any
// language.
func TestWhatATemplateOffersIsTaken(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Langs() {
		t.Run(l.Code(), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			var file bytes.Buffer
			d.must(cardfile.TemplateXLSX(&file, l, d.book(waterID)))
			f, err := excelize.OpenReader(bytes.NewReader(file.Bytes()))
			d.must(err)
			defer f.Close()
			cards, about := f.GetSheetList()[0], f.GetSheetList()[1]
			explained, err := f.GetRows(about)
			d.must(err)
			for i, row := range explained[1:] {
				at, err := excelize.CoordinatesToCellName(i+1, 3)
				d.must(err)
				value := row[1]
				if row[0] == card.FieldGTIN {
					value = gtin(1)
				}
				d.must(f.SetCellStr(cards, at, value))
			}
			filled, err := f.WriteToBuffer()
			d.must(err)
			id := d.upload(editor, "water", "filled.xlsx", filled.Bytes())
			i := d.work(id)
			rows, _, err := d.files.Errors(t.Context(), editor, id)
			d.must(err)
			if i.Created != 1 || i.Bad != 0 {
				t.Errorf("%+v %+v", i, rows)
			}
		})
	}
}

func TestATemplateOfTextsHasTheSameColumns(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var file bytes.Buffer
	d.must(cardfile.TemplateCSV(&file, i18n.Uz, d.book(tobaccoID)))
	rows := read(t, file.Bytes())
	if len(rows) != 2 || len(rows[0]) != len(cardfile.Columns(d.book(tobaccoID).Set)) || rows[0][1] != "packaging" {
		t.Errorf("%q", rows)
	}
}
