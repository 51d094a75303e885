package document

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
)

// How much of a document is taken (domain.md 2.11: 30,000 codes a report).
const (
	MaxCodes      = 30_000
	maxLines      = 10_000
	maxLinks      = 1000
	maxSignatures = 4
	maxSigned     = 1 << 20 // bytes of a signed text
	maxContainer  = 256 << 10
)

// Content is what a message says about a document.
type Content struct {
	Kind         Kind
	Number       string
	At           time.Time // zero when the source gives no date
	Status       Status
	Group        string // slug or number; "" for none
	Seller       Party
	Buyer        Party
	Counterparty Party
	Amount       int64
	VAT          int64
	Answer       SourceAnswer
	Facts        map[string]string
	Lines        []Line
	Codes        []Code
	CodesCount   int
	Links        []Link
	Signatures   []SourceSignature
}

// SourceAnswer is what the source knows of the buyer's answer.
type SourceAnswer struct {
	State  Answer
	At     time.Time
	Until  time.Time // last moment of the answer, where the source counts it
	Reason string
}

// SourceSignature came with the document.
type SourceSignature struct {
	Party     Party
	At        time.Time
	Signed    []byte // exactly these bytes
	Container []byte
}

// FactNames are the further facts that are kept; others are left alone.
func FactNames() []string {
	return []string{
		"contract", "contract_date", "place", "release_method", "production_date", "expiry_date", "series", "production_order",
		"country", "customs_post", "regime", "declaration", "packaging", "package_code", "reason", "primary_document",
	}
}

// wire is the body of a message. Sums are decimal numbers in soʻm, written as
// numbers or as texts; dates are RFC 3339 or days in Tashkent.
type wire struct {
	Type         string                     `json:"type"`
	Number       string                     `json:"number"`
	Date         string                     `json:"date"`
	Status       string                     `json:"status"`
	ProductGroup loose                      `json:"productGroup"`
	Seller       wireParty                  `json:"seller"`
	Buyer        wireParty                  `json:"buyer"`
	Counterparty wireParty                  `json:"counterparty"`
	Amount       loose                      `json:"amount"`
	VAT          loose                      `json:"vat"`
	Answer       *wireAnswer                `json:"answer"`
	Original     string                     `json:"original"`
	AIC          []string                   `json:"aic"`
	Declarations []string                   `json:"declarations"`
	Basis        []string                   `json:"basis"`
	Facts        map[string]json.RawMessage `json:"facts"`
	Lines        []wireLine                 `json:"lines"`
	Codes        []wireCode                 `json:"codes"`
	CodesCount   int                        `json:"codesCount"`
	Signatures   []wireSignature            `json:"signatures"`
}

type wireParty struct {
	TIN  string `json:"tin"`
	Name string `json:"name"`
}

type wireAnswer struct {
	State  string `json:"state"`
	At     string `json:"at"`
	Until  string `json:"until"`
	Reason string `json:"reason"`
}

type wireLine struct {
	GTIN     string `json:"gtin"`
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	Quantity loose  `json:"quantity"`
	Price    loose  `json:"price"`
	Amount   loose  `json:"amount"`
	VAT      loose  `json:"vat"`
	Codes    int    `json:"codes"`
}

type wireCode struct {
	Code   string `json:"code"`
	Line   int    `json:"line"`
	Result string `json:"result"`
	Reason string `json:"reason"`
}

type wireSignature struct {
	wireParty
	At      string `json:"at"`
	Content string `json:"content"`
	PKCS7   string `json:"pkcs7"`
}

// loose is a number or a text; whatever else stands there is odd, which no field
// takes.
type loose string

const odd loose = "\x00"

// UnmarshalJSON never fails, so that the complaint names the field.
func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	var n json.Number
	switch {
	case string(b) == "null":
	case json.Unmarshal(b, &s) == nil:
		*l = loose(s)
	case b[0] != '"' && json.Unmarshal(b, &n) == nil:
		*l = loose(n)
	default:
		*l = odd
	}
	return nil
}

// Decode reads the body of a message. The error names the field and the rule, and
// repeats nothing of the body. Fields it does not know are left alone.
func Decode(body []byte) (Content, error) {
	var w wire
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&w); err != nil {
		return Content{}, shapeOf(err)
	}
	if d.More() {
		return Content{}, errors.New("more than one value")
	}
	o := &opener{}
	c := w.open(o)
	return c, o.err
}

// shapeOf says where the shape of a body is wrong, without its values.
func shapeOf(err error) error {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s: must be %s", t.Field, t.Type.Kind())
	}
	if s, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("not JSON at byte %d", s.Offset)
	}
	return errors.New("not JSON, or not a document")
}

func (w wire) open(o *opener) Content {
	c := Content{
		Kind:   Kind(w.Type),
		Number: o.line("number", w.Number, 100, true),
		At:     o.moment("date", w.Date),
		Status: Status(strings.ToLower(w.Status)),
		Group:  o.line("productGroup", string(w.ProductGroup), 40, false),
		Seller: o.party("seller", w.Seller), Buyer: o.party("buyer", w.Buyer), Counterparty: o.party("counterparty", w.Counterparty),
		Amount: o.sum("amount", w.Amount), VAT: o.sum("vat", w.VAT),
		CodesCount: w.CodesCount,
	}
	o.check(slices.Contains(Kinds(), c.Kind), "type", "unknown")
	o.check(c.Status.Shown() == Review && c.Status != Review || slices.Contains(ShownStatuses()[1:], c.Status), "status", "unknown")
	o.check(!c.Kind.IsInvoice() || c.Seller.TIN != "" && c.Buyer.TIN != "", "seller and buyer", "an invoice names both by TIN")
	o.check(c.CodesCount >= 0 && c.CodesCount <= 1<<30, "codesCount", "out of range")
	w.openAnswer(o, &c)
	w.openFacts(o, &c)
	w.openLines(o, &c)
	w.openCodes(o, &c)
	w.openLinks(o, &c)
	w.openSignatures(o, &c)
	return c
}

func (w wire) openAnswer(o *opener, c *Content) {
	c.Answer.State = NoAnswer
	if w.Answer == nil {
		return
	}
	switch a := Answer(strings.ToLower(w.Answer.State)); a {
	case NoAnswer, Waiting, Accepted, Rejected:
		c.Answer.State = a
	default:
		o.check(false, "answer.state", "unknown")
	}
	o.check(c.Kind.IsInvoice() || c.Answer.State == NoAnswer, "answer", "only invoices are answered")
	c.Answer.At, c.Answer.Until = o.moment("answer.at", w.Answer.At), o.moment("answer.until", w.Answer.Until)
	c.Answer.Reason = o.lines("answer.reason", w.Answer.Reason, maxReason)
}

func (w wire) openFacts(o *opener, c *Content) {
	c.Facts = map[string]string{}
	for _, name := range FactNames() {
		var fact loose
		if raw, ok := w.Facts[name]; ok {
			_ = fact.UnmarshalJSON(raw) // never fails
		}
		if v := o.line("facts."+name, string(fact), 300, false); v != "" {
			c.Facts[name] = v
		}
	}
}

func (w wire) openLines(o *opener, c *Content) {
	if !o.check(len(w.Lines) <= maxLines, "lines", "too many") {
		return
	}
	for i, l := range w.Lines {
		at := "lines[" + strconv.Itoa(i) + "]."
		line := Line{
			N: i + 1, Name: o.line(at+"name", l.Name, 500, true), Unit: o.line(at+"unit", l.Unit, 40, false),
			Quantity: o.quantity(at+"quantity", string(l.Quantity)), Price: o.sum(at+"price", l.Price), Amount: o.sum(at+"amount", l.Amount),
			VAT: o.sum(at+"vat", l.VAT), Codes: l.Codes,
		}
		o.check(l.Codes >= 0 && l.Codes <= 1<<30, at+"codes", "out of range")
		if l.GTIN != "" {
			g, err := gs1.ParseGTIN(l.GTIN)
			o.check(err == nil, at+"gtin", "not a GTIN")
			line.GTIN = string(g)
		}
		c.Lines = append(c.Lines, line)
	}
}

// reasonShape is what a reason is called; words are found by it.
var reasonShape = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,59}$`)

func (w wire) openCodes(o *opener, c *Content) {
	if !o.check(len(w.Codes) <= MaxCodes, "codes", "too many") {
		return
	}
	for i, k := range w.Codes {
		at := "codes[" + strconv.Itoa(i) + "]."
		code := Code{N: i + 1, Line: k.Line, Code: k.Code, Result: Result(strings.ToLower(k.Result)), Reason: strings.ToLower(k.Reason)}
		o.check(k.Code != "" && len(k.Code) <= 500 && utf8.ValidString(k.Code) && !strings.ContainsRune(k.Code, 0), at+"code", "1 to 500 bytes")
		o.check(k.Line >= 0 && k.Line <= len(c.Lines), at+"line", "no such line")
		o.check(slices.Contains([]Result{Taken, Remark, Refused}, code.Result), at+"result", "unknown")
		o.check(code.Reason == "" || reasonShape.MatchString(code.Reason), at+"reason", "not a reason")
		c.Codes = append(c.Codes, code)
	}
	c.CodesCount = max(c.CodesCount, len(c.Codes))
}

func (w wire) openLinks(o *opener, c *Content) {
	link := func(r Relation, field string, refs ...string) {
		for _, ref := range refs {
			l := Link{Relation: r, Ref: o.line(field, ref, 200, false)}
			if l.Ref != "" && !slices.Contains(c.Links, l) {
				c.Links = append(c.Links, l)
			}
		}
	}
	if !o.check(len(w.AIC)+len(w.Declarations)+len(w.Basis) <= maxLinks, "aic, declarations, basis", "too many") {
		return
	}
	link(ToOriginal, "original", w.Original)
	link(ToAIC, "aic", w.AIC...)
	link(ToDeclaration, "declarations", w.Declarations...)
	link(ToBasis, "basis", w.Basis...)
}

func (w wire) openSignatures(o *opener, c *Content) {
	if !o.check(len(w.Signatures) <= maxSignatures, "signatures", "too many") {
		return
	}
	for i, s := range w.Signatures {
		at := "signatures[" + strconv.Itoa(i) + "]."
		c.Signatures = append(c.Signatures, SourceSignature{
			Party: o.party(at+"signer", s.wireParty), At: o.moment(at+"at", s.At),
			Signed: o.bytes(at+"content", s.Content, maxSigned), Container: o.bytes(at+"pkcs7", s.PKCS7, maxContainer),
		})
	}
}

// opener checks fields one by one and remembers the first that is wrong.
type opener struct{ err error }

func (o *opener) check(ok bool, field, rule string) bool {
	if !ok && o.err == nil {
		o.err = errors.New(field + ": " + rule)
	}
	return ok
}

func (o *opener) line(field, s string, most int, wanted bool) string {
	line, err := text.Line(s, most)
	o.check(err == nil, field, "no plain text of at most "+strconv.Itoa(most)+" characters")
	o.check(line != "" || !wanted, field, "missing")
	return line
}

func (o *opener) lines(field, s string, most int) string {
	lines, err := text.Lines(s, most)
	o.check(err == nil, field, "no plain text of at most "+strconv.Itoa(most)+" characters")
	return lines
}

func (o *opener) party(field string, p wireParty) Party {
	out := Party{Name: o.line(field+".name", p.Name, 300, false)}
	if p.TIN != "" {
		tin, err := taxid.ParseTIN(p.TIN)
		o.check(err == nil, field+".tin", "nine digits")
		out.TIN = string(tin)
	}
	return out
}

// moment reads RFC 3339 or a day, which begins in Tashkent. Years far off are
// mistakes, and more than the database holds.
func (o *opener) moment(field, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.ParseInLocation(time.DateOnly, s, clock.Tashkent())
	}
	t = t.UTC().Truncate(time.Microsecond)
	if !o.check(err == nil && t.Year() >= 1990 && t.Year() < 2200, field, "a day or a moment of RFC 3339") {
		return time.Time{}
	}
	return t
}

var (
	sumShape      = regexp.MustCompile(`^(-?)([0-9]{1,13})(?:\.([0-9]{1,2})0*)?$`)
	quantityShape = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,6})?$`)
)

// sum reads soʻm into tiyin.
func (o *opener) sum(field string, s loose) int64 {
	if s == "" {
		return 0
	}
	m := sumShape.FindStringSubmatch(string(s))
	if !o.check(m != nil, field, "a sum in soʻm with two digits after the point at most") {
		return 0
	}
	n, err := strconv.ParseInt(m[2]+(m[3] + "00")[:2], 10, 64)
	o.check(err == nil, field, "out of range")
	if m[1] == "-" {
		n = -n
	}
	return n
}

func (o *opener) quantity(field, s string) string {
	if s == "" {
		return "0"
	}
	o.check(quantityShape.MatchString(s), field, "a number with six digits after the point at most")
	return s
}

func (o *opener) bytes(field, s string, most int) []byte {
	b, err := base64.StdEncoding.DecodeString(s)
	o.check(err == nil && len(b) > 0 && len(b) <= most, field, "base64 of 1 to "+strconv.Itoa(most)+" bytes")
	return b
}
