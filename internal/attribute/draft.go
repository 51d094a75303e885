package attribute

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/text"
)

// Limits of a set and its texts, in characters where they are of texts.
const (
	MaxAttributes = 80
	maxOptions    = 200
	maxLabel      = 120
	maxHint       = 300
	maxUnit       = 12
	maxText       = 2000 // of a Text's Length
)

// Row is what one of the staff typed about an attribute.
type Row struct {
	Code, Kind, Unit, Unless, Min, Max, Length string
	Required                                   bool
	Options                                    string // lines "code = uz | ru | en"
	Label, Hint                                Words
}

// Fields of a Row; Field makes the name of a form field of them.
const (
	RowCode     = "code"
	RowKind     = "kind"
	RowUnit     = "unit"
	RowRequired = "required"
	RowUnless   = "unless"
	RowMin      = "min"
	RowMax      = "max"
	RowLength   = "length"
	RowOptions  = "options"
	RowLabelUz  = "label_uz"
	RowLabelRu  = "label_ru"
	RowLabelEn  = "label_en"
	RowHintUz   = "hint_uz"
	RowHintRu   = "hint_ru"
	RowHintEn   = "hint_en"
)

// Field names a field of the i-th row, counted from 0.
func Field(i int, name string) string { return "a" + strconv.Itoa(i) + "-" + name }

// Kinds lists what values an attribute may have.
func Kinds() []Kind { return []Kind{Text, Integer, Decimal, Choice, Choices, Flag, Date} }

var (
	codeShape   = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)
	optionShape = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)
)

// OpenRows turns rows into attributes, or complains about every field at once.
func OpenRows(rows []Row) ([]Attribute, error) {
	var wrong fault.Form
	wrong.Check(len(rows) > 0, "add", "attribute.draft.none")
	wrong.Check(len(rows) <= MaxAttributes, "add", "attribute.draft.many", "max", MaxAttributes)
	all := make([]Attribute, len(rows))
	for i, r := range rows {
		c := checker{&wrong, i}
		all[i] = r.open(c)
		twice := slices.ContainsFunc(all[:i], func(a Attribute) bool { return a.Code == all[i].Code })
		c.check(!twice, RowCode, "attribute.draft.code_twice")
	}
	for i, a := range all {
		j := slices.IndexFunc(all, func(b Attribute) bool { return b.Code == a.Unless })
		ok := a.Unless == "" || a.Required && j >= 0 && all[j].Kind == Flag
		checker{&wrong, i}.check(ok, RowUnless, "attribute.draft.unless")
	}
	return all, wrong.Err()
}

// checker complains about the fields of one row.
type checker struct {
	wrong *fault.Form
	row   int
}

func (c checker) check(ok bool, field, key string, args ...any) {
	c.wrong.Check(ok, Field(c.row, field), key, args...)
}

func (c checker) line(field, typed string, most int) string {
	s, err := text.Line(typed, most)
	c.wrong.Add(Field(c.row, field), err)
	return s
}

func (r Row) open(c checker) Attribute {
	a := Attribute{Code: strings.TrimSpace(r.Code), Kind: Kind(r.Kind), Required: r.Required, Unless: strings.TrimSpace(r.Unless)}
	c.check(codeShape.MatchString(a.Code), RowCode, "attribute.draft.code")
	c.check(slices.Contains(Kinds(), a.Kind), RowKind, "attribute.draft.kind")
	a.Unit = c.line(RowUnit, r.Unit, maxUnit)
	a.Label = r.label(c)
	a.Hint = r.hint(c)
	switch a.Kind {
	case Integer, Decimal:
		a.Min, a.Max = r.bounds(c, a.Kind)
	case Text:
		a.Length = r.length(c)
	case Choice, Choices:
		a.Options = r.options(c, a.Kind)
	case Flag, Date:
	}
	return a
}

func (r Row) label(c checker) Words {
	w := Words{
		Uz: c.line(RowLabelUz, text.Uzbek(r.Label.Uz), maxLabel), Ru: c.line(RowLabelRu, r.Label.Ru, maxLabel), En: c.line(RowLabelEn, r.Label.En, maxLabel),
	}
	c.check(w.Uz != "", RowLabelUz, "attribute.draft.label_uz")
	c.check(w.Ru != "", RowLabelRu, "attribute.draft.label_ru")
	return w
}

// hint is there in Uzbek and Russian, or not at all.
func (r Row) hint(c checker) Words {
	w := Words{
		Uz: c.line(RowHintUz, text.Uzbek(r.Hint.Uz), maxHint), Ru: c.line(RowHintRu, r.Hint.Ru, maxHint), En: c.line(RowHintEn, r.Hint.En, maxHint),
	}
	some := w != Words{}
	c.check(!some || w.Uz != "", RowHintUz, "attribute.draft.hint_uz")
	c.check(!some || w.Ru != "", RowHintRu, "attribute.draft.hint_ru")
	return w
}

func (r Row) bounds(c checker, k Kind) (low, high string) {
	free := Attribute{Kind: k}
	low, err := free.Open(r.Min)
	c.wrong.Add(Field(c.row, RowMin), err)
	high, err = free.Open(r.Max)
	c.wrong.Add(Field(c.row, RowMax), err)
	c.check(low == "" || high == "" || !less(high, low), RowMax, "attribute.draft.bounds")
	return low, high
}

func (r Row) length(c checker) int {
	typed := strings.TrimSpace(r.Length)
	if typed == "" {
		return 0
	}
	n, err := strconv.Atoi(typed)
	c.check(err == nil && n >= 1 && n <= maxText, RowLength, "attribute.draft.length", "max", maxText)
	return n
}

// options reads lines "code = uz | ru | en"; English may be left out.
func (r Row) options(c checker, k Kind) []Option {
	var all []Option
	number := 0
	for line := range strings.Lines(r.Options) {
		number++
		if strings.TrimSpace(line) == "" {
			continue
		}
		o, err := openOption(line, k)
		if err != nil {
			c.check(false, RowOptions, err.Key, "line", number)
			continue
		}
		c.check(!slices.ContainsFunc(all, o.confusedWith), RowOptions, "attribute.draft.option_twice", "line", number)
		all = append(all, o)
	}
	c.check(len(all) > 0, RowOptions, "attribute.draft.options")
	c.check(len(all) <= maxOptions, RowOptions, "attribute.draft.options_many", "max", maxOptions)
	return all
}

// What can be wrong with the line of an option; they go out with "line".
var (
	errOptionShape = fault.New(fault.Invalid, "attribute.draft.option")
	errOptionCode  = fault.New(fault.Invalid, "attribute.draft.option_code")
	errOptionText  = fault.New(fault.Invalid, "attribute.draft.option_text")
)

func openOption(line string, k Kind) (Option, *fault.Error) {
	code, labels, cut := strings.Cut(line, "=")
	parts := strings.Split(labels, "|")
	if !cut || len(parts) < 2 || len(parts) > 3 {
		return Option{}, errOptionShape
	}
	o := Option{Code: strings.TrimSpace(code)}
	if !optionShape.MatchString(o.Code) {
		return Option{}, errOptionCode
	}
	words := make([]string, 3)
	for i, part := range parts {
		if i == 0 {
			part = text.Uzbek(part)
		}
		clean, err := text.Line(part, maxLabel)
		if err != nil || clean == "" && i < 2 || k == Choices && strings.ContainsAny(clean, ",;") {
			return Option{}, errOptionText
		}
		words[i] = clean
	}
	o.Label = Words{Uz: words[0], Ru: words[1], En: words[2]}
	return o, nil
}

// confusedWith reports whether what people type for one option may mean another:
// the same code or label, or the code of one as label of the other.
func (o Option) confusedWith(other Option) bool {
	mine, others := o.exact(), other.exact()
	return o.Code == other.Code || slices.ContainsFunc(mine, func(s string) bool { return s != "" && slices.Contains(others, s) })
}

func (o Option) exact() []string { return []string{o.Code, o.Label.Uz, o.Label.Ru, o.Label.En} }

// RowOf is an attribute as a form shows it.
func RowOf(a Attribute) Row {
	r := Row{
		Code: a.Code, Kind: string(a.Kind), Unit: a.Unit, Unless: a.Unless, Min: a.Min, Max: a.Max, Required: a.Required, Label: a.Label, Hint: a.Hint,
	}
	if a.Length > 0 {
		r.Length = strconv.Itoa(a.Length)
	}
	lines := make([]string, len(a.Options))
	for i, o := range a.Options {
		lines[i] = o.line()
	}
	r.Options = strings.Join(lines, "\n")
	return r
}

func (o Option) line() string {
	s := o.Code + " = " + o.Label.Uz + " | " + o.Label.Ru
	if o.Label.En != "" {
		s += " | " + o.Label.En
	}
	return s
}
