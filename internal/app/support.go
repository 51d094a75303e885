package app

import (
	"context"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/place"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/support"
	"kabinet/internal/support/supporthttp"
	"kabinet/web/supportview"
)

// supportRooms are the rooms in which members ask the operator and staff answer.
type supportRooms struct {
	service *support.Service
	pages   supporthttp.Handlers
}

// supportRooms makes them. What a thing is called is asked of the feature that
// owns it, which says as well whether it is the reader's.
func (a *App) supportRooms() supportRooms {
	s := &support.Service{DB: a.db, Pictures: a.rooms.cards.Pictures, Things: a.things()}
	c := a.conf.Support
	return supportRooms{service: s, pages: supporthttp.Handlers{
		Support: s, Sessions: a.sessions, Now: a.now, Seen: a.forgetCounts,
		Contacts: supportview.Contacts{Bot: c.Bot, Email: c.Email, Phone: c.Phone},
	}}
}

func (r supportRooms) members(m chi.Router, wrap httpx.Wrap) { r.pages.Routes(m, wrap) }

func (r supportRooms) staff(m chi.Router, wrap httpx.Wrap) { r.pages.Staff(m, wrap) }

func (r supportRooms) work(runner *jobs.Runner) { support.Register(runner, r.service) }

// things name what one can ask about.
func (a *App) things() map[support.Kind]support.Thing {
	groups, places, prefixes := a.groupService(), &place.Service{DB: a.db}, &gs1prefix.Service{DB: a.db}
	return map[support.Kind]support.Thing{
		support.Card: func(ctx context.Context, who actor.Actor, id string) (string, error) {
			n, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				return "", support.ErrNotFound
			}
			r, err := a.rooms.cards.Get(ctx, who, n)
			return strings.TrimSpace(string(r.GTIN) + " " + r.NameUz), err
		},
		support.Document: func(ctx context.Context, who actor.Actor, id string) (string, error) {
			n, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				return "", support.ErrNotFound
			}
			r, err := a.rooms.documents.documents.Get(ctx, who, n)
			return r.Number, err
		},
		support.Receipt: func(ctx context.Context, who actor.Actor, id string) (string, error) {
			n, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				return "", support.ErrNotFound
			}
			r, err := a.rooms.receipts.receipts.Get(ctx, who, n)
			return strings.TrimSpace(r.Terminal + " " + r.Number), err
		},
		support.AIC: func(ctx context.Context, who actor.Actor, id string) (string, error) {
			n, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				return "", support.ErrNotFound
			}
			r, err := a.rooms.aics.aics.Get(ctx, who, n)
			return string(r.Number), err
		},
		support.Place: func(ctx context.Context, who actor.Actor, id string) (string, error) {
			n, err := strconv.ParseInt(id, 10, 32)
			if err != nil {
				return "", support.ErrNotFound
			}
			p, err := places.Place(ctx, who, int32(n))
			return p.Name, err
		},
		support.Issuer: func(ctx context.Context, who actor.Actor, id string) (string, error) {
			n, err := strconv.ParseInt(id, 10, 16)
			if err != nil {
				return "", support.ErrNotFound
			}
			g, err := groups.Get(ctx, who, int16(n))
			return g.Group.Name(i18n.From(ctx).Code()), err
		},
		support.Prefix: func(ctx context.Context, who actor.Actor, id string) (string, error) {
			return ownPrefix(ctx, prefixes, who, id)
		},
	}
}

// ownPrefix is a prefix of the reader's organization.
func ownPrefix(ctx context.Context, s *gs1prefix.Service, who actor.Actor, digits string) (string, error) {
	all, err := s.Own(ctx, who)
	for _, p := range all {
		if p.Digits == digits {
			return digits, nil
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, support.ErrNotFound.Key)
	}
	return "", err
}
