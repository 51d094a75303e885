package feed

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/text"
)

// Refusals about a source.
var (
	ErrNotFound  = fault.New(fault.NotFound, "feed.not_found")
	ErrTaken     = fault.New(fault.Conflict, "feed.draft.taken").On("code")
	ErrChanged   = fault.New(fault.Conflict, "feed.changed") // somebody else saved it meanwhile
	ErrTwoTokens = fault.New(fault.Conflict, "feed.token.two")
	ErrRevoked   = fault.New(fault.Conflict, "feed.token.revoked_already")
)

// Source is a feed: who delivers messages of one kind.
type Source struct {
	ID                     int16
	Code                   string // stands in addresses, folders and Message.Feed
	Kind                   string // one of Kinds
	NameUz, NameRu, NameEn string
	Expected               time.Duration // longest silence that is no reason to ask
	Active                 bool          // an inactive one may not deliver
	Addresses              []string      // prefixes it may call from; none: any
	Version                int
}

// Name is the name in a language ("uz", "ru" or "en").
func (s Source) Name(lang string) string {
	switch lang {
	case "ru":
		return s.NameRu
	case "en":
		return s.NameEn
	}
	return s.NameUz
}

// Draft is what somebody typed about a source.
type Draft struct {
	Code      string
	Kind      string
	Uz        string
	Ru        string
	En        string
	Expected  string // minutes
	Addresses string // one prefix a line
	Active    bool
	Version   int // that the form was made from
}

// DraftOf is a source as its form shows it.
func DraftOf(s Source) Draft {
	return Draft{
		Code: s.Code, Kind: s.Kind, Uz: s.NameUz, Ru: s.NameRu, En: s.NameEn, Expected: strconv.Itoa(int(s.Expected / time.Minute)),
		Addresses: strings.Join(s.Addresses, "\n"), Active: s.Active, Version: s.Version,
	}
}

const (
	maxName      = 100 // characters
	maxExpected  = 7 * 24 * 60
	maxAddresses = 50
)

// ours is under which documents are kept that were made and signed here: a source of
// that name could write over them.
const ours = "portal"

var codeShape = regexp.MustCompile(`^[a-z][a-z0-9-]{1,30}$`)

// Open reads a draft, or complains about every field at once.
func (d Draft) Open() (Source, error) {
	var wrong fault.Form
	s := Source{Code: strings.TrimSpace(d.Code), Kind: d.Kind, Active: d.Active, Version: d.Version}
	wrong.Check(codeShape.MatchString(s.Code) && s.Code != ours, "code", "feed.draft.code")
	wrong.Check(slices.Contains(Kinds(), d.Kind), "kind", "feed.draft.kind")
	for _, n := range []struct {
		field, typed string
		into         *string
	}{{"uz", text.Uzbek(d.Uz), &s.NameUz}, {"ru", d.Ru, &s.NameRu}, {"en", d.En, &s.NameEn}} {
		line, err := text.Line(n.typed, maxName)
		wrong.Add(n.field, err)
		wrong.Check(line != "", n.field, "feed.draft.name")
		*n.into = line
	}
	minutes, err := strconv.Atoi(strings.TrimSpace(d.Expected))
	wrong.Check(err == nil && minutes >= 1 && minutes <= maxExpected, "expected", "feed.draft.expected", "max", maxExpected)
	s.Expected = time.Duration(minutes) * time.Minute
	var ok bool
	s.Addresses, ok = prefixes(d.Addresses)
	wrong.Check(ok, "addresses", "feed.draft.addresses", "max", maxAddresses)
	return s, wrong.Err()
}

// prefixes reads addresses and networks, one a line.
func prefixes(typed string) ([]string, bool) {
	lines := strings.Fields(typed)
	if len(lines) > maxAddresses {
		return nil, false
	}
	all := make([]string, 0, len(lines))
	for _, line := range lines {
		p, err := netip.ParsePrefix(line)
		if err != nil {
			a, err := netip.ParseAddr(line)
			if err != nil || a.Zone() != "" {
				return nil, false
			}
			a = a.Unmap()
			p = netip.PrefixFrom(a, a.BitLen())
		}
		all = append(all, p.Masked().String())
	}
	return all, true
}

// lets reports whether the source may call from an address.
func (s Source) lets(ip string) bool {
	if len(s.Addresses) == 0 {
		return true
	}
	at, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	at = at.Unmap()
	return slices.ContainsFunc(s.Addresses, func(p string) bool {
		prefix, err := netip.ParsePrefix(p)
		return err == nil && prefix.Contains(at)
	})
}

// State is how a source is doing.
type State string

// The states.
const (
	OnTime State = "on_time"
	Late   State = "late"   // silent for longer than expected
	Silent State = "silent" // never heard of
	Off    State = "off"
)

// stateOf judges by when the source was heard last; zero is never.
func stateOf(active bool, last, now time.Time, expected time.Duration) State {
	switch {
	case !active:
		return Off
	case last.IsZero():
		return Silent
	case now.Sub(last) > expected:
		return Late
	}
	return OnTime
}
