package cardhttp

import (
	"net/http"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/country"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/platform/httpx"
	"kabinet/web/cardview"
)

// advise says what is known of the number of a card, and fills in what nobody
// need type; the person reads it and saves it, or not.
func (h Handlers) advise(r *http.Request, e *cardview.Editor) error {
	owner, err := h.owner(r, e.Card)
	if err != nil {
		return err
	}
	if n, ok := cardview.OwnerNote(r.Context(), owner); ok {
		e.Notes = append(e.Notes, n)
	}
	if e.Step != cardview.Attributes || e.Card.Live > 0 {
		return nil
	}
	blank := e.Typed[card.FieldNameUz] == "" && e.Typed[card.FieldManufacturer] == ""
	if gs1prefix.FromUzbekistan(e.Card.GTIN) && e.Typed[card.FieldCountry] == "" {
		e.Typed[card.FieldCountry] = country.Home
	}
	if err := h.askRegistry(r, e); err != nil || !blank {
		return err
	}
	e.Typed = answered(e.Book.Set, e.Typed[card.FieldCategory]).Over(e.Typed)
	return h.takeOver(r, e)
}

// answered are the attributes that a category answers: those that can be chosen
// under its own code, as the kind of a drink.
func answered(set attribute.Set, category string) card.Typed {
	t := card.Typed{}
	for _, a := range set.Attributes {
		for _, o := range a.Options {
			if a.Kind == attribute.Choice && o.Code == category {
				t[card.AttributePrefix+a.Code] = category
			}
		}
	}
	return t
}

// takeOver fills in who makes the goods and who takes complaints, and says so.
func (h Handlers) takeOver(r *http.Request, e *cardview.Editor) error {
	known, err := h.Cards.Alike(r.Context(), httpx.Actor(r), e.Card)
	if err != nil || strings.TrimSpace(known[card.FieldManufacturer]) == "" {
		return err
	}
	e.Typed = known.Over(e.Typed)
	e.Notes = append(e.Notes, cardview.PresetNote(r.Context()))
	return nil
}
