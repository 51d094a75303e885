//go:build dev

package main

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/app"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/mail/mailtest"
	"kabinet/web/devview"
	"kabinet/web/ui"
	"kabinet/web/uiview"
)

// pages are served beside the portal's own while it is developed.
func (w *workshop) pages(m app.Mux) {
	m.Get("/dev", m.Wrap(w.start))
	m.Get("/dev/mail", m.Wrap(w.letters))
	m.Get("/dev/mail/{id}", m.Wrap(w.letter))
	m.Get("/dev/mail/{id}/html", m.Wrap(w.letterHTML))
	m.Get("/dev/ui", m.Wrap(w.gallery))
}

func (w *workshop) start(rw http.ResponseWriter, r *http.Request) error {
	return httpx.Render(rw, r, http.StatusOK, devview.Start(w.hints(), w.keys()))
}

func (w *workshop) gallery(rw http.ResponseWriter, r *http.Request) error {
	return httpx.Render(rw, r, http.StatusOK, uiview.Gallery())
}

func (w *workshop) letters(rw http.ResponseWriter, r *http.Request) error {
	mails := w.mailbox.Mails()
	slices.Reverse(mails)
	shown := make([]devview.Letter, 0, len(mails))
	for _, m := range mails[:min(len(mails), 100)] {
		shown = append(shown, letterOf(m))
	}
	return httpx.Render(rw, r, http.StatusOK, devview.Mailbox(shown))
}

func (w *workshop) letter(rw http.ResponseWriter, r *http.Request) error {
	m, err := w.mailOf(r)
	if err != nil {
		return err
	}
	rw.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'")
	return httpx.Render(rw, r, http.StatusOK, devview.Mail(letterOf(m)))
}

// letterHTML shows a letter as a mail program would: with its own styles, and
// nothing that could act.
func (w *workshop) letterHTML(rw http.ResponseWriter, r *http.Request) error {
	m, err := w.mailOf(r)
	if err != nil {
		return err
	}
	rw.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox")
	rw.Header().Set("X-Frame-Options", "SAMEORIGIN")
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err = rw.Write([]byte(m.HTML))
	return err
}

func (w *workshop) mailOf(r *http.Request) (mailtest.Mail, error) {
	id, err := strconv.Atoi(chi.URLParam(r, "id"))
	if err != nil {
		return mailtest.Mail{}, httpx.ErrNotFound
	}
	m, ok := w.mailbox.ByID(id)
	if !ok {
		return mailtest.Mail{}, httpx.ErrNotFound
	}
	return m, nil
}

func letterOf(m mailtest.Mail) devview.Letter {
	l := devview.Letter{ID: m.ID, At: m.ReceivedAt, To: m.To, Subject: m.Subject, Text: m.Text, Links: m.Links()}
	for _, name := range []string{"From", "To", "Message-Id", "Date", "Content-Language", "Auto-Submitted"} {
		if v := m.Header.Get(name); v != "" {
			l.Headers = append(l.Headers, ui.Pair{Key: name, Value: v})
		}
	}
	return l
}
