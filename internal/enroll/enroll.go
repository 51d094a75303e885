// Package enroll registers a company that the old records do not know.
//
// The director's EDS key says which company and who signs; the state register
// says whether that company may register and whether that person directs it.
// Then come contacts, the first place of business, the public offer accepted by
// a second signature, and a code sent to the address of letters. With the code
// everything comes to be in one transaction, or nothing does.
//
// A draft is kept from the first signature on, for seven days. It belongs to the
// person and the number that the key proved: whoever loses the browser session
// signs again and goes on where the draft ends.
package enroll

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/region"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
	"kabinet/internal/enroll/offer"
	"kabinet/internal/org"
	"kabinet/internal/place"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/register"
)

// Refusals of a registration. Each says why, and its page what to do.
var (
	ErrNoDraft     = fault.New(fault.Gone, "enroll.no_draft")
	ErrActive      = fault.New(fault.Invalid, "enroll.refuse.active")
	ErrWaits       = fault.New(fault.Invalid, "enroll.refuse.waits")
	ErrBlocked     = fault.New(fault.Invalid, "enroll.refuse.blocked")
	ErrLiquidated  = fault.New(fault.Invalid, "enroll.refuse.liquidated")
	ErrSuspended   = fault.New(fault.Invalid, "enroll.refuse.suspended")
	ErrNotDirector = fault.New(fault.Invalid, "enroll.refuse.not_director")
	ErrNoTrader    = fault.New(fault.Invalid, "enroll.refuse.no_trader")
	ErrNoCompany   = fault.New(fault.Invalid, "enroll.refuse.no_company")
	ErrOtherKey    = fault.New(fault.Invalid, "enroll.refuse.other_key")
	ErrNotAccepted = fault.New(fault.Invalid, "enroll.offer.tick").On("accept")
	ErrWrongCode   = fault.New(fault.Invalid, "enroll.confirm.wrong").On("code")
	ErrOver        = fault.New(fault.Gone, "enroll.confirm.over")
)

// How long a draft is kept, and how long and how often a code may be tried.
const (
	draftLife = 7 * 24 * time.Hour
	codeLife  = 24 * time.Hour
	maxTries  = 5
)

// entryLife is how old the register's answer may be when the offer is signed.
const entryLife = 24 * time.Hour

// Longest texts, in characters.
const (
	maxDistrict = 100
	maxStreet   = 300
)

// Draft is a registration on its way.
type Draft struct {
	ID       int64
	Trader   bool // signs with a personal key
	Holder   string
	Position string
	PINFL    taxid.PINFL
	TIN      taxid.TIN // of the key; empty for a sole trader
	Entry    *register.Entry
	EntryAt  time.Time
	Contacts
	Place   Place
	Offer   string // version whose text was read and ticked
	Signed  bool   // the offer is accepted by signature
	Code    CodeState
	Expires time.Time
}

// CodeState is how far the letter with the code is.
type CodeState struct {
	Until   time.Time // zero: none was asked for
	Sent    bool
	Refusal string // of the relay, for good
	Left    int
	Over    bool // expired, or no try is left
}

// Contacts are how the company is reached.
type Contacts struct{ Email, Phone, Language string }

// Place is the first place of business.
type Place struct {
	Activities []string
	Address    org.Address
}

// Step is one page of the way.
type Step string

// The steps, in their order.
const (
	StepFound    Step = "found"
	StepContacts Step = "contacts"
	StepPlace    Step = "place"
	StepOffer    Step = "offer"
	StepSign     Step = "sign"
	StepConfirm  Step = "confirm"
)

// Next is the first step that is not done.
func (d Draft) Next() Step {
	switch {
	case d.Entry == nil:
		return StepFound
	case d.Email == "":
		return StepContacts
	case len(d.Place.Activities) == 0:
		return StepPlace
	case d.Offer != offer.Current:
		return StepOffer
	case !d.Signed:
		return StepSign
	}
	return StepConfirm
}

// Reached reports whether a step may be opened: everything before it is done.
func (d Draft) Reached(s Step) bool { return order(s) <= order(d.Next()) }

func order(s Step) int {
	return slices.Index([]Step{StepFound, StepContacts, StepPlace, StepOffer, StepSign, StepConfirm}, s)
}

// open reads contacts as typed.
func (c Contacts) open() (Contacts, error) {
	var f fault.Form
	f.Check(strings.TrimSpace(c.Email) != "", "email", "enroll.form.email")
	email, err := org.ParseEmail(c.Email)
	f.Add("email", err)
	f.Check(strings.TrimSpace(c.Phone) != "", "phone", "enroll.form.phone")
	phone, err := org.ParsePhone(c.Phone)
	f.Add("phone", err)
	f.Check(c.Language == "uz" || c.Language == "ru" || c.Language == "en", "language", "org.draft.language")
	return Contacts{email, phone, c.Language}, f.Err()
}

func (p Place) open() (Place, error) {
	var f fault.Form
	out := Place{}
	for _, known := range place.Activities() {
		for _, a := range p.Activities {
			if a == string(known) {
				out.Activities = append(out.Activities, a)
				break
			}
		}
	}
	f.Check(len(out.Activities) > 0, "activities", "enroll.form.activities")
	r, err := region.Parse(p.Address.Region)
	f.Check(err == nil, "region", "enroll.form.region")
	out.Address = org.Address{
		Region:   r.Code,
		District: typed(&f, "district", p.Address.District, maxDistrict, "enroll.form.district"),
		Street:   typed(&f, "street", p.Address.Street, maxStreet, "enroll.form.street"),
	}
	return out, f.Err()
}

func typed(f *fault.Form, field, s string, most int, empty string) string {
	s, err := text.Plain(text.Uzbek(s), most)
	f.Add(field, err)
	f.Check(s != "", field, empty)
	return s
}

// Statement is the act in plain words, as the page shows it and as it is
// signed: who accepts which text for which company.
func (d Draft) Statement(lang i18n.Lang, host string) string {
	who := "enroll.statement.director"
	if d.Trader {
		who = "enroll.statement.trader"
	}
	return strings.Join([]string{
		i18n.Text(lang, "enroll.statement.act", "org", d.name(lang.Code()), "tin", string(d.Entry.TIN), "host", host),
		i18n.Text(lang, who, "name", d.Entry.Director.Name),
		i18n.Text(lang, "enroll.statement.offer", "version", offer.Current, "digest", offer.Digest(lang.Code())),
	}, "\n")
}

// Name is the company's name in a language.
func (d Draft) Name(lang string) string { return d.name(lang) }

func (d Draft) name(lang string) string {
	switch {
	case d.Entry == nil:
		return d.Holder
	case lang == "ru":
		return d.Entry.Names.Ru
	case lang == "en" && d.Entry.Names.En != "":
		return d.Entry.Names.En
	}
	return d.Entry.Names.Uz
}

// stands reports whether what was signed is this draft's statement, in whatever
// language it was read: the draft may have changed since.
func (d Draft) stands(signed, host string) bool {
	for _, l := range i18n.Langs() {
		if strings.HasPrefix(signed, d.Statement(l, host)+"\n") {
			return true
		}
	}
	return false
}

func dated(statement string, at time.Time) string {
	return statement + "\n" + at.In(clock.Tashkent()).Format("02.01.2006 15:04:05") + " UTC+5"
}

// Ref is what a browser session remembers of a draft.
type Ref int64

// String is the form kept in a session.
func (r Ref) String() string { return strconv.FormatInt(int64(r), 10) }

// ParseRef reads what String wrote; 0 for anything else, which is no draft.
func ParseRef(s string) Ref {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return Ref(n)
}
