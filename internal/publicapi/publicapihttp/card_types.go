package publicapihttp

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/attribute"
	"kabinet/internal/card"
	"kabinet/internal/core/fault"
)

// Words are a text in the three languages; English may be missing.
type Words struct {
	Uz string `json:"uz,omitempty" example:"Ichimlik suvi 0,5 l"`
	Ru string `json:"ru,omitempty" example:"Вода питьевая 0,5 л"`
	En string `json:"en,omitempty" example:"Drinking water 0.5 l"`
}

// Maker is an organization named on a card.
type Maker struct {
	Name    string `json:"name,omitempty" example:"Registon Suv"`
	Address string `json:"address,omitempty" example:"Samarqand, Registon 1"`
}

// CardIn is what a card says. All but gtin, packaging and productGroup may be
// missing while the card is a draft; what is there must be right.
type CardIn struct {
	GTIN         string         `json:"gtin" doc:"8, 12, 13 or 14 digits" example:"4780000000014" maxLength:"40"`
	Packaging    string         `json:"packaging" enum:"UNIT,GROUP,SET,BOX_LV_1,BOX_LV_2"`
	ProductGroup string         `json:"productGroup" doc:"Code or number of the product group" example:"water" maxLength:"60"`
	Category     string         `json:"category,omitempty" doc:"Code of a category of the group" maxLength:"200"`
	HS           string         `json:"tnved,omitempty" doc:"HS code (TN VED), 10 digits" example:"2201101100" maxLength:"40"`
	IKPU         string         `json:"ikpu,omitempty" doc:"Code of the product classifier (IKPU, MXIK), 17 digits" maxLength:"40"`
	Name         Words          `json:"name,omitzero"`
	Brand        string         `json:"brand,omitempty"`
	Country      string         `json:"country,omitempty" doc:"Of manufacture, ISO 3166-1 alpha-2" example:"UZ" maxLength:"100"`
	Manufacturer Maker          `json:"manufacturer,omitzero"`
	Producer     Maker          `json:"producer,omitzero"`
	Claims       Maker          `json:"claims,omitzero" doc:"Who takes complaints of buyers"`
	Attributes   map[string]any `json:"attributes,omitempty" doc:"By code, as GET attributes lists them: text, number, true or false, or a list of codes"`
}

// places tells where in a body the fields of a card are.
var places = []struct{ field, location string }{
	{card.FieldGTIN, "gtin"},
	{card.FieldPackaging, "packaging"},
	{card.FieldGroup, "productGroup"},
	{card.FieldCategory, "category"},
	{card.FieldHS, "tnved"},
	{card.FieldIKPU, "ikpu"},
	{card.FieldNameUz, "name.uz"},
	{card.FieldNameRu, "name.ru"},
	{card.FieldNameEn, "name.en"},
	{card.FieldBrand, "brand"},
	{card.FieldCountry, "country"},
	{card.FieldManufacturer, "manufacturer.name"},
	{card.FieldManufacturerAddress, "manufacturer.address"},
	{card.FieldProducer, "producer.name"},
	{card.FieldProducerAddress, "producer.address"},
	{card.FieldClaims, "claims.name"},
	{card.FieldClaimsAddress, "claims.address"},
}

// location is where in a body the field of a complaint is.
func location(field string) string {
	for _, p := range places {
		if p.field == field {
			return p.location
		}
	}
	if code, ok := strings.CutPrefix(field, card.AttributePrefix); ok {
		return "attributes." + code
	}
	return field
}

// typed is the card as every door hands it in.
func (c CardIn) typed() (card.Typed, error) {
	t := card.Typed{
		card.FieldGTIN: c.GTIN, card.FieldPackaging: c.Packaging, card.FieldGroup: c.ProductGroup, card.FieldCategory: c.Category,
		card.FieldHS: c.HS, card.FieldIKPU: c.IKPU, card.FieldNameUz: c.Name.Uz, card.FieldNameRu: c.Name.Ru, card.FieldNameEn: c.Name.En,
		card.FieldBrand: c.Brand, card.FieldCountry: c.Country,
		card.FieldManufacturer: c.Manufacturer.Name, card.FieldManufacturerAddress: c.Manufacturer.Address,
		card.FieldProducer: c.Producer.Name, card.FieldProducerAddress: c.Producer.Address,
		card.FieldClaims: c.Claims.Name, card.FieldClaimsAddress: c.Claims.Address,
	}
	var wrong fault.Form
	for code, v := range c.Attributes {
		text, ok := attributeText(v)
		wrong.Check(ok, card.AttributePrefix+code, "publicapi.refusal.attribute")
		t[card.AttributePrefix+code] = text
	}
	return t, wrong.Err()
}

// attributeText writes a value of JSON as a person would type it.
func attributeText(v any) (text string, ok bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool:
		if v {
			return "yes", true
		}
		return "no", true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case json.Number:
		return v.String(), true
	case []any:
		codes := make([]string, len(v))
		for i, one := range v {
			if codes[i], ok = one.(string); !ok {
				return "", false
			}
		}
		return strings.Join(codes, ","), true
	}
	return "", false
}

// cardIn is what a version says, as a body would.
func cardIn(c card.Content, book attribute.Book, group string) CardIn {
	in := CardIn{
		GTIN: string(c.GTIN), Packaging: string(c.Packaging), ProductGroup: group, Category: c.Category, HS: c.HS, IKPU: c.IKPU,
		Name: Words{c.NameUz, c.NameRu, c.NameEn}, Brand: c.Brand, Country: c.Country,
		Manufacturer: Maker(c.Maker), Producer: Maker(c.Producer), Claims: Maker(c.Claims),
	}
	if len(c.Attributes) > 0 {
		in.Attributes = make(map[string]any, len(c.Attributes))
	}
	for code, text := range c.Attributes {
		a, _ := book.Set.Find(code)
		in.Attributes[code] = attributeValue(a.Kind, text)
	}
	return in
}

// attributeValue is a stored text as JSON.
func attributeValue(kind attribute.Kind, text string) any {
	switch kind {
	case attribute.Integer, attribute.Decimal:
		return json.Number(text)
	case attribute.Flag:
		return text == "yes"
	case attribute.Choices:
		return strings.Split(text, ",")
	}
	return text
}

// CardPhoto is a photo of a card.
type CardPhoto struct {
	ID     int64  `json:"id"`
	Side   string `json:"side" enum:"front,upper,left,right,back,down,other"`
	SHA256 string `json:"sha256" doc:"Of the picture as it is kept, hexadecimal"`
	URL    string `json:"url"`
}

// CardRemark is what the operator wants changed.
type CardRemark struct {
	Field string `json:"field,omitempty" doc:"Where in the card, as in name.uz; empty for the whole card"`
	Text  Words  `json:"text"`
}

// Lack is what a card lacks before it can be sent.
type Lack struct {
	Field   string `json:"field"`
	Message string `json:"message" doc:"In the language of Accept-Language"`
}

// CardOut is a card of your own organization with its newest version.
type CardOut struct {
	ID          int64        `json:"id"`
	Standing    string       `json:"standing" enum:"new,published,blocked" doc:"Where the card stands; only a published one is good for ordering codes"`
	Editing     string       `json:"editing" enum:"none,draft,moderation,returned" doc:"What happens to the newest version; none: it is in force"`
	Archived    bool         `json:"archived"`
	Revision    int          `json:"revision" doc:"Counts saves; a change names the one it was made from"`
	Version     int          `json:"version"`
	LiveVersion int          `json:"liveVersion,omitempty" doc:"Number of the version in force"`
	CreatedAt   time.Time    `json:"createdAt"`
	ChangedAt   time.Time    `json:"changedAt"`
	SentAt      *time.Time   `json:"sentAt,omitempty"`
	Deadline    *time.Time   `json:"deadline,omitempty" doc:"By when the operator decides"`
	Card        CardIn       `json:"card"`
	Photos      []CardPhoto  `json:"photos"`
	Missing     []Lack       `json:"missing" doc:"What is needed before the card can be sent"`
	Remarks     []CardRemark `json:"remarks" doc:"Of the operator, while a returned card is being corrected"`
}

func (a *API) cardOut(r card.Record, say func(key string, args ...any) string) CardOut {
	out := CardOut{
		ID: r.ID, Standing: string(r.Standing), Editing: string(r.Editing), Archived: r.Archived, Revision: r.Revision,
		Version: r.Newest, LiveVersion: r.Card.Live, CreatedAt: r.CreatedAt.UTC(), ChangedAt: r.ChangedAt.UTC(),
		Card:    cardIn(r.Version.Content, r.Book, r.Group.Slug),
		Photos:  a.photosOf(r.Version.Content, ownCardPath(r.ID)+"/photos/"),
		Missing: []Lack{}, Remarks: []CardRemark{},
	}
	if r.Editing == card.Moderation {
		sent, deadline := r.Version.SentAt.UTC(), r.Version.Deadline.UTC()
		out.SentAt, out.Deadline = &sent, &deadline
	}
	if r.Can(card.Send) {
		for _, c := range r.Missing {
			out.Missing = append(out.Missing, Lack{location(c.Field), say(c.Key, c.Args...)})
		}
	}
	for _, m := range r.Remarks() {
		out.Remarks = append(out.Remarks, CardRemark{location(m.Field), Words{m.Uz, m.Ru, m.En}})
	}
	return out
}

// AttributeOut is one attribute of cards of a product group.
type AttributeOut struct {
	Code     string        `json:"code"`
	Kind     string        `json:"kind" enum:"text,integer,decimal,choice,choices,flag,date"`
	Unit     string        `json:"unit,omitempty"`
	Required bool          `json:"required"`
	Min      string        `json:"min,omitempty"`
	Max      string        `json:"max,omitempty"`
	Length   int           `json:"length,omitempty"`
	Label    Words         `json:"label"`
	Hint     *Words        `json:"hint,omitempty"`
	Options  []CodeAndName `json:"options,omitempty"`
}

// CodeAndName is an entry of a dictionary.
type CodeAndName struct {
	Code string `json:"code"`
	Name Words  `json:"name"`
}

// BookOut is what cards of a product group may say.
type BookOut struct {
	ProductGroup string         `json:"productGroup"`
	Version      int            `json:"version"`
	Attributes   []AttributeOut `json:"attributes"`
	Categories   []CodeAndName  `json:"categories"`
	HS           []CodeAndName  `json:"tnved"`
	IKPU         []CodeAndName  `json:"ikpu"`
}

func bookOut(slug string, b attribute.Book) BookOut {
	out := BookOut{ProductGroup: slug, Version: b.Set.Version, Attributes: make([]AttributeOut, len(b.Set.Attributes))}
	for i, a := range b.Set.Attributes {
		out.Attributes[i] = AttributeOut{
			Code: a.Code, Kind: string(a.Kind), Unit: a.Unit, Required: a.Required, Min: a.Min, Max: a.Max, Length: a.Length, Label: Words(a.Label),
		}
		if a.Hint != (attribute.Words{}) {
			hint := Words(a.Hint)
			out.Attributes[i].Hint = &hint
		}
		for _, o := range a.Options {
			out.Attributes[i].Options = append(out.Attributes[i].Options, CodeAndName{o.Code, Words(o.Label)})
		}
	}
	out.Categories, out.HS, out.IKPU = codesOut(b.Categories), codesOut(b.HS), codesOut(b.IKPU)
	return out
}

func codesOut(codes []attribute.Code) []CodeAndName {
	out := make([]CodeAndName, len(codes))
	for i, c := range codes {
		out[i] = CodeAndName{c.Code, Words(c.Name)}
	}
	return out
}
