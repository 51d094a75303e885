package app

import (
	"kabinet/internal/feed"
	"kabinet/internal/feed/feedhttp"
	"kabinet/internal/platform/jobs"
)

// feedRooms are the rooms about what other state systems deliver.
type feedRooms struct {
	feeds  *feed.Service
	folder feed.Folder
	duty   *feed.Duty
	pages  feedhttp.Handlers
}

// feedRooms makes them; the sinks are the features that keep what is delivered.
func (a *App) feedRooms() feedRooms {
	a.rooms.documents.documents.Customs = a.rooms.aics.aics // a declaration declares the AICs it names
	s := &feed.Service{DB: a.db, Sinks: map[string]feed.Sink{
		feed.Receipt:     a.rooms.receipts.receipts.TakeTx,
		feed.Invoice:     a.rooms.documents.documents.TakeTx,
		feed.Declaration: a.rooms.documents.documents.TakeTx,
		feed.AIC:         a.rooms.aics.aics.TakeTx,
		feed.Operation:   a.rooms.documents.documents.TakeTx,
	}}
	return feedRooms{
		feeds:  s,
		folder: feed.Folder{Service: s, Dir: a.conf.Feeds.Dir},
		duty: &feed.Duty{
			DB: a.db, Mail: a.mail, Email: a.conf.Feeds.DutyEmail, Language: a.conf.Feeds.DutyLanguage, BaseURL: string(a.conf.Web.BaseURL),
		},
		pages: feedhttp.Handlers{Feeds: s, Sessions: a.sessions, BaseURL: string(a.conf.Web.BaseURL)},
	}
}

func (r feedRooms) work(runner *jobs.Runner) {
	feed.Register(runner, r.feeds)
	feed.RegisterFolder(runner, r.folder)
	feed.RegisterDuty(runner, r.duty)
}
