package documenthttp

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/fault"
	"kabinet/internal/document"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/web/documentview"
	"kabinet/web/ui"
)

// ids reads the numbers that an address names.
func ids(r *http.Request, names ...string) ([]int64, error) {
	out := make([]int64, len(names))
	for i, name := range names {
		id, err := document.ParseID(chi.URLParam(r, name))
		if err != nil {
			return nil, err
		}
		out[i] = id
	}
	return out, nil
}

// show answers GET /documents/{id}.
func (h Handlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := ids(r, "id")
	if err != nil {
		return err
	}
	ctx, a := r.Context(), httpx.Actor(r)
	p := documentview.Record{}
	if p.Record, err = h.Documents.Get(ctx, a, id[0]); err != nil {
		return err
	}
	if p.Sources, err = h.Documents.Sources(ctx, a); err != nil {
		return err
	}
	d, err := h.Groups.Dictionary(ctx)
	if err != nil {
		return err
	}
	if g, ok := d.Find(p.GroupID); ok {
		p.Group = g.Name(i18n.From(ctx).Code())
	}
	return httpx.Render(w, r, http.StatusOK, documentview.Show(p))
}

// codes answers with the codes of a document and what became of each; without
// "all" only those that were not simply taken.
func (h Handlers) codes(w http.ResponseWriter, r *http.Request) error {
	id, err := ids(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	title := func(name string) string { return i18n.T(ctx, "document.results."+name) }
	titles := []string{title("n"), title("line"), title("code"), title("result"), title("reason"), title("why")}
	return httpx.CSVRows(w, "codes-"+strconv.FormatInt(id[0], 10)+".csv", titles, func(write func([]string) error) error {
		return h.Documents.CodesOf(ctx, httpx.Actor(r), id[0], r.URL.Query().Get("all") == "", func(c document.Code) error {
			line := ""
			if c.Line > 0 {
				line = strconv.Itoa(c.Line)
			}
			return write([]string{
				strconv.Itoa(c.N), line, c.Code, i18n.T(ctx, "document.result."+string(c.Result)), c.Reason, documentview.ReasonText(ctx, c.Reason),
			})
		})
	})
}

func (h Handlers) lines(w http.ResponseWriter, r *http.Request) error {
	id, err := ids(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	_, lines, err := h.Documents.LinesOf(ctx, httpx.Actor(r), id[0])
	if err != nil {
		return err
	}
	title := func(name string) string { return i18n.T(ctx, "document.line."+name) }
	rows := [][]string{{title("n"), "GTIN", title("name"), title("unit"), title("quantity"), title("price"), title("amount"), title("vat"), title("codes")}}
	for _, l := range lines {
		rows = append(rows, []string{
			strconv.Itoa(l.N), l.GTIN, l.Name, l.Unit, l.Quantity, ui.CellSum(l.Price), ui.CellSum(l.Amount), ui.CellSum(l.VAT), strconv.Itoa(l.Codes),
		})
	}
	return httpx.CSV(w, "lines-"+strconv.FormatInt(id[0], 10)+".csv", rows)
}

// version answers with what the source sent, byte by byte.
func (h Handlers) version(w http.ResponseWriter, r *http.Request) error {
	id, err := ids(r, "id")
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(chi.URLParam(r, "n"), 10, 64)
	if err != nil || n < 0 {
		return document.ErrNotFound
	}
	_, body, err := h.Documents.VersionOf(r.Context(), httpx.Actor(r), id[0], n)
	if err != nil {
		return err
	}
	download(w, "application/json", "document-"+strconv.FormatInt(id[0], 10)+"-"+strconv.FormatInt(n, 10)+".json", body)
	return nil
}

func download(w http.ResponseWriter, kind, name string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) //nolint:gosec // an attachment that no browser opens as a page; an error: the reader is gone
}

// kept reads the signature that the address names.
func (h Handlers) kept(r *http.Request) (document.Kept, error) {
	id, err := ids(r, "id", "signature")
	if err != nil {
		return document.Kept{}, err
	}
	return h.Documents.SignatureOf(r.Context(), httpx.Actor(r), id[0], id[1])
}

// signature answers GET /documents/{id}/signatures/{signature}; with "check" it is
// judged anew.
func (h Handlers) signature(w http.ResponseWriter, r *http.Request) error {
	k, err := h.kept(r)
	if err != nil {
		return err
	}
	p := documentview.SignaturePage{Kept: k, Checked: r.URL.Query().Get("check") != ""}
	if p.Checked {
		err := h.Documents.CheckSignature(r.Context(), httpx.Actor(r), k.Document.ID, k.ID)
		f, known := fault.As(err)
		if err != nil && !known {
			return err
		}
		if known {
			tone := ui.Bad
			if f.Kind == fault.Unavailable {
				tone = ui.Warn
			}
			p.Trouble = &ui.Notice{Tone: tone, Title: i18n.T(r.Context(), "document.signature.bad"), Text: i18n.T(r.Context(), f.Key, f.Args...)}
		}
	}
	return httpx.Render(w, r, http.StatusOK, documentview.ShowSignature(p))
}

func (h Handlers) signed(w http.ResponseWriter, r *http.Request) error {
	k, err := h.kept(r)
	if err != nil {
		return err
	}
	download(w, "text/plain; charset=utf-8", "signed-"+strconv.FormatInt(k.ID, 10)+".txt", k.Signed)
	return nil
}

// container answers GET /documents/{id}/signatures/{signature}/container.p7s.
func (h Handlers) container(w http.ResponseWriter, r *http.Request) error {
	id, err := ids(r, "id", "signature")
	if err != nil {
		return err
	}
	message, err := h.Documents.Container(r.Context(), httpx.Actor(r), id[0], id[1])
	if err != nil {
		return err
	}
	download(w, "application/pkcs7-signature", "signature-"+strconv.FormatInt(id[1], 10)+".p7s", message)
	return nil
}
