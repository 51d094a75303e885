package app

import (
	"github.com/go-chi/chi/v5"

	"kabinet/internal/document"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/receipt"
	"kabinet/internal/receipt/receipthttp"
)

// receiptRooms are the rooms about fiscal receipts.
type receiptRooms struct {
	receipts *receipt.Service
	pages    receipthttp.Handlers
}

func (a *App) receiptRooms() receiptRooms {
	s := &receipt.Service{DB: a.db, Known: document.Brought}
	return receiptRooms{receipts: s, pages: receipthttp.Handlers{Receipts: s, Groups: a.groupService(), Now: a.now}}
}

func (r receiptRooms) members(m chi.Router, wrap httpx.Wrap) { r.pages.Routes(m, wrap) }

func (r receiptRooms) work(runner *jobs.Runner) { receipt.Register(runner, r.receipts) }
