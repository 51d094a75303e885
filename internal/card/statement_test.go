package card_test

import (
	"strings"
	"testing"

	"kabinet/internal/card"
	"kabinet/internal/core/golden"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
)

// TestStatement shows in each language all that a person signs.
func TestStatement(t *testing.T) {
	t.Parallel()
	typed := bottle(1)
	typed[card.FieldProducer], typed[card.FieldProducerAddress] = "Zarafshon Sut, 2-sex", "Samarqand, Bobur 3"
	typed["attr.uses"] = "office, home"
	c, err := typed.Open(waterBook())
	if err != nil {
		t.Fatal(err)
	}
	c.Photos = []card.Photo{
		{ID: 7, Side: card.Front, SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
		{ID: 9, Side: card.Rear, SHA256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"},
	}
	f := card.Facts{
		Host: "kabinet.example", Org: "Zarafshon Sut MChJ", TIN: "301000002", Number: 2, Book: waterBook(),
		Group: productgroup.Group{ID: waterID, Slug: "water", Uz: "Suv va ichimliklar", Ru: "Вода и напитки", En: "Water and drinks"},
	}
	for _, lang := range i18n.Langs() {
		golden.Check(t, "statement."+lang.Code()+".txt", c.Statement(lang, f)+"\n")
	}
	again, err := c.Typed().Open(waterBook())
	if again.Photos = c.Photos; err != nil || again.Statement(i18n.Uz, f) != c.Statement(i18n.Uz, f) {
		t.Errorf("the same card, another text (%v)", err)
	}
	other := c
	other.Attributes = map[string]string{"product_type": "mineral"}
	if other.SHA256() == c.SHA256() {
		t.Error("another card, the same hash")
	}
}

// TestStatementOfMany names every card.
func TestStatementOfMany(t *testing.T) {
	t.Parallel()
	var cards []card.Sendable
	for n := range 3 {
		c, err := bottle(n + 1).Open(waterBook())
		if err != nil {
			t.Fatal(err)
		}
		cards = append(cards, card.Sendable{Card: card.Card{GTIN: c.GTIN, NameUz: c.NameUz, NameRu: c.NameRu}, SHA256: c.SHA256()})
	}
	f := card.Facts{Host: "kabinet.example", Org: "Zarafshon Sut MChJ", TIN: "301000002"}
	for _, lang := range i18n.Langs() {
		golden.Check(t, "statement_many."+lang.Code()+".txt", card.StatementOfMany(lang, f, cards)+"\n")
	}
}

// TestTheLongestStatementFitsIntoASignature leaves room for certificates and a
// time stamp.
func TestTheLongestStatementFitsIntoASignature(t *testing.T) {
	t.Parallel()
	cards := make([]card.Sendable, card.MaxAtOnce)
	for i := range cards {
		cards[i] = card.Sendable{Card: card.Card{GTIN: "04780101000012", NameRu: strings.Repeat("Щ", 250)}, SHA256: strings.Repeat("f", 64)}
	}
	f := card.Facts{Host: "kabinet.example", Org: strings.Repeat("Щ", 300), TIN: "301000002"}
	if n := len(card.StatementOfMany(i18n.Ru, f, cards)); n > eds.MaxMessage-(32<<10) {
		t.Errorf("%d bytes", n)
	}
}
