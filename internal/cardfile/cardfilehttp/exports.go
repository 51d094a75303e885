package cardfilehttp

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"kabinet/internal/card"
	"kabinet/internal/cardfile"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/sheet"
	"kabinet/web/cardfileview"
	"kabinet/web/cardview"
)

// wanted is an export of what the list shows, or of the cards ticked in it.
func (h Handlers) wanted(r *http.Request, q url.Values, f sheet.Format) cardfile.Wanted {
	sel, said := h.chosen(r, q)
	return cardfile.Wanted{
		Cards: sel, Format: f, Lang: i18n.From(r.Context()),
		About: cardfileview.About(r.Context(), httpx.Identity(r).OrgNames.In(i18n.From(r.Context()).Code()), said, h.Now()),
	}
}

// chosen reads which cards the address names, with the words for it. Numbers that
// cannot be read name no card.
func (h Handlers) chosen(r *http.Request, q url.Values) (card.Selection, []string) {
	if !q.Has(cardview.IDsName) {
		filter := cardview.FilterOf(r.Context(), q).Plain()
		return card.Selection{All: true, Filter: filter}, h.words(r, filter)
	}
	ids := cardview.SplitIDs(q.Get(cardview.IDsName))
	ids = ids[:min(len(ids), cardfile.MaxAtOnce)]
	return card.Selection{IDs: ids}, []string{i18n.N(r.Context(), "cardfile.export.count", len(ids))}
}

// words say how a list is narrowed.
func (h Handlers) words(r *http.Request, f card.Filter) []string {
	groups, err := h.Files.Groups(r.Context(), httpx.Actor(r))
	if err != nil {
		groups = nil // who may not write cards reads the number of the group
	}
	return cardview.ListPage{Filter: f, Groups: groups}.Words(r.Context())
}

// send answers GET /cards.xlsx and /cards.csv: what the list shows, at once. Of
// more cards the page is shown that has a job write them.
func (h Handlers) send(f sheet.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, a := r.Context(), httpx.Actor(r)
		wanted := h.wanted(r, r.URL.Query(), f)
		n, err := h.Exports.Extent(ctx, a, wanted.Cards)
		if err != nil {
			return err
		}
		if n > cardfile.MaxAtOnce {
			return httpx.See(w, r, cardfileview.ExportURL+"?"+cardview.FilterQuery(wanted.Cards.Filter))
		}
		if err := h.Exports.Note(ctx, a, wanted, n); err != nil {
			return err
		}
		attach(w, h.name(r, f), f)
		if err := h.Exports.Write(ctx, a, wanted, w, nil); err != nil {
			panic(http.ErrAbortHandler) // a file that looks whole and is not would be worse
		}
		return nil
	}
}

// name is "cards_302118447_2025-12-04_0941.xlsx".
func (h Handlers) name(r *http.Request, f sheet.Format) string {
	return "cards_" + httpx.Identity(r).TIN + "_" + cardfileview.Stamp(h.Now()) + "." + string(f)
}

// askExport answers GET /cards/export with the filter of the list.
func (h Handlers) askExport(w http.ResponseWriter, r *http.Request) error {
	return h.drawAsk(w, r, http.StatusOK, cardfileview.AskPage{}, r.URL.Query())
}

func (h Handlers) drawAsk(w http.ResponseWriter, r *http.Request, status int, p cardfileview.AskPage, q url.Values) (err error) {
	filter := cardview.FilterOf(r.Context(), q).Plain()
	if p.Count, err = h.Exports.Extent(r.Context(), httpx.Actor(r), card.Selection{All: true, Filter: filter}); err != nil {
		return err
	}
	p.Query, p.What = cardview.FilterQuery(filter), h.words(r, filter)
	return httpx.Render(w, r, status, cardfileview.AskExport(p))
}

// beginExport answers POST /cards/export.
func (h Handlers) beginExport(w http.ResponseWriter, r *http.Request) error {
	q, err := url.ParseQuery(r.PostFormValue("query"))
	if err != nil {
		q = url.Values{}
	}
	f := sheet.XLSX
	if r.PostFormValue("format") == string(sheet.CSV) {
		f = sheet.CSV
	}
	id, err := h.Exports.Ask(r.Context(), httpx.Actor(r), h.wanted(r, q, f))
	if wrong, ok := httpx.Complaints(err); ok {
		return h.drawAsk(w, r, http.StatusUnprocessableEntity, cardfileview.AskPage{Wrong: wrong}, q)
	}
	if err != nil {
		return err
	}
	return httpx.See(w, r, cardfile.ExportPath(id))
}

// showExport answers GET /cards/export/{id}.
func (h Handlers) showExport(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r)
	if err != nil {
		return err
	}
	e, err := h.Exports.Get(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, cardfileview.Export(cardfileview.ExportPage{Export: e}))
}

// fetch answers GET /cards/export/{id}/cards.xlsx and .csv.
func (h Handlers) fetch(f sheet.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, a := r.Context(), httpx.Actor(r)
		id, err := number(r)
		if err != nil {
			return err
		}
		e, err := h.Exports.Get(ctx, a, id)
		switch {
		case err != nil:
			return err
		case e.Wanted.Format != f:
			return cardfile.ErrNotFound
		}
		content, about, err := h.Exports.Open(ctx, a, id)
		if err != nil {
			return err
		}
		attach(w, h.name(r, f), f)
		w.Header().Set("Content-Length", strconv.FormatInt(about.Size, 10))
		if _, err := io.Copy(w, content); err != nil {
			panic(http.ErrAbortHandler) // a file that looks whole and is not would be worse
		}
		return nil
	}
}

// cancelExport answers POST /cards/export/{id}/cancel.
func (h Handlers) cancelExport(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r)
	if err != nil {
		return err
	}
	if err := h.Exports.Cancel(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	return httpx.See(w, r, cardfile.ExportPath(id))
}
