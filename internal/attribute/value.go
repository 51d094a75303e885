package attribute

import (
	"cmp"
	"errors"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/text"
)

// Prefix begins the name of the form field of an attribute; its code follows.
const Prefix = "attr."

// The answers to a Flag, as they are kept.
const (
	Yes = "yes"
	No  = "no"
)

// defaultLength is how long a Text may be whose attribute says nothing.
const defaultLength = 200

// Digits of a number before and after the point: more than any measure needs,
// and few enough to be computed with exactly.
const (
	maxDigits   = 15
	maxFraction = 6
)

// maxTyped is how much of anything but a Text is looked at, in characters.
const maxTyped = 2000

// Years of a Date.
const (
	firstYear = 1900
	lastYear  = 2199
)

// What can be wrong with a value. ErrMin and ErrMax come with "min" and "max",
// ErrLong with "max" and "n" characters, ErrOption with "typed".
var (
	ErrInteger = fault.New(fault.Invalid, "attribute.wrong.integer")
	ErrDecimal = fault.New(fault.Invalid, "attribute.wrong.decimal")
	ErrMin     = fault.New(fault.Invalid, "attribute.wrong.min")
	ErrMax     = fault.New(fault.Invalid, "attribute.wrong.max")
	ErrLong    = fault.New(fault.Invalid, "attribute.wrong.too_long")
	ErrOption  = fault.New(fault.Invalid, "attribute.wrong.option")
	ErrFlag    = fault.New(fault.Invalid, "attribute.wrong.flag")
	ErrDate    = fault.New(fault.Invalid, "attribute.wrong.date")
)

// Open turns what was typed for each code into values in their one kept form
// (Kind), or complains about each on Prefix and its code. What is empty is left
// out; whether it may be is for Missing to say.
func (s Set) Open(get func(code string) string) (map[string]string, fault.Form) {
	var wrong fault.Form
	values := map[string]string{}
	for _, a := range s.Attributes {
		value, err := a.Open(get(a.Code))
		wrong.Add(Prefix+a.Code, err)
		if err == nil && value != "" {
			values[a.Code] = value
		}
	}
	return values, wrong
}

// Missing gives the codes of required attributes without a value, in the order
// of forms.
func (s Set) Missing(values map[string]string) []string {
	var codes []string
	for _, a := range s.Attributes {
		needless := a.Unless != "" && values[a.Unless] == Yes
		if a.Required && !needless && values[a.Code] == "" {
			codes = append(codes, a.Code)
		}
	}
	return codes
}

// Open gives the kept form of what was typed, "" for nothing. Opening a kept
// value gives it back as it is.
func (a Attribute) Open(typed string) (string, error) {
	if a.Kind == Text {
		return a.text(typed)
	}
	line, err := text.Line(typed, maxTyped)
	if err != nil || line == "" {
		return "", err
	}
	switch a.Kind {
	case Integer:
		return a.number(line, wholeNumber, ErrInteger)
	case Decimal:
		return a.number(line, decimalNumber, ErrDecimal)
	case Choice:
		return a.choice(line)
	case Choices:
		return a.choices(line)
	case Flag:
		return openFlag(line)
	}
	return openDate(line)
}

func (a Attribute) text(typed string) (string, error) {
	line, err := text.Line(typed, cmp.Or(a.Length, defaultLength))
	if f, ok := fault.As(err); ok && errors.Is(err, text.ErrLong) {
		return "", ErrLong.With(f.Args...)
	}
	return line, err
}

// Numbers as people write them: blanks between thousands, comma or point.
var (
	wholeNumber   = regexp.MustCompile(`^[+-]?([0-9]{1,3}( [0-9]{3})+|[0-9]+)$`)
	decimalNumber = regexp.MustCompile(`^[+-]?([0-9]{1,3}( [0-9]{3})+|[0-9]+)([.,][0-9]+)?$`)
)

func (a Attribute) number(line string, shape *regexp.Regexp, wrong *fault.Error) (string, error) {
	if !shape.MatchString(line) {
		return "", wrong
	}
	n := plain(line)
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(n, "-"), ".")
	switch {
	case len(whole) > maxDigits, len(fraction) > maxFraction:
		return "", wrong
	case a.Min != "" && less(n, a.Min):
		return "", ErrMin.With("min", a.Min)
	case a.Max != "" && less(a.Max, n):
		return "", ErrMax.With("max", a.Max)
	}
	return n, nil
}

// plain writes a number of decimalNumber's shape with a point, without blanks,
// plus and zeros that say nothing.
func plain(line string) string {
	line = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '+':
			return -1
		case ',':
			return '.'
		}
		return r
	}, line)
	number, negative := strings.CutPrefix(line, "-")
	whole, fraction, _ := strings.Cut(number, ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && whole != "0" {
		return "-" + whole
	}
	return whole
}

// less compares plain numbers exactly.
func less(a, b string) bool {
	x, xOK := new(big.Rat).SetString(a)
	y, yOK := new(big.Rat).SetString(b)
	return xOK && yOK && x.Cmp(y) < 0
}

// choice finds an option by its code, else by its label in any language. If no
// label stands there letter for letter, scripts, apostrophes and capitals make
// no difference (core/fold), as long as one option only is meant.
func (a Attribute) choice(line string) (string, error) {
	for _, o := range a.Options {
		if o.Code == line {
			return o.Code, nil
		}
	}
	for _, o := range a.Options {
		if slices.Contains([]string{o.Label.Uz, o.Label.Ru, o.Label.En}, line) {
			return o.Code, nil
		}
	}
	var meant []string
	folded := fold.Text(line)
	for _, o := range a.Options {
		if folded != "" && slices.Contains(o.folded(), folded) {
			meant = append(meant, o.Code)
		}
	}
	if len(meant) != 1 {
		return "", ErrOption.With("typed", shorten(line))
	}
	return meant[0], nil
}

// folded are the texts that mean the option.
func (o Option) folded() []string {
	return []string{fold.Text(o.Code), fold.Text(o.Label.Uz), fold.Text(o.Label.Ru), fold.Text(o.Label.En)}
}

// choices opens a list; what is kept stands in the order of the options, each
// once.
func (a Attribute) choices(line string) (string, error) {
	chosen := map[string]bool{}
	for part := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == ';' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		code, err := a.choice(part)
		if err != nil {
			return "", err
		}
		chosen[code] = true
	}
	var codes []string
	for _, o := range a.Options {
		if chosen[o.Code] {
			codes = append(codes, o.Code)
		}
	}
	return strings.Join(codes, ","), nil
}

// openFlag knows yes and no in the three languages and as programs write them.
func openFlag(line string) (string, error) {
	switch fold.Text(line) {
	case "yes", "ha", "da", "true", "on", "1":
		return Yes, nil
	case "no", "yok", "net", "false", "off", "0":
		return No, nil
	}
	return "", ErrFlag
}

// openDate takes a day as programs write it and as people here do.
func openDate(line string) (string, error) {
	for _, layout := range []string{time.DateOnly, "2.1.2006"} {
		day, err := time.Parse(layout, line)
		if err == nil && day.Year() >= firstYear && day.Year() <= lastYear {
			return day.Format(time.DateOnly), nil
		}
	}
	return "", ErrDate
}

// In gives a kept value as people read it in a language: labels for choices,
// words for flags, a comma in numbers but in English, everything else as it is.
// A code that is no option any more stays itself. Open takes all of it back.
func (a Attribute) In(lang, value string) string {
	switch {
	case a.Kind == Choice || a.Kind == Choices:
		codes := strings.Split(value, ",")
		for i, code := range codes {
			codes[i] = a.label(lang, code)
		}
		return strings.Join(codes, ", ")
	case a.Kind == Flag && value == Yes:
		return Words{Uz: "Ha", Ru: "Да", En: "Yes"}.In(lang)
	case a.Kind == Flag && value == No:
		return Words{Uz: "Yoʻq", Ru: "Нет", En: "No"}.In(lang)
	case a.Kind == Decimal && lang != "en":
		return strings.Replace(value, ".", ",", 1)
	}
	return value
}

func (a Attribute) label(lang, code string) string {
	for _, o := range a.Options {
		if o.Code == code {
			return o.Label.In(lang)
		}
	}
	return code
}

// shorten keeps what a complaint quotes readable.
func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
