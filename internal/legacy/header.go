package legacy

import (
	"strings"

	"kabinet/internal/gs1prefix"
	"kabinet/internal/org"
	"kabinet/internal/platform/sheet"
	"kabinet/internal/productgroup"
)

// column is one column we read: its name and what else people call it.
type column struct {
	name     string
	required bool
	also     []string
}

// columns lists what a file may have, in the order of the template.
func columns() []column {
	return []column{
		{org.FieldTIN, true, []string{"STIR", "ИНН", "ИНН (СТИР)", "СТИР", "INN"}},
		{org.FieldNameUz, true, []string{"nomi", "nomi (uz)", "tashkilot nomi", "наименование (уз)", "название (уз)"}},
		{org.FieldNameRu, true, []string{"наименование", "название", "наименование (рус)", "наименование (ru)", "название (рус)", "nomi (ru)"}},
		{org.FieldNameEn, false, []string{"наименование (англ)", "наименование (en)", "название (англ)", "nomi (en)"}},
		{org.FieldForm, true, []string{"организационно-правовая форма", "ОПФ", "правовая форма", "tashkiliy-huquqiy shakl", "huquqiy shakli"}},
		{org.FieldDirector, true, []string{"директор", "руководитель", "ФИО директора", "ФИО руководителя", "direktor", "rahbar", "direktor FISH", "rahbar FISH"}},
		{org.FieldPINFL, true, []string{"ПИНФЛ", "ПИНФЛ директора", "ПИНФЛ руководителя", "PINFL", "JSHSHIR", "direktor JSHSHIR", "rahbar JSHSHIR"}},
		{org.FieldEmail, true, []string{"e-mail", "эл. почта", "электронная почта", "почта", "elektron pochta", "pochta"}},
		{org.FieldPhone, true, []string{"телефон", "номер телефона", "telefon", "telefon raqami"}},
		{org.FieldRegion, true, []string{"область", "регион", "viloyat", "hudud"}},
		{org.FieldDistrict, true, []string{"район", "город", "район (город)", "tuman", "shahar", "tuman (shahar)"}},
		{org.FieldStreet, true, []string{"улица", "адрес", "улица, дом", "address", "koʻcha", "manzil", "koʻcha, uy"}},
		{org.FieldLanguage, false, []string{"язык", "язык писем", "til", "xat tili"}},
		{productgroup.FieldGroups, false, []string{"товарные группы", "группы", "product groups", "tovar guruhlari", "guruhlar"}},
		{gs1prefix.FieldPrefixes, false, []string{"префиксы GS1", "префиксы", "префикс GS1", "GS1 prefixes", "GS1 prefikslari", "prefikslar"}},
	}
}

// header says in which cell of a row each column stands.
type header struct {
	at     map[string]int // column name to cell
	titles int            // cells of the heading row
}

// cell gives what stands in a column, empty when the row or the file lacks it.
func (h header) cell(row sheet.Row, name string) string {
	i, ok := h.at[name]
	if !ok || i >= len(row.Cells) {
		return ""
	}
	return row.Cells[i]
}

// readHeader finds the columns in the first row of a file. Missing ones refuse
// the file; others that nobody reads are only noted.
func readHeader(row sheet.Row) (header, []Complaint) {
	h := header{at: map[string]int{}, titles: len(row.Cells)}
	known := titles()
	var told []Complaint
	for i, title := range row.Cells {
		name, ok := known[titleKey(title)]
		_, twice := h.at[name]
		switch {
		case titleKey(title) == "":
		case !ok:
			told = append(told, complaint(row.N, letters(i), "legacy.note.column", title, "column", letters(i)))
		case twice:
			told = append(told, complaint(row.N, letters(i), "legacy.header.twice", title, "name", name))
		default:
			h.at[name] = i
		}
	}
	return h, append(told, h.missing(row)...)
}

func (h header) missing(row sheet.Row) []Complaint {
	found := strings.Join(row.Cells, " | ")
	if len(h.at) == 0 {
		return []Complaint{complaint(row.N, "", sheet.ErrDelimiter.Key, found)}
	}
	var told []Complaint
	for _, c := range columns() {
		if _, ok := h.at[c.name]; c.required && !ok {
			told = append(told, complaint(row.N, c.name, "legacy.header.missing", found))
		}
	}
	return told
}

// titles finds a column by every way to write its title.
func titles() map[string]string {
	known := map[string]string{}
	for _, c := range columns() {
		known[titleKey(c.name)] = c.name
		for _, t := range c.also {
			known[titleKey(t)] = c.name
		}
	}
	return known
}

// titleKey drops what titles differ by without meaning it: case, spaces,
// underscores, punctuation, script.
func titleKey(title string) string {
	return strings.ReplaceAll(org.Fold(title), " ", "")
}

// letters names a column as spreadsheet programs do: A … Z, AA ….
func letters(i int) string {
	if i < 26 {
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i : i+1]
	}
	return letters(i/26-1) + letters(i%26)
}
