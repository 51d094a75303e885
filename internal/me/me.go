// Package me is what a person may see and do about themselves: where they are
// signed in, and the end of it elsewhere. Members and staff alike; nobody
// reaches another one's sessions, because the session that asks decides whose
// they are.
package me

import (
	"context"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/session"
)

// ErrNoSession: the session ended before, or is not the person's own.
var ErrNoSession = fault.New(fault.NotFound, "me.no_session")

// Service ends sessions.
type Service struct{ Sessions *session.Manager }

// Session is one place where the person is signed in.
type Session struct {
	ID       string // public
	OrgNames session.OrgNames
	Device   string // browser and system, as far as known
	IP       string
	Since    time.Time
	LastSeen time.Time // exact to a minute
	Current  bool      // the one that asks
}

// Open lists where the person is signed in, the latest use first.
//
//gate:none a person sees their own sessions and no others
func (s *Service) Open(ctx context.Context) ([]Session, error) {
	open, err := s.Sessions.Sessions(ctx)
	list := make([]Session, len(open))
	for i, o := range open {
		list[i] = Session{o.ID, o.OrgNames, Device(o.Agent), o.IP, o.CreatedAt, o.LastSeen, o.Current}
	}
	return list, err
}

// End ends one of the person's sessions, by its public id.
//
//gate:none a person ends their own sessions and no others
func (s *Service) End(ctx context.Context, who actor.Subject, id string) error {
	if id == "" {
		return ErrNoSession
	}
	return s.end(ctx, who, id, func(n int) error {
		if n == 0 {
			return ErrNoSession
		}
		return nil
	})
}

// EndOthers ends all of the person's sessions but the one that asks, and says
// how many there were.
//
//gate:none a person ends their own sessions and no others
func (s *Service) EndOthers(ctx context.Context, who actor.Subject) (ended int, err error) {
	err = s.end(ctx, who, "", func(n int) error { ended = n; return nil })
	return ended, err
}

// end leaves one line in the log when something ended.
func (s *Service) end(ctx context.Context, who actor.Subject, id string, judge func(int) error) error {
	return s.Sessions.End(ctx, id, func(tx pg.Tx, n int) error {
		if err := judge(n); err != nil || n == 0 {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{
			OrgID: who.OrgID, Action: "session.end", Target: who.Kind + ":" + who.ID, Details: map[string]int{"ended": n},
		})
	})
}

// Device names browser and system of a User-Agent, for recognizing a session:
// "Firefox, Windows". What is not known stays out; both unknown is "".
func Device(agent string) string {
	first := func(known [][2]string) string {
		for _, k := range known {
			if strings.Contains(agent, k[0]) {
				return k[1]
			}
		}
		return ""
	}
	// The order matters: every browser claims to be the ones below it.
	browser := first([][2]string{
		{"YaBrowser/", "Yandex Browser"},
		{"Edg/", "Edge"},
		{"OPR/", "Opera"},
		{"Firefox/", "Firefox"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	})
	system := first([][2]string{
		{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	})
	if browser == "" || system == "" {
		return browser + system
	}
	return browser + ", " + system
}
