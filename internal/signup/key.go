package signup

import (
	"slices"
	"strings"

	"kabinet/internal/core/taxid"
	"kabinet/internal/org"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/seal"
)

// judge is nil when the key is that of the person who may activate o.
//
// Of a legal entity this is the director: the certificate names the
// organization by its tax number and the person by the personal number, and
// both are those of the register. The organization's tax number alone never
// proves the director, because accountants hold such keys too. A sole trader
// has no organization's key; there the holder's own tax number stands for it.
// Name and position are free text and decide nothing.
func judge(box *seal.Box, o org.Org, k eds.Signer) error {
	tin := k.OrgTIN
	if o.Form.Person() {
		tin = k.PersonTIN
	}
	switch {
	case o.Form.Person() && k.IsLegalEntity():
		return ErrOrgKey.With(expected(o, k)...)
	case !o.Form.Person() && !k.IsLegalEntity():
		return ErrPersonalKey.With(expected(o, k)...)
	case !o.Form.Person() && tin != string(o.TIN):
		return ErrOtherOrg.With(expected(o, k)...)
	case k.PINFL == "" || !org.DirectorMatches(o, taxid.TIN(tin), box.MACs(taxid.PINFLPurpose, []byte(k.PINFL))...):
		return ErrOtherPerson.With(expected(o, k)...)
	}
	return nil
}

// expected fills the words of a refused key: whose it is, whose it should be.
func expected(o org.Org, k eds.Signer) []any {
	return []any{"given", k.CN, "director", o.Director, "tin", o.TIN.Grouped()}
}

// sameName compares the names in certificate and register whatever their
// script, case, apostrophes and the order of the words. It is kept for the
// reader of the audit log and decides nothing.
func sameName(a, b string) bool {
	words := func(s string) []string {
		w := strings.Fields(org.Fold(s))
		slices.Sort(w)
		return w
	}
	return slices.Equal(words(a), words(b))
}
