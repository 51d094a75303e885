package card

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/country"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/pg"
)

// minGlobal is the shortest word that the index of the shared catalogue finds.
const minGlobal = 3

// maxGoods is how far what a search finds in the catalogue is counted.
const maxGoods = 1000

// catalogueFor is how long a search over everybody's cards may take; what lasts
// longer is told to search for more letters.
const catalogueFor = 3 * time.Second

// ErrShortSearch says that a search is too short for the catalogue of everybody.
var ErrShortSearch = fault.New(fault.Invalid, "card.catalogue.short", "min", minGlobal).On("q")

// Goods are a published card as everybody sees it.
type Goods struct {
	OrgID       int64
	CardID      int64
	Version     int
	GTIN        gs1.GTIN
	GroupID     int16
	Packaging   Packaging
	Country     string
	NameUz      string
	NameRu      string
	NameEn      string
	Brand       string
	PhotoID     int64 // of the front; 0 when there is none
	PublishedAt time.Time
	OwnerUz     string // name of the participant
	OwnerRu     string
	OwnerEn     string
}

// Card is what lists and names read of the goods.
func (g Goods) Card() Card {
	return Card{
		OrgID: g.OrgID, ID: g.CardID, GTIN: g.GTIN, Standing: Published, Editing: Settled, Newest: g.Version, Live: g.Version, GroupID: g.GroupID,
		Packaging: g.Packaging, Country: g.Country, NameUz: g.NameUz, NameRu: g.NameRu, NameEn: g.NameEn, Brand: g.Brand, PhotoID: g.PhotoID,
	}
}

// Owner is the participant's name in a language.
func (g Goods) Owner(lang string) string {
	switch {
	case lang == "ru" && g.OwnerRu != "":
		return g.OwnerRu
	case lang == "en" && g.OwnerEn != "":
		return g.OwnerEn
	}
	return g.OwnerUz
}

// CatalogueFilter chooses goods; zero fields do not narrow.
type CatalogueFilter struct {
	Query   string // parts of names and brand, or the first digits of a GTIN
	GroupID int16
	Country string // code
	HS      string // the first digits of an HS code
	After   string // cursor of the page before
	Size    int
}

// CataloguePage is one page of the shared catalogue, the newest first; found by
// their numbers, goods are in the order of those.
type CataloguePage struct {
	Rows    []Goods
	Next    string     // cursor of the next page; empty on the last one
	Count   page.Count // up to maxGoods
	Similar bool       // nothing was found; Rows are spelled alike
}

// Clean gives the filter without what does not exist or cannot be read.
func (f CatalogueFilter) Clean() CatalogueFilter {
	f.Query = Filter{Query: f.Query}.Clean().Query
	c, _ := country.Parse(f.Country)
	f.Country = c.Code
	if strings.Trim(f.HS, "0123456789") != "" || len(f.HS) > 10 {
		f.HS = ""
	}
	f.Size = max(f.Size, 1)
	return f
}

// goodsSpot is where a page of the catalogue ends: the key of its last row.
type goodsSpot struct {
	At   time.Time `json:"t"`
	GTIN gs1.GTIN  `json:"g"`
	Org  int64     `json:"o"`
	Card int64     `json:"i"`
}

// Catalogue gives a page of everybody's published cards. A search must have a word
// of three letters, or be the beginning of a GTIN; else it is ErrShortSearch.
func (s *Service) Catalogue(ctx context.Context, a actor.Actor, f CatalogueFilter) (CataloguePage, error) {
	if err := a.Need(perm.CardLookup); err != nil {
		return CataloguePage{}, err
	}
	f = f.Clean()
	var at goodsSpot
	if err := page.Decode(f.After, &at); err != nil {
		return CataloguePage{}, err
	}
	if strings.Trim(string(at.GTIN), "0123456789") != "" {
		return CataloguePage{}, page.ErrCursor
	}
	found := readSearch(f.Query)
	if short(f.Query, found) {
		return CataloguePage{}, ErrShortSearch
	}
	ctx, cancel := context.WithTimeout(ctx, catalogueFor)
	defer cancel()
	p, err := s.goods(ctx, f, found, at)
	if err != nil || len(p.Rows) > 0 || f.After != "" || len(found.words) == 0 {
		return p, err
	}
	p.Rows, err = selectSimilarGoods(ctx, s.DB, f, found.words)
	p.Similar = len(p.Rows) > 0
	return p, err
}

func (s *Service) goods(ctx context.Context, f CatalogueFilter, found search, at goodsSpot) (p CataloguePage, err error) {
	p.Rows, p.Count, err = selectGoods(ctx, s.DB, f, found, at)
	p.Rows, p.Next = page.Cut(p.Rows, f.Size, func(g Goods) string {
		return page.Encode(goodsSpot{g.PublishedAt, g.GTIN, g.OrgID, g.CardID})
	})
	return p, err
}

// short reports whether nothing that was typed can be looked up in the index.
func short(typed string, s search) bool {
	if typed == "" || len(s.ranges) > 0 {
		return false
	}
	for _, w := range s.words {
		if utf8.RuneCountInString(w) >= minGlobal {
			return false
		}
	}
	return true
}

// Catalogued is a card of the catalogue with what its version in force says.
type Catalogued struct {
	Goods
	Content Content
	Book    attribute.Book // under which it was written
}

// Catalogued reads a card as the shared catalogue shows it; one that is not in
// force is ErrNotFound, whoever asks.
func (s *Service) Catalogued(ctx context.Context, a actor.Actor, orgID, cardID int64) (c Catalogued, err error) {
	if err := a.Need(perm.CardLookup); err != nil {
		return c, err
	}
	if c.Goods, err = oneGoods(ctx, s.DB, orgID, cardID); err != nil {
		return c, err
	}
	v, err := oneVersion(ctx, s.DB, orgID, cardID, c.Version)
	if err != nil {
		return c, err
	}
	c.Content = v.Content
	c.Book, err = attribute.BookAt(ctx, s.DB, v.Content.Group, v.Content.Set, v.Content.Codes())
	return c, err
}

// ParseGoods reads the name of a card in the catalogue, "302-15": organization and
// card.
func ParseGoods(s string) (orgID, cardID int64, err error) {
	org, card, _ := strings.Cut(s, "-")
	orgID, errOrg := strconv.ParseInt(org, 10, 64)
	cardID, errCard := strconv.ParseInt(card, 10, 64)
	if errOrg != nil || errCard != nil || orgID <= 0 || cardID <= 0 {
		return 0, 0, ErrNotFound
	}
	return orgID, cardID, nil
}

// PublishedNumbers tells which of some GTINs are those of published cards, of
// whichever organization.
//
//gate:none published cards are everybody's to see
func PublishedNumbers(ctx context.Context, q pg.Querier, numbers []string) (map[string]bool, error) {
	return publishedNumbers(ctx, q, numbers)
}
