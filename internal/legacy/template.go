package legacy

import (
	"encoding/csv"
	"fmt"
	"io"

	"kabinet/internal/platform/sheet"
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

// TemplateXLSX writes the same as a workbook whose columns are text, so that
// long numbers survive being typed in.
func TemplateXLSX(out io.Writer) error {
	return sheet.Write(out, "", [][]any{anys(ColumnNames()), anys(example())})
}

func anys(texts []string) []any {
	row := make([]any, len(texts))
	for i, t := range texts {
		row[i] = t
	}
	return row
}
