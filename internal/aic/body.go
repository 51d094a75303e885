package aic

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kabinet/internal/core/gs1"
	"kabinet/internal/core/marking"
	"kabinet/internal/feed"
)

// Bounds of what a source may say (domain.md 2.11 has 30,000 codes a report).
const (
	maxLines = 1000
	maxCodes = 150_000
	maxText  = 300 // characters; longer texts are cut
)

// Content is what a source says of an AIC in one version: where it stands now, and
// what is known of it. What is left out is as it was.
type Content struct {
	State       State       `json:"state"`
	Group       string      `json:"group,omitempty"` // slug or number
	Count       int         `json:"count,omitempty"` // of codes, where no lines are given
	Lines       []Line      `json:"lines,omitempty"`
	Declaration Declaration `json:"declaration"`
	Stage       string      `json:"stage,omitempty"`
	Reason      string      `json:"reason,omitempty"`
}

// Declaration is the customs declaration an AIC went into.
type Declaration struct {
	Number    string `json:"number,omitempty"`
	Date      string `json:"date,omitempty"` // YYYY-MM-DD
	Authority string `json:"authority,omitempty"`
}

// message is a message that was read.
type message struct {
	feed.Message
	Content
	number Number
	digest []byte
}

// body is a message about an AIC, as the source writes it. Sources that report
// documents name the type and status of one (domain.md 2.11) in place of a state.
type body struct {
	Number       string `json:"number"`
	State        string `json:"state"`
	Type         string `json:"type"`
	Status       string `json:"status"`
	Group        string `json:"group"`
	ProductGroup string `json:"productGroup"`
	CodesCount   int    `json:"codesCount"`
	Lines        []struct {
		GTIN  string   `json:"gtin"`
		Name  string   `json:"name"`
		Count int      `json:"count"`
		Codes []string `json:"codes"`
	} `json:"lines"`
	Declaration *Declaration `json:"declaration"`
	Refusal     *struct {
		Stage  string `json:"stage"`
		Reason string `json:"reason"`
	} `json:"refusal"`
}

// read understands a message; what is wrong with it is said by fields and rules.
func read(m feed.Message) (message, error) {
	var b body
	if err := json.Unmarshal(m.Body, &b); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return message{}, fmt.Errorf("%s: a %s is not expected here", wrong.Field, wrong.Value)
		}
		return message{}, errors.New("the body is not the JSON of an AIC")
	}
	out := message{Message: m, digest: digest(m.Body)}
	var err error
	if out.number, err = ParseNumber(b.Number); err != nil {
		return out, errors.New("number: 25 digits are expected: tax or personal number, DDMMYY, counter")
	}
	if tin, ok := out.number.TIN(); ok && m.TIN != "" && string(tin) != m.TIN {
		return out, errors.New("number: it names another tax number than tin")
	}
	out.Content, err = b.content()
	return out, err
}

func (b body) content() (c Content, err error) {
	c = Content{State: b.state(), Group: shown(b.Group + b.ProductGroup), Count: b.CodesCount}
	switch {
	case !slices.Contains(States(), c.State):
		return c, errors.New("state: formed, declared, released, refused or disbanded is expected")
	case c.Count < 0 || c.Count > maxCodes:
		return c, fmt.Errorf("codesCount: 0 to %d is expected", maxCodes)
	}
	if d := b.Declaration; d != nil {
		c.Declaration = Declaration{Number: shown(d.Number), Date: d.Date, Authority: shown(d.Authority)}
		if t, err := time.Parse(time.DateOnly, d.Date); (err != nil || t.Year() < 1) && d.Date != "" {
			return c, errors.New("declaration.date: YYYY-MM-DD is expected")
		}
	}
	if c.State == Refused && b.State == "" {
		c.Stage = AtRegistration
		return c, b.readLines(&c)
	}
	if c.State == Refused {
		if b.Refusal == nil || b.Refusal.Stage != AtRegistration && b.Refusal.Stage != AtDeclaration {
			return c, errors.New("refusal.stage: registration or declaration is expected")
		}
		c.Stage, c.Reason = b.Refusal.Stage, shown(b.Refusal.Reason)
	}
	return c, b.readLines(&c)
}

// state is where the AIC stands: as said, or as the document of it means.
func (b body) state() State {
	failed := strings.EqualFold(b.Status, "error")
	switch {
	case b.State != "":
		return State(b.State)
	case b.Type == "CUSTOMS_CODE_REGISTRATION" && failed:
		return Refused
	case b.Type == "CUSTOMS_CODE_REGISTRATION":
		return Formed
	case b.Type == "CUSTOMS_CODE_WITHDRAWAL" && !failed:
		return Disbanded
	}
	return ""
}

// readLines adds up what is said of one product in several lines.
func (b body) readLines(c *Content) error {
	if len(b.Lines) > maxLines {
		return fmt.Errorf("lines: at most %d are expected", maxLines)
	}
	at := map[gs1.GTIN]int{}
	all := 0
	for i, from := range b.Lines {
		gtin, err := gs1.ParseGTIN(from.GTIN)
		if err != nil {
			return fmt.Errorf("lines[%d].gtin: a GTIN is expected", i)
		}
		l := Line{GTIN: gtin, Name: shown(from.Name), Codes: from.Count}
		for j, label := range from.Codes {
			code, _, err := marking.Read(label)
			if err != nil {
				return fmt.Errorf("lines[%d].codes[%d]: a marking code is expected", i, j)
			}
			l.List = append(l.List, marking.Code(code.Ident()))
		}
		if len(l.List) > 0 {
			l.Codes = len(l.List)
		}
		if all += l.Codes; l.Codes <= 0 || all > maxCodes {
			return fmt.Errorf("lines[%d]: 1 to %d codes in all are expected", i, maxCodes)
		}
		if n, twice := at[gtin]; twice {
			c.Lines[n].Codes += l.Codes
			c.Lines[n].List = append(c.Lines[n].List, l.List...)
			continue
		}
		at[gtin] = len(c.Lines)
		c.Lines = append(c.Lines, l)
	}
	return nil
}

// under fills in what a newer version left out from an older one.
func (c Content) under(newer Content) Content {
	if newer.Group == "" {
		newer.Group = c.Group
	}
	if len(newer.Lines) == 0 {
		newer.Lines = c.Lines
	}
	if newer.Count == 0 {
		newer.Count = c.Count
	}
	if newer.Declaration.Number == "" {
		newer.Declaration = c.Declaration
	}
	return newer
}

// codes is how many there are, by the lines or as it is said.
func (c Content) codes() (n int) {
	if len(c.Lines) == 0 {
		return c.Count
	}
	for _, l := range c.Lines {
		n += l.Codes
	}
	return n
}

// shown is a text as it can be shown: on one line, without what has no look or
// turns the direction of writing, and not too long.
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
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxText {
		s = string(r[:maxText])
	}
	return s
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
