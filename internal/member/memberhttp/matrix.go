package memberhttp

import (
	"net/http"

	"kabinet/internal/core/page"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx"
	"kabinet/web/memberview"
)

// matrix answers GET /org/roles: who can do what. Everybody in the organization
// may read it.
func (h Handlers) matrix(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	a, size := httpx.Actor(r), page.Size(q.Get("per"))
	p, err := h.Members.Matrix(r.Context(), a, q.Get("after"), size)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, memberview.Matrix(memberview.MatrixPage{ListPage: memberview.ListPage{
		Page: p, Filter: member.Filter{Status: member.Active, After: q.Get("after"), Size: size}, Self: a.MemberID, Address: address("/org/roles", q),
	}, At: h.Now()}))
}

func (h Handlers) exportMatrix(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	return h.file(w, "roles", memberview.MatrixTitles(ctx), func(write func([]string) error) error {
		return h.Members.ExportMatrix(ctx, httpx.Actor(r), func(l member.Listed) error {
			return write(memberview.MatrixCells(ctx, l))
		})
	})
}
