package app

import (
	"fmt"
	"log/slog"
	"net/http"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/perm"
	"kabinet/internal/document"
	"kabinet/internal/document/documentedohttp"
	"kabinet/internal/document/documenthttp"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/logx"
	"kabinet/web/edsview"
)

// documentRooms are the rooms about documents of other state systems.
type documentRooms struct {
	documents *document.Service
	pages     documenthttp.Handlers
}

// openDocuments makes them.
func (a *App) openDocuments(panel edsview.Config) error {
	operator, err := edoOperator(a.conf)
	if err != nil {
		return err
	}
	s := &document.Service{DB: a.db, Proof: a.rooms.proof, Accounts: a.rooms.accounts, Host: signingHost(a.conf), Operator: operator}
	a.rooms.documents = documentRooms{
		documents: s,
		pages:     documenthttp.Handlers{Documents: s, Groups: a.groupService(), Sessions: a.sessions, EDS: panel, Now: a.now, Beside: a.besideDocuments},
	}
	return nil
}

// edoOperator is the one that was configured. Without one answers wait; on a
// developer's machine they are written into the log.
func edoOperator(conf config.Config) (document.Operator, error) {
	switch {
	case conf.EDO.URL != "":
		return documentedohttp.New(conf.EDO.URL, conf.EDO.Token.Reveal())
	case conf.Env == config.Development:
		return document.Diary{Log: slog.Default()}, nil
	}
	return nil, nil //nolint:nilnil // none is a choice: answers wait for one
}

func (r documentRooms) members(m chi.Router, wrap httpx.Wrap) { r.pages.Routes(m, wrap) }

func (r documentRooms) work(runner *jobs.Runner) { document.Register(runner, r.documents) }

// countWaiting is how many invoices wait for the reader of a page, for the menu. A
// page is drawn without it when it cannot be read.
func (a *App) countWaiting(r *http.Request) int {
	i := httpx.Identity(r)
	if r.Method != http.MethodGet || !i.Member() || !i.Rights.Has(perm.DocAccept) {
		return 0
	}
	who := httpx.Actor(r)
	key := fmt.Sprint("waiting ", who.OrgID, who.Scope.AllGroups, who.Scope.Groups)
	if n, ok := a.waiting.get(key); ok {
		return n
	}
	open, err := document.Open(r.Context(), a.db, who.OrgID, who.Scope)
	if err != nil {
		logx.From(r.Context()).Warn("count waiting invoices", "err", err)
		return 0
	}
	a.waiting.put(key, open.N)
	return open.N
}
