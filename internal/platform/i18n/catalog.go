package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"kabinet/web/locales"
)

// catalog is read from the embedded files when the program starts and never
// changes afterwards, so it needs no lock.
var catalog = mustLoad(locales.Files)

func mustLoad(files fs.FS) [3]map[string]message {
	var c [3]map[string]message
	for _, l := range Langs() {
		m, err := Load(files, l.Code())
		if err != nil {
			panic(err) // the files are part of the program; a test loads them first
		}
		c[l] = m
	}
	return c
}

// Load reads every file of one language. Two files that define the same key
// are an error: one of the two texts would silently win.
func Load(files fs.FS, code string) (map[string]message, error) {
	names, err := fs.Glob(files, path.Join(code, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list locale %s: %w", code, err)
	}
	all := map[string]message{}
	for _, name := range names {
		if err := loadFile(files, name, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func loadFile(files fs.FS, name string, into map[string]message) error {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	var raw map[string]forms
	if err := json.Unmarshal(b, &raw); err != nil {
		return fmt.Errorf("parse %s: %w", name, err)
	}
	for key, f := range raw {
		if _, twice := into[key]; twice {
			return fmt.Errorf("%s: key %s is defined twice", name, key)
		}
		into[key] = message(f)
	}
	return nil
}

// forms is a text or an object of plural forms.
type forms message

// UnmarshalJSON accepts "text" and {"one": …, "other": …}.
func (f *forms) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &f.other)
	}
	var o struct{ One, Few, Many, Other string }
	if err := json.Unmarshal(b, &o); err != nil {
		return err
	}
	*f = forms{one: o.One, few: o.Few, many: o.Many, other: o.Other}
	return nil
}

// text writes a value into a message: numbers in the national form with
// no-break spaces between groups (ux.md 5.10), everything else as it prints.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return Number(int64(v))
	case int64:
		return Number(v)
	}
	return fmt.Sprint(v)
}

// Number writes a whole number as 1 204 500 with no-break spaces and a real
// minus sign; the same in all three languages.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "\u2212", s[1:]
	}
	var b strings.Builder
	for i, d := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteString("\u00a0")
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Sum writes tiyin as soʻm, 12 480 000,25, and 12 480 000 when there are none over;
// the unit is a matter of the language ("core.money").
func Sum(tiyin int64) string {
	s := Number(tiyin / 100)
	rest := tiyin % 100
	if rest == 0 {
		return s
	}
	if tiyin < 0 {
		rest = -rest
		if tiyin > -100 {
			s = "\u2212" + s
		}
	}
	return s + "," + strconv.FormatInt(100+rest, 10)[1:]
}
