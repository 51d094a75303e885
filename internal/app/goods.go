package app

import (
	"github.com/go-chi/chi/v5"

	"kabinet/internal/attribute"
	"kabinet/internal/attribute/attributehttp"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/gs1prefix/gs1prefixhttp"
	"kabinet/internal/member"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/productgroup"
	"kabinet/internal/productgroup/productgrouphttp"
	"kabinet/internal/request"
	"kabinet/internal/request/requesthttp"
	"kabinet/internal/workday"
	"kabinet/internal/workday/workdayhttp"
)

// goodsPages are the rooms about what an organization may mark: its product
// groups with what their cards say, its GS1 prefixes, and what it asks the
// operator for about both; and the calendar by which the operator answers.
type goodsPages struct {
	groups     productgrouphttp.Handlers
	attributes attributehttp.Handlers
	prefixes   gs1prefixhttp.Handlers
	requests   requesthttp.Handlers
	calendar   workdayhttp.Handlers
}

// goodsPages makes the rooms; what was asked of the operator is drawn by the
// feature that owns it.
func (a *App) goodsPages() goodsPages {
	groups := a.groupService()
	requests := requesthttp.Handlers{Requests: &request.Service{DB: a.db}, Groups: groups, Sessions: a.sessions, Now: a.now}
	return goodsPages{
		groups:     productgrouphttp.Handlers{Groups: groups, Sessions: a.sessions, Requests: requests.OfGroup},
		attributes: attributehttp.Handlers{Attributes: &attribute.Service{DB: a.db}, Sessions: a.sessions},
		prefixes:   gs1prefixhttp.Handlers{Prefixes: &gs1prefix.Service{DB: a.db}, Sessions: a.sessions, Requests: requests.OfNumbers},
		requests:   requests,
		calendar:   workdayhttp.Handlers{Days: &workday.Service{DB: a.db}, Sessions: a.sessions, Now: a.now},
	}
}

// groupService keeps product groups; who may work in one is kept with the users.
func (a *App) groupService() *productgroup.Service {
	return &productgroup.Service{DB: a.db, Link: member.LinkGroupTx}
}

func (p goodsPages) members(m chi.Router, wrap httpx.Wrap) {
	p.groups.Routes(m, wrap)
	p.prefixes.Routes(m, wrap)
	p.requests.Routes(m, wrap)
}

func (p goodsPages) staff(m chi.Router, wrap httpx.Wrap) {
	p.groups.Staff(m, wrap)
	p.attributes.Staff(m, wrap)
	p.calendar.Staff(m, wrap)
	p.prefixes.Staff(m, wrap)
	p.requests.Staff(m, wrap)
}
