package card

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/gtinregistry"
	"kabinet/internal/platform/limit"
)

// Hint is what is known of a GTIN. Nothing in it refuses anything.
type Hint struct {
	GTIN  gs1.GTIN
	Owner gs1prefix.Check    // whose it is; Foreign needs no prefix
	Card  int64              // the organization's live card of it, 0 when there is none
	Known gtinregistry.Entry // what the international registry says of a Foreign one; Known.Found is false for nothing
	Asked bool               // the registry was asked
	Down  bool               // and did not answer: "could not check"
}

// perOrg bounds the questions to the registry that people of one organization may
// cause; beyond them it counts as silent.
func perOrg() limit.Rule {
	return limit.Rule{Name: "card.registry", Max: 200, Per: 10 * time.Minute}
}

// patience is how long a page waits for the registry, whose answer only helps.
const patience = 2 * time.Second

// Hint says what is known of a GTIN while it is being typed: whose it is, the
// organization's own card of it, and what the registry knows. A number that is
// none is one of the faults of ParseGTIN.
func (s *Service) Hint(ctx context.Context, a actor.Actor, typed string) (Hint, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return Hint{}, err
	}
	g, err := ParseGTIN(typed)
	if err != nil {
		return Hint{}, onField(err, FieldGTIN)
	}
	h := Hint{GTIN: g}
	if h.Card, err = liveCard(ctx, s.DB, a.OrgID, g); err != nil {
		return Hint{}, err
	}
	checks, err := gs1prefix.CheckMany(ctx, s.DB, a.OrgID, []gs1.GTIN{g})
	if err != nil {
		return Hint{}, err
	}
	h.Owner = checks[g]
	return h, s.ask(ctx, a, &h)
}

// ask lets the registry say what it knows of a number of another country.
func (s *Service) ask(ctx context.Context, a actor.Actor, h *Hint) error {
	if s.GTINs == nil || h.Owner.Answer != gs1prefix.Foreign {
		return nil
	}
	h.Asked = true
	hit, err := limit.Hit(ctx, s.DB, perOrg(), strconv.FormatInt(a.OrgID, 10))
	if err != nil {
		return err
	}
	if !hit.Allowed {
		h.Down = true
		return nil
	}
	short, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	h.Known, err = s.GTINs.Find(short, h.GTIN)
	if err != nil && ctx.Err() != nil { // the reader has gone
		return err
	}
	h.Down = err != nil
	return nil
}

// Typed is what the registry can fill into a new card: fields it says nothing of
// are not there.
func (h Hint) Typed() Typed {
	t := Typed{}
	for field, text := range map[string]string{
		FieldNameUz: h.Known.NameUz, FieldNameRu: h.Known.NameRu, FieldNameEn: h.Known.NameEn,
		FieldBrand: h.Known.Brand, FieldManufacturer: h.Known.Company, FieldCountry: h.Known.Country,
	} {
		if text != "" {
			t[field] = text
		}
	}
	return t
}

// Against says where a card differs from what the registry knows, as warnings.
func (h Hint) Against(c Content) []Warning {
	switch {
	case !h.Asked:
		return nil
	case h.Down:
		return []Warning{{Field: FieldGTIN, Key: "card.warn.registry_down"}}
	case !h.Known.Found:
		return []Warning{{Field: FieldGTIN, Key: "card.warn.registry_unknown"}}
	}
	var odd []Warning
	if differ(h.Known.Brand, c.Brand) {
		odd = append(odd, Warning{Field: FieldBrand, Key: "card.warn.registry_brand", Args: []any{"brand", h.Known.Brand}})
	}
	if differ(h.Known.Company, c.Maker.Name) && (c.Producer.Name == "" || differ(h.Known.Company, c.Producer.Name)) {
		odd = append(odd, Warning{Field: FieldManufacturer, Key: "card.warn.registry_company", Args: []any{"company", h.Known.Company}})
	}
	return odd
}

// differ compares texts as a search does: script, capitals and signs are nothing.
// What either side does not say does not differ.
func differ(known, written string) bool {
	known, written = fold.Text(known), fold.Text(written)
	return known != "" && written != "" && !strings.Contains(known, written) && !strings.Contains(written, known)
}
