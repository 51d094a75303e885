package signup

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"kabinet/internal/campaign"
	"kabinet/internal/core/taxid"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/seal"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	const pinfl, other = "31508801234567", "41508851234567"
	root, older := sha256.Sum256([]byte("new")), sha256.Sum256([]byte("old"))
	old, err := seal.New(older[:])
	if err != nil {
		t.Fatal(err)
	}
	box, err := seal.New(root[:], older[:])
	if err != nil {
		t.Fatal(err)
	}
	company := org.Org{Form: org.MChJ, TIN: "302118447", Director: "D", DirectorMAC: old.MAC(taxid.PINFLPurpose, []byte(pinfl))}
	trader := org.Org{Form: org.YaTT, TIN: "512345678", Director: "D", DirectorMAC: box.MAC(taxid.PINFLPurpose, []byte(pinfl))}
	nameless := company
	nameless.DirectorMAC = nil
	for name, tt := range map[string]struct {
		org  org.Org
		key  eds.Signer
		want error
	}{
		"director": {company, eds.Signer{OrgTIN: "302118447", PersonTIN: "412345678", PINFL: pinfl}, nil},
		"director without a tax number of his own": {company, eds.Signer{OrgTIN: "302118447", PINFL: pinfl}, nil},
		"accountant":                                 {company, eds.Signer{OrgTIN: "302118447", PINFL: other}, ErrOtherPerson},
		"no personal number":                         {company, eds.Signer{OrgTIN: "302118447"}, ErrOtherPerson},
		"no director in the register":                {nameless, eds.Signer{OrgTIN: "302118447", PINFL: pinfl}, ErrOtherPerson},
		"neither":                                    {nameless, eds.Signer{OrgTIN: "302118447"}, ErrOtherPerson},
		"other organization of the director":         {company, eds.Signer{OrgTIN: "302118448", PINFL: pinfl}, ErrOtherOrg},
		"other organization, other person":           {company, eds.Signer{OrgTIN: "302118448", PINFL: other}, ErrOtherOrg},
		"personal key of the director":               {company, eds.Signer{PersonTIN: "412345678", PINFL: pinfl}, ErrPersonalKey},
		"personal number for the organization's":     {company, eds.Signer{PersonTIN: "302118447", PINFL: pinfl}, ErrPersonalKey},
		"trader":                                     {trader, eds.Signer{PersonTIN: "512345678", PINFL: pinfl}, nil},
		"trader without a tax number":                {trader, eds.Signer{PINFL: pinfl}, ErrOtherPerson},
		"trader with another tax number":             {trader, eds.Signer{PersonTIN: "512345679", PINFL: pinfl}, ErrOtherPerson},
		"trader without a personal number":           {trader, eds.Signer{PersonTIN: "512345678"}, ErrOtherPerson},
		"another person with the trader's number":    {trader, eds.Signer{PersonTIN: "512345678", PINFL: other}, ErrOtherPerson},
		"trader with the key of an organization":     {trader, eds.Signer{OrgTIN: "302118447", PersonTIN: "512345678", PINFL: pinfl}, ErrOrgKey},
		"trader's number as that of an organization": {trader, eds.Signer{OrgTIN: "512345678", PINFL: pinfl}, ErrOrgKey},
	} {
		if err := judge(box, tt.org, tt.key); !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func TestSameName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Gʻulomjon Oʻrinboyev", "O'RINBOYEV G'ULOMJON", true},
		{"Ахмедов Ботир", "AXMEDOV BOTIR", true},
		{"Ahmedov Botir", "Ahmedov Botir Qodirovich", false},
		{"Ahmedov Botir", "Karimov Botir", false},
	} {
		if got := sameName(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: %v", tt.a, tt.b, got)
		}
	}
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"1001/7", "", "/", "1001", "1001/7/8", "-1/2", "a/b", "9223372036854775808/1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, ok := ParseRef(s)
		if !ok {
			return
		}
		if again, ok := ParseRef(r.String()); !ok || again != r {
			t.Errorf("%q became %v", s, again)
		}
	})
}

func TestStateOf(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]State{
		ErrNoLink: Unknown, campaign.ErrNotLive: Unknown, ErrNoLetter: Lost, campaign.ErrExpired: Expired,
		campaign.ErrReplaced: Replaced, campaign.ErrLocked: Locked, campaign.ErrUsed: Active, ErrActive: Active,
	} {
		if got, ok := StateOf(fmt.Errorf("somewhere: %w", err)); got != want || !ok {
			t.Errorf("%v: %s", err, got)
		}
	}
	for _, err := range []error{nil, errors.New("other"), campaign.ErrCodeWrong, ErrOtherPerson} {
		if got, ok := StateOf(err); ok {
			t.Errorf("%v: %s", err, got)
		}
	}
}

func TestStatement(t *testing.T) {
	t.Parallel()
	i := Invitation{Org: org.Org{Form: org.YaTT, TIN: "512345678", NameUz: "YaTT Karimov", Director: "Karim Karimov"}}
	got := dated(i.Statement(i18n.Uz, "kabinet.example"), time.Date(2026, 11, 21, 19, 30, 0, 0, time.UTC))
	const want = "Men YaTT Karimov tashkilotining (STIR 512345678) kabinet.example saytidagi hisobini faollashtiraman.\n" +
		"Men yakka tartibdagi tadbirkorman, Karim Karimov.\n" +
		"Men bu hisobning birinchi foydalanuvchisi va administratori boʻlaman.\n" +
		"22.11.2026 00:30:00 UTC+5"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
