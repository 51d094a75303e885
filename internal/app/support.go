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
		support.Card: numbered(func(ctx context.Context, who actor.Actor, id int64) (string, error) {
			r, err := a.rooms.cards.Get(ctx, who, id)
			return strings.TrimSpace(string(r.GTIN) + " " + r.NameUz), err
		}),
		support.Document: numbered(func(ctx context.Context, who actor.Actor, id int64) (string, error) {
			r, err := a.rooms.documents.documents.Get(ctx, who, id)
			return r.Number, err
		}),
		support.Receipt: numbered(func(ctx context.Context, who actor.Actor, id int64) (string, error) {
			r, err := a.rooms.receipts.receipts.Get(ctx, who, id)
			return strings.TrimSpace(r.Terminal + " " + r.Number), err
		}),
		support.AIC: numbered(func(ctx context.Context, who actor.Actor, id int64) (string, error) {
			r, err := a.rooms.aics.aics.Get(ctx, who, id)
			return string(r.Number), err
		}),
		support.Place: numbered(func(ctx context.Context, who actor.Actor, id int32) (string, error) {
			p, err := places.Place(ctx, who, id)
			return p.Name, err
		}),
		support.Issuer: numbered(func(ctx context.Context, who actor.Actor, id int16) (string, error) {
			g, err := groups.Get(ctx, who, id)
			return g.Group.Name(i18n.From(ctx).Code()), err
		}),
		support.Prefix: func(ctx context.Context, who actor.Actor, id string) (string, error) {
			return ownPrefix(ctx, prefixes, who, id)
		},
	}
}

// numbered names a thing by its number; what is no number names none.
func numbered[N int16 | int32 | int64](name func(context.Context, actor.Actor, N) (string, error)) support.Thing {
	return func(ctx context.Context, who actor.Actor, id string) (string, error) {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil || int64(N(n)) != n {
			return "", support.ErrNotFound
		}
		return name(ctx, who, N(n))
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
