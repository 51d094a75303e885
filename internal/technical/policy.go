package technical

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"kabinet/internal/core/fault"
)

// Bounds of a password in characters. Fifteen is what a password needs that is
// all there is (security.md 5.1, NIST SP 800-63B-4); there are no rules about
// kinds of characters.
const (
	MinPassword = 15
	MaxPassword = 128
)

// What is wrong with a password.
var (
	errPasswordShort  = fault.New(fault.Invalid, "technical.password.short", "min", MinPassword)
	errPasswordLong   = fault.New(fault.Invalid, "technical.password.long", "max", MaxPassword)
	errPasswordBytes  = fault.New(fault.Invalid, "technical.password.characters")
	errPasswordLogin  = fault.New(fault.Invalid, "technical.password.login")
	errPasswordCommon = fault.New(fault.Invalid, "technical.password.common")
	errPasswordOther  = fault.New(fault.Invalid, "technical.password.differs")
)

// NewPassword is what was typed into the form of an activation.
type NewPassword struct{ First, Again string }

// check complains about a password in the order in which it is mended.
func (p NewPassword) check(login string) error {
	f := fault.Form{}
	f.Add("password", judge(login, p.First))
	f.Check(p.Again == p.First, "again", errPasswordOther.Key)
	return f.Err()
}

func judge(login, password string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password), strings.ContainsFunc(password, unicode.IsControl):
		return errPasswordBytes
	case n < MinPassword:
		return errPasswordShort
	case n > MaxPassword:
		return errPasswordLong
	case holdsLogin(login, password):
		return errPasswordLogin
	case common(password):
		return errPasswordCommon
	}
	return nil
}

// holdsLogin reports whether the login is in the password and what is around it
// would be no password by itself.
func holdsLogin(login, password string) bool {
	if login == "" || !strings.Contains(strings.ToLower(password), login) {
		return false
	}
	rest := strings.ReplaceAll(strings.ToLower(password), login, "")
	return utf8.RuneCountInString(rest) < MinPassword
}

// commonWords are what the commonest passwords are made of; most lists end
// before fifteen characters, so long ones are words put together.
//
//go:embed common.txt
var commonWords string

// common reports whether a password is a common one: made of few characters, a
// run along the alphabet, the digits or the keyboard, a short piece repeated, or
// nothing but common words with digits and signs around.
func common(password string) bool {
	s := strings.ToLower(password)
	return variety(s) < 5 || repeats(s) || runs(s) || onlyWords(s)
}

func variety(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// repeats reports whether a piece of at most six characters is all there is.
func repeats(s string) bool {
	r := []rune(s)
	for n := 1; n <= 6 && n < len(r); n++ {
		same := true
		for i := n; i < len(r) && same; i++ {
			same = r[i] == r[i-n]
		}
		if same {
			return true
		}
	}
	return false
}

// rows are along which fingers walk.
func rows() []string {
	return []string{
		"abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm",
		"йцукенгшщзхъфывапролджэячсмитьбю", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
	}
}

// runs reports whether the password is nothing but walks along rows, or back, of
// four characters or more each.
func runs(s string) bool {
	for s != "" {
		n := walk(s)
		if utf8.RuneCountInString(s[:n]) < 4 {
			return false
		}
		s = s[n:]
	}
	return true
}

// walk is how many bytes of s the longest walk takes that s begins with.
func walk(s string) (longest int) {
	for _, row := range rows() {
		for _, way := range []string{row, reverse(row)} {
			n := 0
			for i, r := range s {
				if !strings.Contains(way, s[:i+utf8.RuneLen(r)]) {
					break
				}
				n = i + utf8.RuneLen(r)
			}
			longest = max(longest, n)
		}
	}
	return longest
}

func reverse(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

// onlyWords takes common words out, the longest first as the file has them, and
// looks whether three letters or more are left.
func onlyWords(s string) bool {
	for w := range strings.FieldsSeq(commonWords) {
		s = strings.ReplaceAll(s, w, " ")
	}
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters < 3 && digits(s) < 9
}

func digits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
