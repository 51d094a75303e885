package org

import (
	"strings"

	"kabinet/internal/core/fault"
)

// Refusals of ParseEmail and ParsePhone.
var (
	ErrEmail        = fault.New(fault.Invalid, "org.draft.email")
	ErrEmailSeveral = fault.New(fault.Invalid, "org.draft.email_several")
	ErrEmailLetters = fault.New(fault.Invalid, "org.draft.email_letters")
	ErrPhone        = fault.New(fault.Invalid, "org.draft.phone")
)

// ParseEmail reads one address. It is kept exactly as written, because that is
// where letters go, and only ASCII passes: other letters fold into these, so
// two different mailboxes could look like one (security.md 0, row 9).
func ParseEmail(s string) (string, error) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "mailto:")
	for i := range len(s) {
		if s[i] >= 0x80 {
			return "", ErrEmailLetters
		}
	}
	if strings.Count(s, "@") > 1 || strings.ContainsAny(s, ";,") {
		return "", ErrEmailSeveral
	}
	local, domain, found := strings.Cut(s, "@")
	if !found || len(s) > maxEmail || !localPart(local) || !domainName(domain) {
		return "", ErrEmail
	}
	return s, nil
}

// localPart takes the dot-atom of RFC 5322 3.2.3; quoted ones exist on paper only.
func localPart(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		if !alphanumeric(s[i]) && !strings.Contains(".!#$%&'*+-/=?^_`{|}~", s[i:i+1]) {
			return false
		}
	}
	return true
}

// domainName takes at least two labels of letters, digits and hyphens, the
// last one not a number.
func domainName(s string) bool {
	labels := 0
	var label string
	for label = range strings.SplitSeq(s, ".") {
		labels++
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if !alphanumeric(label[i]) && label[i] != '-' {
				return false
			}
		}
	}
	return labels >= 2 && len(label) >= 2 && (label[0] < '0' || label[0] > '9')
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// ParsePhone reads a number of Uzbekistan as people write it, "+998 90
// 123-45-67" or "(90) 123 45 67", and gives +998901234567.
func ParsePhone(s string) (string, error) {
	digits := make([]byte, 0, 12)
	for i, r := range s {
		switch {
		case '0' <= r && r <= '9':
			digits = append(digits, byte(r))
		case r == '+' && i == 0:
		case !strings.ContainsRune(" \u00a0-()./\t", r):
			return "", ErrPhone
		}
		if len(digits) > 12 {
			return "", ErrPhone
		}
	}
	n := strings.TrimPrefix(string(digits), "998")
	if len(n) != 9 || len(digits) != 9 && len(digits) != 12 {
		return "", ErrPhone
	}
	return "+998" + n, nil
}
