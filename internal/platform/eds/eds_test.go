package eds

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	if b, err := Decode("MIAG"); err != nil || string(b) != "\x30\x80\x06" {
		t.Errorf("%x, %v", b, err)
	}
	largest := base64.StdEncoding.EncodeToString(make([]byte, MaxMessage))
	if b, err := Decode(largest); err != nil || len(b) != MaxMessage {
		t.Errorf("largest: %d, %v", len(b), err)
	}
	for name, text := range map[string]string{
		"empty": "", "line break": "MIAG\n", "break inside": "MI\r\nAG", "space": "MI AG", "padding missing": "MIA",
		"other alphabet": "_-AG", "trailing bits": "MIB=", "junk": "MIAG!", "double padding": "MIAG====",
		"too long": largest + "AAAA",
	} {
		if _, err := Decode(text); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	good := []Attribute{
		{OIDCommonName, "TESTOV TEST"},
		{OIDPINFL, "30101800000001"},
		{OIDOrgTIN, "300000001"},
		{OIDPersonTIN, "400000001"},
		{OIDOrg, "LAB"},
		{OIDPosition, "direktor"},
		{"2.5.4.11", "a"},
		{"2.5.4.11", "b"},
	}
	s, err := Subject(good)
	if err != nil || s.OrgTIN != "300000001" || s.PersonTIN != "400000001" || s.PINFL != "30101800000001" {
		t.Fatalf("%+v, %v", s, err)
	}
	for name, tt := range map[string]struct{ oid, value string }{
		"personal number missing":         {OIDPINFL, ""},
		"personal number short":           {OIDPINFL, "3010180000000"},
		"personal number long":            {OIDPINFL, "301018000000010"},
		"personal number with a space":    {OIDPINFL, "3010180000000 "},
		"personal number, other digits":   {OIDPINFL, "٣٣٣٣٣٣٣"},
		"personal number with a letter":   {OIDPINFL, "3O101800000001"},
		"organization tax number empty":   {OIDOrgTIN, ""},
		"organization tax number short":   {OIDOrgTIN, "30000000"},
		"organization tax number, spaces": {OIDOrgTIN, " 30000001"},
		"personal tax number odd":         {OIDPersonTIN, "40000000X"},
		"no name":                         {OIDCommonName, " "},
	} {
		attributes := append([]Attribute(nil), good...)
		for i := range attributes {
			if attributes[i].OID == tt.oid {
				attributes[i].Value = tt.value
			}
		}
		if _, err := Subject(attributes); !errors.Is(err, ErrCertificate) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, a := range good[:6] {
		if _, err := Subject(append(slices.Clip(good), a)); !errors.Is(err, ErrCertificate) {
			t.Errorf("%s twice: %v", a.OID, err)
		}
	}
	person, err := Subject([]Attribute{good[0], good[1], good[3]})
	if err != nil || person.IsLegalEntity() || strings.Contains(person.OrgTIN, "4") {
		t.Errorf("personal certificate: %+v, %v", person, err)
	}
}
