package card

import "kabinet/internal/core/gs1"

// Fields of a Draft: names of form fields, columns of files, properties of the
// API and places of complaints and remarks are the same everywhere. An attribute
// of the group is AttributePrefix and its code.
const (
	FieldGTIN                = "gtin"
	FieldPackaging           = "packaging"
	FieldGroup               = "group"    // slug of the product group
	FieldCategory            = "category" // code in the dictionary of the group
	FieldHS                  = "hs"       // ten digits (TN VED)
	FieldIKPU                = "ikpu"     // seventeen digits (MXIK)
	FieldNameUz              = "name_uz"
	FieldNameRu              = "name_ru"
	FieldNameEn              = "name_en"
	FieldBrand               = "brand"
	FieldCountry             = "country" // of manufacture, alpha-2
	FieldManufacturer        = "manufacturer"
	FieldManufacturerAddress = "manufacturer_address"
	FieldProducer            = "producer"
	FieldProducerAddress     = "producer_address"
	FieldClaims              = "claims" // who takes complaints of buyers
	FieldClaimsAddress       = "claims_address"
	FieldPhotos              = "photos" // not text: only for complaints and remarks

	AttributePrefix = "attr."
)

// Typed is what somebody typed, by field. Fields that are not there are empty.
type Typed map[string]string

// Content is what a version of a card says. A draft may leave out everything but
// GTIN, packaging and group; what is there is valid. It is stored as JSON and
// signed by its Statement, so its shape only grows.
type Content struct {
	GTIN       gs1.GTIN          `json:"gtin"`
	Packaging  Packaging         `json:"packaging"`
	Group      int16             `json:"group"`
	Set        int               `json:"set"` // version of the attribute set it is written under
	Category   string            `json:"category,omitempty"`
	HS         string            `json:"hs,omitempty"`
	IKPU       string            `json:"ikpu,omitempty"`
	NameUz     string            `json:"name_uz,omitempty"`
	NameRu     string            `json:"name_ru,omitempty"`
	NameEn     string            `json:"name_en,omitempty"`
	Brand      string            `json:"brand,omitempty"`
	Country    string            `json:"country,omitempty"`
	Maker      Party             `json:"manufacturer,omitzero"`
	Producer   Party             `json:"producer,omitzero"`
	Claims     Party             `json:"claims,omitzero"`
	Attributes map[string]string `json:"attributes,omitempty"` // canonical text by code (attribute.Kind)
	Photos     []Photo           `json:"photos,omitempty"`     // in the order of Sides
}

// Party is an organization named on a card: its name and where it is.
type Party struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
}

// Photo is a picture of a version: cleaned, re-encoded, never changed.
type Photo struct {
	ID     int64  `json:"id"`
	Side   Side   `json:"side"`
	SHA256 string `json:"sha256"` // of the full picture, hexadecimal
}
