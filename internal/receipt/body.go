package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kabinet/internal/core/gs1"
	"kabinet/internal/core/marking"
	"kabinet/internal/core/taxid"
	"kabinet/internal/feed"
)

// Bounds of what a source may say; real receipts stay far below.
const (
	maxLines  = 1000
	maxCodes  = 5000 // in all lines
	maxName   = 300  // characters; longer names are cut
	maxRef    = 40   // characters of signs, terminals, numbers
	maxTotal  = 1_000_000_000_000_000
	maxOffset = 24 * time.Hour // how far a terminal's clock may run ahead
)

// body is a message about a receipt, as the source writes it. Unknown fields are
// left alone, so that sources may say more than is kept.
type body struct {
	TIN        string     `json:"tin"`
	FiscalSign word       `json:"fiscal_sign"`
	Terminal   word       `json:"terminal"`
	Number     word       `json:"number"`
	Time       *time.Time `json:"time"`
	Kind       string     `json:"kind"`
	Total      *int64     `json:"total"` // tiyin
	Sale       *struct {
		FiscalSign word `json:"fiscal_sign"`
		Terminal   word `json:"terminal"`
		Number     word `json:"number"`
	} `json:"sale"`
	Lines []bodyLine `json:"lines"`
}

type bodyLine struct {
	Name     string      `json:"name"`
	GTIN     word        `json:"gtin"`
	Quantity json.Number `json:"quantity"`
	Sum      *int64      `json:"sum"` // tiyin
	Label    string      `json:"label"`
	Labels   []string    `json:"labels"` // of marketplaces
}

// word is a text that some sources write as a number.
type word string

// UnmarshalJSON takes a string, a number as it is written, or null.
func (w *word) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') {
		*w = word(b)
		return nil
	}
	return json.Unmarshal(b, (*string)(w))
}

// message is a message that was read.
type message struct {
	feed.Message
	Content
	tin    taxid.TIN
	digest []byte // of the body, whatever its blanks and the order of its fields
}

// read understands a message; what is wrong with it is said by fields and rules.
func read(m feed.Message) (message, error) {
	var b body
	if err := json.Unmarshal(m.Body, &b); err != nil {
		return message{}, fieldError(err)
	}
	tin, err := taxid.ParseTIN(first(m.TIN, b.TIN))
	if err != nil {
		return message{}, errors.New("tin: nine digits are expected")
	}
	out := message{Message: m, tin: tin, digest: digest(m.Body)}
	out.Content, err = b.content(m.OccurredAt)
	return out, err
}

// fieldError names the field and nothing of what stood there.
func fieldError(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s: a %s is not expected here", wrong.Field, wrong.Value)
	}
	return errors.New("the body is not the JSON of a receipt")
}

func (b body) content(occurred time.Time) (c Content, err error) {
	c = Content{Kind: Kind(b.Kind), IssuedAt: occurred.UTC()}
	if b.Time != nil {
		c.IssuedAt = b.Time.UTC()
	}
	refs, err := refOf("", b.FiscalSign, b.Terminal, b.Number)
	switch c.Ref = refs; {
	case err != nil:
		return c, err
	case c.Sign == "" || c.Terminal == "" || c.Number == "":
		return c, errors.New("fiscal_sign, terminal, number: all three are needed")
	case c.Kind != Sale && c.Kind != Return:
		return c, errors.New("kind: sale or return is expected")
	case b.Total == nil || *b.Total < 0 || *b.Total > maxTotal:
		return c, errors.New("total: a whole number of tiyin, 0 or more, is expected")
	case c.IssuedAt.Year() < 2000 || c.IssuedAt.Year() > 2200:
		return c, errors.New("time: a year from 2000 to 2200 is expected")
	case !occurred.IsZero() && c.IssuedAt.Sub(occurred) > maxOffset:
		return c, errors.New("time: lies after the message about it")
	case len(b.Lines) == 0 || len(b.Lines) > maxLines:
		return c, fmt.Errorf("lines: 1 to %d are expected", maxLines)
	}
	c.Total = *b.Total
	if c.Kind == Return && b.Sale != nil {
		if c.Sale, err = refOf("sale.", b.Sale.FiscalSign, b.Sale.Terminal, b.Sale.Number); err != nil {
			return c, err
		}
	}
	return c, b.readLines(&c)
}

func refOf(at string, sign, terminal, number word) (r Ref, err error) {
	for field, w := range map[string]struct {
		from word
		to   *string
	}{"fiscal_sign": {sign, &r.Sign}, "terminal": {terminal, &r.Terminal}, "number": {number, &r.Number}} {
		*w.to = shown(string(w.from))
		if utf8.RuneCountInString(*w.to) > maxRef {
			return r, fmt.Errorf("%s%s: at most %d characters are expected", at, field, maxRef)
		}
	}
	return r, nil
}

func (b body) readLines(c *Content) error {
	left := maxCodes
	for i, from := range b.Lines {
		l, err := from.line()
		if err != nil {
			return fmt.Errorf("lines[%d].%w", i, err)
		}
		if left -= len(l.Codes) + len(l.Bad); left < 0 {
			return fmt.Errorf("lines: at most %d labels in all are expected", maxCodes)
		}
		c.Lines = append(c.Lines, l)
	}
	return nil
}

func (b bodyLine) line() (l Line, err error) {
	l.Name = shown(b.Name)
	if r := []rune(l.Name); len(r) > maxName {
		l.Name = string(r[:maxName])
	}
	if b.Sum == nil || *b.Sum < 0 || *b.Sum > maxTotal {
		return l, errors.New("sum: a whole number of tiyin, 0 or more, is expected")
	}
	l.Sum = *b.Sum
	if l.Quantity, err = thousandths(b.Quantity.String()); err != nil {
		return l, err
	}
	l.takeLabels(append([]string{b.Label}, b.Labels...))
	if g, err := gs1.ParseGTIN(string(b.GTIN)); err == nil { // goods without marking have numbers of their own
		l.GTIN = g
	}
	for _, c := range l.Codes {
		if l.GTIN == "" {
			l.GTIN = c.GTIN()
		}
	}
	return l, nil
}

// takeLabels reads codes. Each counts once, however often it is named.
func (l *Line) takeLabels(labels []string) {
	seen := map[string]bool{"": true}
	for _, label := range labels {
		code, _, err := marking.Read(label)
		if err != nil {
			if bad := cut(shown(label)); !seen[bad] {
				seen[bad] = true
				l.Bad = append(l.Bad, bad)
			}
			continue
		}
		if id := code.Ident(); !seen[id] {
			seen[id] = true
			l.Codes = append(l.Codes, code)
		}
	}
}

func cut(s string) string {
	if r := []rune(s); len(r) > marking.MaxLength {
		return string(r[:marking.MaxLength])
	}
	return s
}

// thousandths reads a decimal with up to three places; none is one unit.
func thousandths(s string) (int64, error) {
	if s == "" {
		return 1000, nil
	}
	whole, part, _ := strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	n := int64(0)
	if len(whole) > 9 || len(part) > 3 || whole == "" {
		return 0, errQuantity
	}
	for _, d := range whole + part + strings.Repeat("0", 3-len(part)) {
		if d < '0' || d > '9' {
			return 0, errQuantity
		}
		n = n*10 + int64(d-'0')
	}
	return n, nil
}

var errQuantity = errors.New("quantity: a decimal of up to nine digits and three places is expected")

// shown is a text as it can be shown: on one line, without what has no look or
// turns the direction of writing.
func shown(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func first(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// digest is the hash of a body's meaning: of its JSON with fields in order and
// numbers as they were written.
func digest(raw json.RawMessage) []byte {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var any any
	if d.Decode(&any) == nil {
		if b, err := json.Marshal(any); err == nil {
			raw = b
		}
	}
	sum := sha256.Sum256(raw)
	return sum[:]
}
