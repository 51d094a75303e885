// Package registerhttp asks the state register of taxpayers over the network.
//
// One question goes out, as a POST, so that no personal number stands in an
// address that others log:
//
//	POST <address>/v1/taxpayers/find      Authorization: Bearer <token>
//	{"tin": "302118447"}                  or {"pinfl": "31203800010017"}
//
//	200 {"tin": "302118447", "names": {"uz": "…", "ru": "…", "en": ""}, "legal_form": "mchj",
//	     "director": {"name": "…", "pinfl": "…"},
//	     "address": {"region": "SA", "district": "…", "street": "…"},
//	     "status": "active", "vat": true, "as_of": "2025-12-04T09:41:00+05:00"}
//	404 no such number
//
// Fields it does not know are left alone: a register that says more tomorrow
// must not stop registrations. Whatever else is not as above is "unavailable".
package registerhttp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/breaker"
	"kabinet/internal/platform/outbound"
	"kabinet/internal/register"
)

// How long the register may take. A person waits for the answer, so all of it
// stays well below the time a signing page has.
const (
	connectTimeout = 2 * time.Second
	totalTimeout   = 8 * time.Second
)

// Config is what a Client needs.
type Config struct {
	URL     string // of the register, without a trailing slash
	Token   string // sent as a bearer token; empty sends none
	Timeout time.Duration
	Now     clock.Clock
}

// Client is the Register over the network.
type Client struct {
	peer    *outbound.Peer
	now     clock.Clock
	breaker breaker.Breaker
}

var _ register.Register = (*Client)(nil)

// New makes a client. The error is about the configuration; the register need
// not be up.
func New(c Config) (*Client, error) {
	if c.Now == nil {
		return nil, errors.New("register: no clock")
	}
	if c.Timeout <= 0 {
		c.Timeout = totalTimeout
	}
	peer, err := outbound.NewPeer(c.URL, c.Token, outbound.Patience{Connect: connectTimeout, Total: c.Timeout})
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	return &Client{peer: peer, now: c.Now}, nil
}

// Find asks for an entry.
func (c *Client) Find(ctx context.Context, n register.Number) (register.Entry, error) {
	if !c.breaker.Allow(c.now()) {
		return register.Entry{}, register.ErrUnavailable.Because(errors.New("register failed repeatedly, waiting"))
	}
	answer, err := c.ask(ctx, n)
	if dial(err) {
		answer, err = c.ask(ctx, n) // nothing was sent yet
	}
	// A person who closed the page says nothing about the register's health.
	c.breaker.Record(c.now(), errors.Is(err, register.ErrUnavailable) && ctx.Err() == nil)
	if err != nil {
		return register.Entry{}, err
	}
	e, err := answer.raw().Open()
	if err == nil && !answers(e, n) {
		return register.Entry{}, register.ErrUnread.Because(errors.New("register answers about another number"))
	}
	return e, err
}

// answers reports whether an entry is that of the number asked for.
func answers(e register.Entry, n register.Number) bool {
	if n.TIN != "" {
		return e.TIN == n.TIN
	}
	return e.Director.PINFL == n.PINFL
}

// dial reports whether no connection was made at all.
func dial(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// entry is an answer as it is sent.
type entry struct {
	TIN       string `json:"tin"`
	Names     names  `json:"names"`
	LegalForm string `json:"legal_form"`
	Director  struct {
		Name  string `json:"name"`
		PINFL string `json:"pinfl"`
	} `json:"director"`
	Address struct {
		Region   string `json:"region"`
		District string `json:"district"`
		Street   string `json:"street"`
	} `json:"address"`
	Status string    `json:"status"`
	VAT    *bool     `json:"vat"`
	AsOf   time.Time `json:"as_of"`
}

type names struct {
	Uz string `json:"uz"`
	Ru string `json:"ru"`
	En string `json:"en"`
}

func (e entry) raw() register.Raw {
	return register.Raw{
		TIN: e.TIN, NameUz: e.Names.Uz, NameRu: e.Names.Ru, NameEn: e.Names.En, Form: e.LegalForm,
		Director: e.Director.Name, PINFL: e.Director.PINFL,
		Region: e.Address.Region, District: e.Address.District, Street: e.Address.Street,
		Status: e.Status, VAT: e.VAT, AsOf: e.AsOf,
	}
}

func (c *Client) ask(ctx context.Context, n register.Number) (e entry, err error) {
	response, err := c.peer.Ask(ctx, outbound.Question{Method: http.MethodPost, Path: []string{"v1/taxpayers/find"}, Body: question(n)})
	if err != nil {
		return e, register.ErrUnavailable.Because(err)
	}
	defer func() { _ = response.Body.Close() }()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return e, register.ErrUnknown
	default:
		return e, register.ErrUnavailable.Because(fmt.Errorf("HTTP %d", response.StatusCode))
	}
	if err := outbound.Decode(response, &e); err != nil {
		return e, register.ErrUnavailable.Because(err)
	}
	return e, nil
}

// question is what the register is asked.
func question(n register.Number) map[string]string {
	if n.TIN != "" {
		return map[string]string{"tin": string(n.TIN)}
	}
	return map[string]string{"pinfl": string(n.PINFL)}
}
