package publicapihttp

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kabinet/internal/card"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
)

// Product is a published card as everybody sees it.
type Product struct {
	ID           string    `json:"id" doc:"Of the card in the shared catalogue" example:"302-15"`
	GTIN         string    `json:"gtin" example:"04780000000014"`
	ProductGroup string    `json:"productGroup" example:"water"`
	Packaging    string    `json:"packaging" enum:"UNIT,GROUP,SET,BOX_LV_1,BOX_LV_2"`
	Name         Words     `json:"name"`
	Brand        string    `json:"brand,omitempty"`
	Country      string    `json:"country" example:"UZ"`
	Participant  Words     `json:"participant" doc:"Whose card it is"`
	Own          bool      `json:"own" doc:"It is your organization's"`
	PublishedAt  time.Time `json:"publishedAt"`
}

// Products is a page of products, the newest first.
type Products struct {
	Products    []Product `json:"products"`
	HasNextPage bool      `json:"hasNextPage"`
	Cursor      string    `json:"cursor,omitempty" doc:"For the next page"`
}

// ProductCard is a product with all that its card says.
type ProductCard struct {
	Product
	Version int         `json:"version"`
	Card    CardIn      `json:"card"`
	Photos  []CardPhoto `json:"photos"`
}

// OwnCard is a card of your organization in a list.
type OwnCard struct {
	ID        int64     `json:"id"`
	GTIN      string    `json:"gtin"`
	Standing  string    `json:"standing" enum:"new,published,blocked"`
	Editing   string    `json:"editing" enum:"none,draft,moderation,returned"`
	Name      Words     `json:"name"`
	Country   string    `json:"country,omitempty"`
	Revision  int       `json:"revision"`
	ChangedAt time.Time `json:"changedAt"`
}

// OwnCards is a page of cards of your organization, the latest change first.
type OwnCards struct {
	Cards       []OwnCard `json:"cards"`
	HasNextPage bool      `json:"hasNextPage"`
	Cursor      string    `json:"cursor,omitempty"`
}

type (
	PageInput struct {
		Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"100" doc:"Of a page"`
		Cursor string `query:"cursor" maxLength:"400" doc:"From the page before"`
	}
	productsInput struct {
		PageInput
		Group string `query:"productGroup" maxLength:"60" doc:"Code or number of a product group"`
		HS    string `query:"tnved" pattern:"^[0-9]{0,10}$" doc:"The first digits of an HS code"`
	}
	gtinInput struct {
		PageInput
		GTIN string `query:"gtin" required:"true" maxLength:"40" doc:"8, 12, 13 or 14 digits"`
	}
	productInput struct {
		ID string `path:"id" maxLength:"40" doc:"As a list gives it" example:"302-15"`
	}
	ownCardsInput struct {
		PageInput
		Status string `query:"status" enum:"returned,draft,moderation,published,blocked,archive" doc:"All but the archive when left out"`
		GTIN   string `query:"gtin" maxLength:"40" doc:"Of this GTIN only"`
	}
	groupInput struct {
		Group string `query:"productGroup" required:"true" maxLength:"60" doc:"Code or number of a product group of your organization"`
	}
	productsOutput    struct{ Body Products }
	productCardOutput struct{ Body ProductCard }
	ownCardsOutput    struct{ Body OwnCards }
	bookOutput        struct{ Body BookOut }
)

// goodsOperations are the methods that only read: those of the marking system
// (domain.md 3.2), and what one needs to write cards.
func (a *API) goodsOperations() {
	list := a.cardOperation("product-list", "GET", registryPath+"/product", perm.CardLookup, 422)
	list.Summary, list.Description = "Published products", "Of all participants, the newest first."
	huma.Register(a.huma, list, a.products)

	byGTIN := a.cardOperation("product-by-gtin", "GET", registryPath+"/search-by-gtin", perm.CardLookup, 422)
	byGTIN.Summary, byGTIN.Description = "Published products of a GTIN", "Several participants may have cards of one GTIN."
	huma.Register(a.huma, byGTIN, a.productsByGTIN)

	one := a.cardOperation("product-read", "GET", registryPath+"/product/{id}", perm.CardLookup)
	one.Summary, one.Description = "Published product", "All that its card says, with addresses of photos."
	huma.Register(a.huma, one, a.product)

	own := a.cardOperation("card-list", "GET", cardsPath, perm.CardRead, 422)
	own.Summary, own.Description = "Product cards of your organization", "In the product groups of the key's owner, the latest change first."
	huma.Register(a.huma, own, a.ownCards)

	book := a.cardOperation("attribute-list", "GET", registryPath+"/attributes", perm.CardEdit, 422)
	book.Summary = "What cards of a product group may say"
	book.Description = "Attributes of the newest version with their kinds, and the codes to choose from."
	huma.Register(a.huma, book, a.book)
}

func (a *API) products(ctx context.Context, in *productsInput) (*productsOutput, error) {
	f := card.CatalogueFilter{HS: in.HS, After: in.Cursor, Size: in.Limit}
	return a.goodsPage(ctx, f, in.Group)
}

func (a *API) productsByGTIN(ctx context.Context, in *gtinInput) (*productsOutput, error) {
	g, err := gs1.ParseGTIN(in.GTIN)
	if err != nil {
		return nil, failQuery(ctx, err, "gtin")
	}
	return a.goodsPage(ctx, card.CatalogueFilter{Query: string(g), After: in.Cursor, Size: in.Limit}, "")
}

func (a *API) goodsPage(ctx context.Context, f card.CatalogueFilter, group string) (*productsOutput, error) {
	groups, err := a.service.Groups(ctx)
	if err != nil {
		return nil, fail(ctx, err)
	}
	if group != "" {
		g, ok := groups.Named(group)
		if !ok {
			return nil, failQuery(ctx, card.ErrGroupUnknown, "productGroup")
		}
		f.GroupID = g.ID
	}
	p, err := a.cards.Catalogue(ctx, callOf(ctx).Actor(), f)
	if err != nil {
		return nil, failQuery(ctx, err, "cursor")
	}
	out := Products{Products: make([]Product, 0, len(p.Rows)), HasNextPage: p.Next != "", Cursor: p.Next}
	for _, g := range p.Rows {
		if !p.Similar { // what is spelled alike is for people
			named, _ := groups.Find(g.GroupID)
			out.Products = append(out.Products, productOf(g, named.Slug, callOf(ctx).OrgID))
		}
	}
	return &productsOutput{out}, nil
}

func productOf(g card.Goods, group string, reader int64) Product {
	return Product{
		ID: productID(g), GTIN: string(g.GTIN), ProductGroup: group, Packaging: string(g.Packaging), Name: Words{g.NameUz, g.NameRu, g.NameEn},
		Brand: g.Brand, Country: g.Country, Participant: Words{g.OwnerUz, g.OwnerRu, g.OwnerEn}, Own: g.OrgID == reader, PublishedAt: g.PublishedAt.UTC(),
	}
}

func productID(g card.Goods) string { return fmt.Sprintf("%d-%d", g.OrgID, g.CardID) }

func (a *API) product(ctx context.Context, in *productInput) (*productCardOutput, error) {
	orgID, cardID, err := card.ParseGoods(in.ID)
	if err != nil {
		return nil, fail(ctx, err)
	}
	c, err := a.cards.Catalogued(ctx, callOf(ctx).Actor(), orgID, cardID)
	if err != nil {
		return nil, fail(ctx, err)
	}
	groups, err := a.service.Groups(ctx)
	if err != nil {
		return nil, fail(ctx, err)
	}
	g, _ := groups.Find(c.GroupID)
	out := ProductCard{
		Product: productOf(c.Goods, g.Slug, callOf(ctx).OrgID), Version: c.Version,
		Card: cardIn(c.Content, c.Book, g.Slug), Photos: a.photosOf(c.Content, registryPath+"/file/"+productID(c.Goods)+"-"),
	}
	return &productCardOutput{out}, nil
}

// photosOf lists photos; under is the address of one without its number.
func (a *API) photosOf(c card.Content, under string) []CardPhoto {
	ps := make([]CardPhoto, len(c.Photos))
	for i, p := range c.Photos {
		ps[i] = CardPhoto{ID: p.ID, Side: string(p.Side), SHA256: p.SHA256, URL: a.baseURL + under + strconv.FormatInt(p.ID, 10)}
	}
	return ps
}

func (a *API) ownCards(ctx context.Context, in *ownCardsInput) (*ownCardsOutput, error) {
	f := card.Filter{Tab: card.Tab(in.Status), After: in.Cursor, Size: in.Limit, Order: card.ByUpdated}
	if in.GTIN != "" {
		g, err := gs1.ParseGTIN(in.GTIN)
		if err != nil {
			return nil, failQuery(ctx, err, "gtin")
		}
		f.Query = string(g)
	}
	p, err := a.cards.Find(ctx, callOf(ctx).Actor(), f)
	if err != nil {
		return nil, failQuery(ctx, err, "cursor")
	}
	out := OwnCards{Cards: make([]OwnCard, 0, len(p.Rows)), HasNextPage: p.Next != "", Cursor: p.Next}
	for _, c := range p.Rows {
		if !p.Similar {
			out.Cards = append(out.Cards, OwnCard{
				ID: c.ID, GTIN: string(c.GTIN), Standing: string(c.Standing), Editing: string(c.Editing), Name: Words{c.NameUz, c.NameRu, c.NameEn},
				Country: c.Country, Revision: c.Revision, ChangedAt: c.ChangedAt.UTC(),
			})
		}
	}
	return &ownCardsOutput{out}, nil
}

func (a *API) book(ctx context.Context, in *groupInput) (*bookOutput, error) {
	groups, err := a.service.Groups(ctx)
	if err != nil {
		return nil, fail(ctx, err)
	}
	named, _ := groups.Named(in.Group) // without one Dictionaries says what is wrong
	g, book, err := a.cards.Dictionaries(ctx, callOf(ctx).Actor(), named.Slug)
	if err != nil {
		return nil, failQuery(ctx, err, "productGroup")
	}
	return &bookOutput{bookOut(g.Slug, book)}, nil
}
