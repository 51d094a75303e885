package legacy

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// example is a row that shows how each column is filled in.
func example() []string {
	return []string{
		"302118447", "“Namuna” MChJ", "ООО «Намуна»", "Namuna LLC", "mchj",
		"Karimov Azamat Rustamovich", "31203800010017", "info@namuna.example", "+998 90 123-45-67",
		"SA", "Samarqand shahri", "Bobur koʻchasi, 12-uy", "uz", "water=issuer, beer=non-issuer", "478001234",
	}
}

// ColumnNames lists the columns a file may have, in the order of the template.
func ColumnNames() []string {
	var names []string
	for _, c := range columns() {
		names = append(names, c.name)
	}
	return names
}

// TemplateCSV writes a file to fill in: the columns and one example.
func TemplateCSV(out io.Writer) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	w := csv.NewWriter(out)
	w.Comma = ';'
	if err := w.WriteAll([][]string{ColumnNames(), example()}); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	return nil
}

// textFormat is the number format "Text" of spreadsheet programs: what is typed
// into such a cell keeps all its digits.
const textFormat = 49

// TemplateXLSX writes the same as a workbook whose columns are text, so that
// long numbers survive being typed in.
func TemplateXLSX(out io.Writer) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing was unpacked
	if err := fillTemplate(f); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	if err := f.Write(out); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	return nil
}

func fillTemplate(f *excelize.File) error {
	const name = "Sheet1"
	text, err := f.NewStyle(&excelize.Style{NumFmt: textFormat})
	if err != nil {
		return err
	}
	last := letters(len(ColumnNames()) - 1)
	if err := f.SetColStyle(name, "A:"+last, text); err != nil {
		return err
	}
	if err := f.SetColWidth(name, "A", last, 22); err != nil {
		return err
	}
	titles, cells := ColumnNames(), example()
	if err := f.SetSheetRow(name, "A1", &titles); err != nil {
		return err
	}
	return f.SetSheetRow(name, "A2", &cells)
}
