package app

import (
	"log/slog"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/document"
	"kabinet/internal/document/documentedohttp"
	"kabinet/internal/document/documenthttp"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/jobs"
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
	s := &document.Service{DB: a.db, Proof: a.rooms.proof, Accounts: a.rooms.accounts, Host: signingHost(a.conf), Operator: operator, Came: a.rooms.receipts.receipts.LookAgainTx}
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
