package cardfile

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/cell"
	"kabinet/internal/core/country"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/sheet"
)

// byteOrderMark tells office programs that a text is UTF-8.
const byteOrderMark = "\ufeff"

// headRows are the rows of a template above the first card: columns by their
// names in the program, then in words.
const headRows = 2

// TemplateCSV writes a file to fill in: the columns and their words.
func TemplateCSV(out io.Writer, l i18n.Lang, book attribute.Book) error {
	columns := Columns(book.Set)
	if _, err := io.WriteString(out, byteOrderMark); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	w := csv.NewWriter(out)
	w.Comma, w.UseCRLF = ';', true
	fields, names := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		fields[i], names[i] = c.Field, cell.Plain(c.Name(l))
	}
	if err := w.WriteAll([][]string{fields, names}); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	return nil
}

// TemplateXLSX writes a workbook to fill in: the sheet of the cards with
// drop-downs, an explanation of each column in three languages with an example,
// and a hidden sheet with what the drop-downs offer.
func TemplateXLSX(out io.Writer, l i18n.Lang, book attribute.Book) error {
	t := newForm(l, book)
	w, err := sheet.NewWriter(out, t.sheets())
	if err != nil {
		return err
	}
	if err := t.writeHead(w); err != nil {
		return err
	}
	return t.finish(w)
}

// form is a workbook that is filled in, empty or with cards.
type form struct {
	lang    i18n.Lang
	book    attribute.Book
	columns []Column
	offers  [][]string // of the columns that have a drop-down, in their order
	from    []int      // the column of each
}

func newForm(l i18n.Lang, book attribute.Book) *form {
	t := &form{lang: l, book: book, columns: Columns(book.Set)}
	for i, c := range t.columns {
		if values := c.offered(l, book); len(values) > 0 {
			t.offers, t.from = append(t.offers, values), append(t.from, i)
		}
	}
	return t
}

// listsName is that of the hidden sheet.
const listsName = "lists"

func (t *form) sheets() []sheet.Sheet {
	cards := sheet.Sheet{Name: i18n.Text(t.lang, "cardfile.template.cards"), Fixed: headRows, Widths: t.widths()}
	for n, values := range t.offers {
		c := t.columns[t.from[n]]
		cards.Lists = append(cards.Lists, sheet.List{
			Column: t.from[n], First: headRows + 1, Last: headRows + MaxRows,
			Range: sheet.Range(listsName, n, len(values)), Strict: true, Title: c.Label.In(t.lang.Code()), Prompt: c.About.In(t.lang.Code()),
		})
	}
	about := sheet.Sheet{Name: i18n.Text(t.lang, "cardfile.template.about"), Wrap: true, Fixed: 1, Widths: []int{26, 12, 26, 26, 26, 48, 48, 48}}
	return []sheet.Sheet{cards, about, {Name: listsName, Hidden: true}}
}

// widths give each column room for its name.
func (t *form) widths() []int {
	list := make([]int, len(t.columns))
	for i, c := range t.columns {
		list[i] = min(max(len([]rune(c.Name(t.lang)))+2, len(c.Field)+2, 16), 44)
	}
	return list
}

func (t *form) writeHead(w *sheet.Writer) error {
	fields, names := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i, c := range t.columns {
		fields[i], names[i] = c.Field, c.Name(t.lang)
	}
	if err := w.Heading(fields...); err != nil {
		return err
	}
	return w.Quiet(names...)
}

// finish writes the sheets after that of the cards.
func (t *form) finish(w *sheet.Writer) error {
	if err := w.Next(); err != nil {
		return err
	}
	if err := t.explain(w); err != nil {
		return err
	}
	if err := w.Next(); err != nil {
		return err
	}
	if err := t.list(w); err != nil {
		return err
	}
	return w.Close()
}

// explain writes what each column is, in three languages, whoever fills it in.
func (t *form) explain(w *sheet.Writer) error {
	heads := []any{i18n.Text(t.lang, "cardfile.template.column"), i18n.Text(t.lang, "cardfile.template.example")}
	for _, what := range []string{"cardfile.template.name", "cardfile.template.how"} {
		for _, l := range i18n.Langs() {
			heads = append(heads, i18n.Text(l, what))
		}
	}
	if err := w.Heading(heads...); err != nil {
		return err
	}
	for _, c := range t.columns {
		row := []any{c.Field, t.example(c)}
		for _, l := range i18n.Langs() {
			row = append(row, c.Name(l))
		}
		for _, l := range i18n.Langs() {
			row = append(row, c.About.In(l.Code()))
		}
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return nil
}

// list writes what the drop-downs offer, a column for each.
func (t *form) list(w *sheet.Writer) error {
	longest := 0
	for _, values := range t.offers {
		longest = max(longest, len(values))
	}
	for n := range longest {
		row := make([]any, len(t.offers))
		for i, values := range t.offers {
			if n < len(values) {
				row[i] = values[n]
			}
		}
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return nil
}

// example is a value that the column takes.
func (t *form) example(c Column) string {
	if values := c.offered(t.lang, t.book); len(values) > 0 {
		return values[0]
	}
	switch c.Attribute.Kind {
	case attribute.Integer, attribute.Decimal:
		if c.Attribute.Min != "" {
			return c.Attribute.Min
		}
		return "1"
	case attribute.Choices:
		return strings.Join(labels(t.lang, c.Attribute), ", ")
	case attribute.Date:
		return "2025-12-31"
	case attribute.Text:
		return ""
	}
	return examples()[c.Field]
}

// examples are of an invented product.
func examples() map[string]string {
	return map[string]string{
		card.FieldGTIN: "04780000000014", card.FieldNameUz: "Sut 3,2 %, 1 l", card.FieldNameRu: "Молоко 3,2 %, 1 л", card.FieldNameEn: "Milk 3.2 %, 1 l",
		card.FieldBrand: "Namuna", card.FieldCountry: country.Home,
		card.FieldManufacturer: "“Namuna Sut” MChJ", card.FieldManufacturerAddress: "Samarqand, Bobur koʻchasi, 12",
		card.FieldProducer: "“Namuna Sut” MChJ", card.FieldProducerAddress: "Samarqand, Bobur koʻchasi, 12",
		card.FieldClaims: "“Namuna Sut” MChJ", card.FieldClaimsAddress: "Samarqand, Bobur koʻchasi, 12",
	}
}
