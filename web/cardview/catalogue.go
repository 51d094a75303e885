package cardview

import (
	"context"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

const catalogueURL = "/catalogue"

// GoodsURL is the address of a card in the shared catalogue.
func GoodsURL(orgID, cardID int64) string {
	return catalogueURL + "/" + count(orgID) + "-" + count(cardID)
}

// CataloguePage is a page of the shared catalogue.
type CataloguePage struct {
	Filter card.CatalogueFilter
	Page   card.CataloguePage
	Groups []productgroup.Group
	Wrong  fault.Complaints
}

// CatalogueFilterOf reads the address of the catalogue; what cannot be read does
// not narrow.
func CatalogueFilterOf(q url.Values) card.CatalogueFilter {
	group, _ := strconv.ParseInt(q.Get("group"), 10, 16)
	return card.CatalogueFilter{
		Query: q.Get("q"), GroupID: int16(group), Country: q.Get("country"), After: q.Get("after"), Size: page.Size(q.Get("per")),
	}.Clean()
}

func cataloguePairs(f card.CatalogueFilter) []string {
	group := ""
	if f.GroupID != 0 {
		group = strconv.Itoa(int(f.GroupID))
	}
	return []string{"q", f.Query, "group", group, "country", f.Country, "per", ui.Per(f.Size)}
}

// CatalogueURL is the address of the beginning of a list.
func CatalogueURL(f card.CatalogueFilter) string { return ui.Query(catalogueURL, cataloguePairs(f)) }

func (p CataloguePage) url(change ...string) string {
	return ui.Query(catalogueURL, cataloguePairs(p.Filter), change...)
}

func (p CataloguePage) group() string {
	if p.Filter.GroupID == 0 {
		return ""
	}
	return strconv.Itoa(int(p.Filter.GroupID))
}

// keep is what the search form carries on.
func (p CataloguePage) keep() []ui.Hidden {
	if per := ui.Per(p.Filter.Size); per != "" {
		return []ui.Hidden{{Name: "per", Value: per}}
	}
	return nil
}

func (p CataloguePage) chips(ctx context.Context) []ui.Link {
	var chips []ui.Link
	if p.Filter.Query != "" {
		chips = append(chips, ui.Link{Text: "“" + p.Filter.Query + "”", URL: p.url("q", "")})
	}
	if p.Filter.GroupID != 0 {
		chips = append(chips, ui.Link{Text: ListPage{Groups: p.Groups}.groupName(ctx, p.Filter.GroupID), URL: p.url("group", "")})
	}
	if p.Filter.Country != "" {
		chips = append(chips, ui.Link{Text: countryName(ctx, p.Filter.Country), URL: p.url("country", "")})
	}
	return chips
}

func (p CataloguePage) pager() ui.Pager {
	if p.Page.Similar {
		return ui.Pager{Shown: len(p.Page.Rows), Total: -1}
	}
	pager := ui.Pager{Shown: len(p.Page.Rows), Total: p.Page.Count.N, AtLeast: p.Page.Count.More, Per: p.Filter.Size}
	if p.Page.Next != "" {
		pager.NextURL = p.url("after", p.Page.Next)
	}
	if p.Filter.After != "" {
		pager.FirstURL = p.url()
	}
	pager.PerURLs = ui.Sizes(func(n int) string { return p.url("per", ui.Per(n)) })
	return pager
}

func (p CataloguePage) none(ctx context.Context) ui.EmptyState {
	e := ui.EmptyState{Title: i18n.T(ctx, "card.catalogue.none"), Text: i18n.T(ctx, "card.list.none_text")}
	if p.Filter.Query != "" {
		e.Title, e.Text = i18n.T(ctx, "card.list.none_for", "query", p.Filter.Query), i18n.T(ctx, "card.catalogue.none_hint")
	}
	if len(p.chips(ctx)) > 0 {
		e.Actions = []ui.Action{{Text: i18n.T(ctx, "ui.filter.clear"), URL: catalogueURL}}
	}
	return e
}

func catalogueHeads(ctx context.Context) []ui.Column {
	return []ui.Column{
		{Title: columnName(ctx, "name")},
		{Title: columnName(ctx, "gtin")},
		{Title: i18n.T(ctx, "card.catalogue.owner")},
		{Title: columnName(ctx, "group")},
		{Title: columnName(ctx, "country")},
		{Title: i18n.T(ctx, "card.catalogue.published")},
	}
}

// body writes the rows.
func (p CataloguePage) body() templ.Component {
	return ui.WriteRows(func(ctx context.Context, r *ui.Rows) {
		groups := map[int16]string{}
		for _, g := range p.Groups {
			groups[g.ID] = g.Name(lang(ctx))
		}
		heads := catalogueHeads(ctx)
		for _, g := range p.Page.Rows {
			goodsHead(ctx, r, g)
			for i, text := range []string{string(g.GTIN), g.Owner(lang(ctx)), groups[g.GroupID], countryName(ctx, g.Country), ui.Date(g.PublishedAt)} {
				r.HTML(`<td role="cell" data-l="`)
				r.Text(heads[i+1].Title)
				if i == 0 {
					r.HTML(`"><span class="code">`)
				} else {
					r.HTML(`"><span>`)
				}
				r.Text(text)
				r.HTML(`</span></td>`)
			}
			r.HTML(`</tr>`)
		}
	})
}

// goodsHead begins a row: the name, and the brand below it.
func goodsHead(ctx context.Context, r *ui.Rows, g card.Goods) {
	name, language := Named(ctx, g.Card())
	r.HTML(`<tr role="row"><th role="rowheader" scope="row"><a href="/catalogue/`)
	r.Text(count(g.OrgID) + "-" + count(g.CardID))
	if language != "" {
		r.HTML(`" lang="`)
		r.Text(language)
	}
	r.HTML(`">`)
	r.Text(name)
	r.HTML(`</a>`)
	if g.Brand != "" {
		r.HTML(`<span class="sub">`)
		r.Text(g.Brand)
		r.HTML(`</span>`)
	}
	r.HTML(`</th>`)
}

// Catalogued is the page of a card in the shared catalogue.
type Catalogued struct {
	card.Catalogued
	Group productgroup.Group
}

func (c Catalogued) answers() Answers {
	return Answers{Reading: Reading{Group: c.Group, Book: c.Book}, Card: c.Card(), Typed: c.Content.Typed()}
}

func (c Catalogued) head(ctx context.Context) ui.PageHead {
	name, language := Named(ctx, c.Card())
	return ui.PageHead{
		Crumbs: []ui.Link{{Text: i18n.T(ctx, "card.catalogue.title"), URL: catalogueURL}},
		Title:  name, Lang: language, Code: string(c.GTIN), Lead: c.Owner(lang(ctx)),
	}
}

// facts are what the catalogue adds to what the card says.
func (c Catalogued) facts(ctx context.Context) []ui.Pair {
	return []ui.Pair{
		{Key: i18n.T(ctx, "card.catalogue.owner"), Value: c.Owner(lang(ctx))},
		{Key: i18n.T(ctx, "card.catalogue.published"), Rich: ui.Time(c.PublishedAt)},
	}
}

func (c Catalogued) photoURL(photo int64, act string) string {
	return GoodsURL(c.OrgID, c.CardID) + "/photos/" + count(photo) + act
}
