package cardhttp

import (
	"net/http"

	"kabinet/internal/card"
	"kabinet/internal/platform/httpx"
	"kabinet/web/cardview"
)

// askRegistry fills in what the international registry knows of a number from
// abroad, while the goods have no name yet, and says what it knows or that it
// knows nothing. It advises: whoever is silent keeps nobody from writing.
func (h Handlers) askRegistry(r *http.Request, e *cardview.Editor) error {
	named := e.Typed[card.FieldNameUz] != "" && e.Typed[card.FieldNameRu] != ""
	if e.Step != cardview.Attributes || e.Card.Live > 0 || named {
		return nil
	}
	hint, err := h.Cards.Hint(r.Context(), httpx.Actor(r), string(e.Card.GTIN))
	if err != nil {
		return err
	}
	for field, said := range hint.Typed() {
		if e.Typed[field] == "" && field != card.FieldManufacturer { // whose the number is need not have made the goods
			e.Typed[field] = said
		}
	}
	if n, ok := cardview.RegistryNote(r.Context(), hint); ok {
		e.Notes = append(e.Notes, n)
	}
	return nil
}
