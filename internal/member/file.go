package member

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/sheet"
)

// Limits of a file of users.
const (
	MaxFile      = 2 << 20 // bytes
	MaxRows      = 2000
	maxComplains = 1000 // whoever has more begins with those
)

// Refusals of a whole file.
var (
	ErrNoFile   = fault.New(fault.Invalid, "member.import.no_file").On("file")
	ErrBigFile  = fault.New(fault.Invalid, "member.import.big_file", "max", MaxFile>>20).On("file")
	ErrManyRows = fault.New(fault.Invalid, "member.import.many_rows", "max", MaxRows).On("file")
	ErrHeading  = fault.New(fault.Invalid, "member.import.heading").On("file")
	ErrNoRows   = fault.New(fault.Invalid, "member.import.no_rows").On("file")
)

// FileColumns lists what a file may have, in the order of the template. Without
// those before the blank one no user is made.
func FileColumns() []string {
	return []string{"name", "name_ru", "name_en", "pinfl", "email", "preset", "roles", "kind", "language", "position", "position_ru", "position_en"}
}

func needed() []string { return []string{"name", "email"} }

// Complaint says what is wrong with a row of a file. What stood there is not
// kept: it may be a personal number.
type Complaint struct {
	Row   int      `json:"row"`   // as a spreadsheet numbers it
	Field string   `json:"field"` // empty when it is about the row
	Key   string   `json:"key"`   // of the reason; "member.advice.<field>" says what to do
	Args  []string `json:"args"`  // name, value pairs
}

// Values are the arguments of the message.
func (c Complaint) Values() []any {
	vs := make([]any, len(c.Args))
	for i, a := range c.Args {
		vs[i] = a
	}
	return vs
}

// fileRow is a good row.
type fileRow struct {
	N int `json:"n"`
	record
}

// table is what was read of a file.
type table struct {
	Name string
	Read int // rows below the heading
	Rows []fileRow
	Bad  int // rows with complaints
	Told []Complaint
}

func (f *table) complain(cs ...Complaint) {
	if len(cs) > 0 {
		f.Bad++
	}
	f.Told = append(f.Told, cs[:min(len(cs), maxComplains-len(f.Told))]...)
}

// readFile reads a CSV or XLSX file. What is wrong with a row is a complaint
// about it; an error is about the whole file.
func readFile(name string, in io.Reader, issuer bool) (table, error) {
	f := table{Name: fileName(name)}
	r, err := sheet.Open(in)
	if err != nil {
		return f, onFile(err)
	}
	defer func() { _ = r.Close() }() // only read from
	h, err := findHeading(r)
	if err != nil {
		return f, onFile(err)
	}
	twice, box := map[string]int{}, map[string][]int{}
	for {
		row, err := r.Next()
		switch {
		case errors.Is(err, io.EOF) && f.Read == 0:
			return f, ErrNoRows
		case errors.Is(err, io.EOF):
			return f, nil
		case err != nil:
			return f, onFile(err)
		case f.Read == MaxRows:
			return f, ErrManyRows
		}
		f.Read++
		good, told := h.open(row, issuer)
		if at, again := twice[good.same()]; len(told) == 0 && again {
			told = []Complaint{{Row: row.N, Field: "pinfl", Key: "member.import.twice", Args: []string{"row", fmt.Sprint(at)}}}
		}
		same := box[mailbox(good.Email)]
		if len(told) == 0 && len(same) == maxOfMailbox {
			told = []Complaint{{Row: row.N, Field: "email", Key: "member.import.one_mailbox", Args: []string{"max", fmt.Sprint(maxOfMailbox), "rows", rowList(same)}}}
		}
		f.complain(told...)
		if len(told) == 0 {
			twice[good.same()], box[mailbox(good.Email)] = row.N, append(same, row.N)
			f.Rows = append(f.Rows, good)
		}
	}
}

// same is what a user is known again by: the number of a person, name and
// address of a program.
func (r record) same() string {
	if r.Kind == Technical {
		return "technical\t" + r.Names.Uz + "\t" + r.Email
	}
	return string(r.PINFL)
}

func fileName(s string) string {
	s, err := text.Line(s, 120)
	if err != nil {
		return ""
	}
	return s
}

// onFile puts a refusal of the file beside the field that took it.
func onFile(err error) error {
	if f, ok := fault.As(err); ok {
		return f.On("file")
	}
	return err
}

// heading says in which cell of a row each field stands.
type heading map[string]int

func findHeading(r sheet.Reader) (heading, error) {
	for range 5 { // our own workbooks say first whose users they hold
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		h := heading{}
		for i, cell := range row.Cells {
			if name, ok := titles()[fold.Text(cell)]; ok {
				if _, twice := h[name]; !twice {
					h[name] = i
				}
			}
		}
		if !slices.ContainsFunc(needed(), func(n string) bool { _, ok := h[n]; return !ok }) {
			return h, nil
		}
	}
	return nil, ErrHeading
}

// titles finds a column by every way to write its title.
func titles() map[string]string {
	known := map[string]string{"fio": "name", "fish": "name", "jshshir": "pinfl", "e mail": "email", "pochta": "email"}
	for _, name := range FileColumns() {
		known[fold.Text(strings.ReplaceAll(name, "_", " "))] = name
		for _, l := range i18n.Langs() {
			known[fold.Text(i18n.Text(l, "member.import.column."+name))] = name
		}
	}
	return known
}

func (h heading) cell(row sheet.Row, name string) string {
	i, ok := h[name]
	if !ok || i >= len(row.Cells) {
		return ""
	}
	s := strings.TrimSpace(row.Cells[i])
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte("=+-@", s[1]) >= 0 {
		return s[1:] // with it our own files keep a text from being taken for a formula
	}
	return s
}

// open gives a good row, or what is wrong with it. What a form asks and a file
// may leave out is filled in: other names from the Uzbek one, a person, Uzbek
// letters, everywhere.
func (h heading) open(row sheet.Row, issuer bool) (fileRow, []Complaint) {
	if row.Flaw != sheet.Sound {
		return fileRow{}, []Complaint{{Row: row.N, Key: "member.import.unreadable"}}
	}
	cell := func(name string) string { return h.cell(row, name) }
	d := Draft{
		Kind: word(cell("kind"), string(Business), "member.kind.", kindCodes()),
		Person: Person{
			Name: cell("name"), NameRu: cell("name_ru"), NameEn: cell("name_en"),
			Position: cell("position"), PositionRu: cell("position_ru"), PositionEn: cell("position_en"),
			Email: cell("email"), PINFL: cell("pinfl"), Language: language(cell("language")),
		}.Filled(),
		Preset: word(cell("preset"), Own, "preset.", presetCodes()),
		Roles:  roleWords(cell("roles")),
		Reach:  Reach{AllGroups: yes, AllPlaces: yes},
	}
	r, err := d.clean(issuer)
	var told []Complaint
	wrong, _ := fault.ComplaintsOf(err)
	for _, c := range wrong {
		told = append(told, complaintOf(row.N, c))
	}
	if odd := slices.IndexFunc(d.Roles, unknownRole); odd >= 0 {
		told = append(told, Complaint{Row: row.N, Field: "roles", Key: "member.import.role"})
	}
	return fileRow{row.N, r}, told
}

func complaintOf(row int, c fault.Complaint) Complaint {
	told := Complaint{Row: row, Field: c.Field, Key: c.Key}
	for _, a := range c.Args {
		told.Args = append(told.Args, fmt.Sprint(a))
	}
	return told
}

func unknownRole(r string) bool { return !slices.Contains(perm.MemberRoles(), perm.Role(r)) }

// word reads a code or its name in any of the languages; empty means usual,
// what is not known stays and is complained about.
func word(s, usual, prefix string, codes []string) string {
	if s == "" {
		return usual
	}
	for _, code := range codes {
		if fold.Text(s) == fold.Text(strings.ReplaceAll(code, "_", " ")) {
			return code
		}
		for _, l := range i18n.Langs() {
			if fold.Text(s) == fold.Text(i18n.Text(l, prefix+code)) {
				return code
			}
		}
	}
	return s
}

// roleWords reads a list of roles, apart by semicolons, commas or lines.
func roleWords(s string) []string {
	var roles []string
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(",;\n|", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			roles = append(roles, word(part, "", "role.", codes(perm.MemberRoles())))
		}
	}
	return roles
}

func language(s string) string {
	if l, ok := i18n.Parse(strings.ToLower(s)); ok {
		return l.Code()
	}
	switch fold.Text(s) {
	case "":
		return "uz"
	case "ruscha", "russkiy", "russian":
		return "ru"
	case "inglizcha", "angliyskiy", "english":
		return "en"
	case "ozbekcha", "uzbekskiy", "uzbek":
		return "uz"
	}
	return s
}

func kindCodes() []string { return []string{string(Business), string(Technical)} }

func presetCodes() []string {
	var list []string
	for _, p := range perm.Presets() {
		list = append(list, string(p))
	}
	return list
}
