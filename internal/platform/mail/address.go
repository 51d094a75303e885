package mail

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"kabinet/internal/core/fault"
)

// What is wrong with an address, in the words of the person who typed it.
var (
	ErrAddressMissing = fault.New(fault.Invalid, "mail.address.missing")
	ErrAddressSeveral = fault.New(fault.Invalid, "mail.address.several") // two addresses in one field
	ErrAddressShape   = fault.New(fault.Invalid, "mail.address.shape")   // no name@host.tld
	ErrAddressLetters = fault.New(fault.Invalid, "mail.address.letters") // other than Latin letters before the @
	ErrAddressHost    = fault.New(fault.Invalid, "mail.address.host")    // no host name of the public net behind the @
	ErrAddressLength  = fault.New(fault.Invalid, "mail.address.length")
)

// Limits in octets (RFC 5321, 4.5.3.1; 254 so that it fits into a path of 256).
const (
	maxAddress = 254
	maxLocal   = 64
	maxHost    = 253
	minLabels  = 2
)

var (
	localPart = regexp.MustCompile("^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	hostLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	numeric   = regexp.MustCompile(`^[0-9]+$`)
)

// Address is one mailbox in its only form: ASCII, lower case, name@host.tld,
// the host in punycode. Two spellings of one mailbox give the same Address, and
// two different mailboxes never do (security.md 0, row 9), so it may be compared
// with == and kept in a unique column.
type Address string

// String gives the address.
func (a Address) String() string { return string(a) }

// Host is the part behind the @.
func (a Address) Host() string {
	_, host, _ := strings.Cut(string(a), "@")
	return host
}

// ParseAddress reads what a person typed or a file held. It takes less than the
// standard allows: no quoted local parts, comments, display names, IP literals
// or hosts without a dot, because nobody has such a mailbox and everything
// downstream reads them differently.
func ParseAddress(s string) (Address, error) {
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	switch {
	case s == "":
		return "", ErrAddressMissing
	case strings.Count(s, "@") > 1 || strings.ContainsAny(s, ",;"):
		return "", ErrAddressSeveral
	case at <= 0 || at == len(s)-1:
		return "", ErrAddressShape
	}
	local, err := parseLocal(s[:at])
	if err != nil {
		return "", err
	}
	host, err := parseHost(s[at+1:])
	if err != nil {
		return "", err
	}
	if a := local + "@" + host; len(a) <= maxAddress {
		return Address(a), nil
	}
	return "", ErrAddressLength
}

// parseLocal folds ASCII letters only: folding others would merge mailboxes
// (the Kelvin sign folds to k).
func parseLocal(s string) (string, error) {
	if !ascii(s) {
		return "", ErrAddressLetters
	}
	s = strings.ToLower(s)
	switch {
	case len(s) > maxLocal:
		return "", ErrAddressLength
	case !localPart.MatchString(s):
		return "", ErrAddressShape
	}
	return s, nil
}

func parseHost(s string) (string, error) {
	if !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) {
		return "", ErrAddressHost // idna would take broken bytes for a letter
	}
	if !ascii(s) || strings.Contains(strings.ToLower(s), "xn--") {
		puny, err := idna.Lookup.ToASCII(s)
		if err != nil {
			return "", ErrAddressHost.Because(err)
		}
		s = puny
	}
	s = strings.ToLower(s)
	if len(s) > maxHost {
		return "", ErrAddressLength
	}
	labels := strings.Split(s, ".")
	if len(labels) < minLabels || numeric.MatchString(labels[len(labels)-1]) {
		return "", ErrAddressHost
	}
	for _, label := range labels {
		if !hostLabel.MatchString(label) {
			return "", ErrAddressHost
		}
	}
	return s, nil
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Mask shows enough of an address for its owner to know it again:
// g•••@zarafshon.example.
func Mask(address string) string {
	local, host, ok := strings.Cut(address, "@")
	if !ok || local == "" {
		return "•••"
	}
	_, size := utf8.DecodeRuneInString(local)
	return local[:size] + "•••@" + host
}
