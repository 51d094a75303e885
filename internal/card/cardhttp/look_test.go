package cardhttp_test

import (
	"net/http"
	"net/http/httptest"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/pg"
	"kabinet/web/static"
)

// served is the site with its looks.
func (s *site) served() string {
	r := chi.NewRouter()
	r.Use(httpx.Number, httpx.Headers(false), httpx.Language(false))
	r.Get(static.Prefix+"*", static.Handler().ServeHTTP)
	r.Mount("/", http.HandlerFunc(s.handler.ServeHTTP))
	server := httptest.NewServer(r)
	s.t.Cleanup(server.Close)
	return server.URL
}

// corrected is a card that the operator returned with remarks.
func (s *site) corrected(n int, remarks ...card.Remark) int64 {
	s.t.Helper()
	id := s.made(n)
	s.sent(id)
	s.staff(func(tx pg.Tx, op actor.Operator) error {
		return card.ReturnTx(s.t.Context(), tx, op, 2, id, 1, remarks)
	})
	return id
}

// published is a card in force.
func (s *site) published(n int) int64 {
	s.t.Helper()
	id := s.made(n)
	s.sent(id)
	s.staff(func(tx pg.Tx, op actor.Operator) error { return card.PublishTx(s.t.Context(), tx, op, 2, id, 1) })
	return id
}

// sent has the publisher sign and send a card.
func (s *site) sent(id int64) {
	s.t.Helper()
	b := s.as("publisher")
	want(s.t, b.Post(path(id, "/send"), s.signed(b, id)), http.StatusSeeOther)
	s.exec(`delete from rate_limits`)
}

var remarks = []card.Remark{
	{Field: card.FieldBrand, Uz: "Savdo belgisi qadoqdagidek emas", Ru: "Торговая марка не как на упаковке", En: "The brand is not as on the package"},
	{Field: "attr.volume", Uz: "Hajm rasmdagidan farq qiladi", Ru: "Объём не совпадает с фото", En: "The volume differs from the photo"},
	{Uz: "Qadoq rasmini tiniqroq qiling", Ru: "Сделайте снимок упаковки чётче", En: "Make the photo of the package sharper"},
}
