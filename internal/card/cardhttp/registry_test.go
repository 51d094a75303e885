package cardhttp_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"kabinet/internal/card"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/gs1"
	"kabinet/internal/gtinregistry"
)

// silent is a registry that does not answer.
type silent struct{}

func (silent) Find(context.Context, gs1.GTIN) (gtinregistry.Entry, error) {
	return gtinregistry.Entry{}, gtinregistry.ErrUnavailable
}

func TestGoodsFromAbroadAreKnownToTheRegistry(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	known, err := gtinregistry.ReadFile(strings.NewReader("gtin\tname_uz\tname_ru\tname_en\tbrand\tcompany\tcountry\n"+
		gtin("4600682", 1)+"\t\tВода «Родник» 0,5 л\tRodnik water\tRodnik\tООО «Родник»\tRU\n"), clock.System)
	s.must(err)
	b := s.as("publisher")
	for name, c := range map[string]struct {
		registry gtinregistry.Registry
		gtin     string
		says     []string
		not      string
	}{
		"one it knows":        {known, gtin("4600682", 1), []string{"The international registry knows this GTIN, of ООО «Родник»", "Compare them with the goods"}, ""},
		"one it does not":     {known, gtin("4600682", 2), []string{"does not know GTIN " + gtin("4600682", 2), "The operator looks at the photos"}, ""},
		"while it is silent":  {silent{}, gtin("4600682", 3), []string{"does not answer: this GTIN could not be checked"}, ""},
		"without a registry":  {nil, gtin("4600682", 4), nil, "registry"},
		"a number of our own": {silent{}, gtin("4780101", 5), nil, "registry"},
	} {
		s.cards.GTINs = c.registry
		id, err := s.cards.Create(t.Context(), s.publisher(), "", card.Typed{card.FieldGTIN: c.gtin, card.FieldPackaging: "UNIT", card.FieldGroup: "water"})
		s.must(err)
		p := want(t, b.Get(path(id, "/edit/attributes")), http.StatusOK, c.says...)
		if c.not != "" && strings.Contains(read(p.Body), c.not) {
			t.Errorf("%s: the page speaks of a registry", name)
		}
		if filled := strings.Contains(p.Body, `value="Вода «Родник» 0,5 л"`) && strings.Contains(p.Body, `value="Rodnik"`); filled != (name == "one it knows") {
			t.Errorf("%s: filled in is %v", name, filled)
		}
	}
}
