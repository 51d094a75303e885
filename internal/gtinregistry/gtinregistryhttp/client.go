// Package gtinregistryhttp asks the international registry of GS1 over the
// network, in the style of its "Verified by GS1" look-up.
//
//	GET <address>/v1/gtins/04600682000013      Authorization: Bearer <token>
//
//	200 {"gtin": "04600682000013", "names": {"uz": "", "ru": "…", "en": "…"}, "brand": "…",
//	     "company": {"name": "…", "country": "RU"}, "as_of": "2025-12-04T09:41:00+05:00"}
//	404 {"gtin": "04600682000013"}  no such number; a page that is not JSON says nothing
//
// Fields it does not know are left alone. Whatever else is not as above is
// "unavailable": the number could not be checked.
package gtinregistryhttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/gs1"
	"kabinet/internal/gtinregistry"
	"kabinet/internal/platform/breaker"
	"kabinet/internal/platform/outbound"
)

// How long the registry may take. It only advises, and a person waits for the
// form: all of it stays well below the time a page has.
const (
	connectTimeout = time.Second
	totalTimeout   = 2 * time.Second
)

// Config is what a Client needs.
type Config struct {
	URL     string // of the registry, without a trailing slash
	Token   string // sent as a bearer token; empty sends none
	Timeout time.Duration
	Now     clock.Clock
}

// Client is the Registry over the network.
type Client struct {
	peer    *outbound.Peer
	now     clock.Clock
	breaker breaker.Breaker
}

var _ gtinregistry.Registry = (*Client)(nil)

// New makes a client. The error is about the configuration; the registry need not
// be up.
func New(c Config) (*Client, error) {
	if c.Now == nil {
		return nil, errors.New("GTIN registry: no clock")
	}
	if c.Timeout <= 0 {
		c.Timeout = totalTimeout
	}
	peer, err := outbound.NewPeer(c.URL, c.Token, outbound.Patience{Connect: connectTimeout, Total: c.Timeout})
	if err != nil {
		return nil, fmt.Errorf("GTIN registry: %w", err)
	}
	return &Client{peer: peer, now: c.Now}, nil
}

// Find asks for an entry.
func (c *Client) Find(ctx context.Context, g gs1.GTIN) (gtinregistry.Entry, error) {
	if !c.breaker.Allow(c.now()) {
		return gtinregistry.Entry{}, gtinregistry.ErrUnavailable.Because(errors.New("the registry failed repeatedly, waiting"))
	}
	e, err := c.ask(ctx, g)
	// A person who closed the page says nothing about the registry's health.
	c.breaker.Record(c.now(), err != nil && ctx.Err() == nil)
	if err != nil {
		return gtinregistry.Entry{}, gtinregistry.ErrUnavailable.Because(err)
	}
	return e, nil
}

// answer is an entry as it is sent.
type answer struct {
	GTIN  string `json:"gtin"`
	Names struct {
		Uz string `json:"uz"`
		Ru string `json:"ru"`
		En string `json:"en"`
	} `json:"names"`
	Brand   string `json:"brand"`
	Company struct {
		Name    string `json:"name"`
		Country string `json:"country"`
	} `json:"company"`
	AsOf time.Time `json:"as_of"`
}

func (a answer) raw() gtinregistry.Raw {
	return gtinregistry.Raw{
		GTIN: a.GTIN, NameUz: a.Names.Uz, NameRu: a.Names.Ru, NameEn: a.Names.En, Brand: a.Brand,
		Company: a.Company.Name, Country: a.Company.Country, AsOf: a.AsOf,
	}
}

func (c *Client) ask(ctx context.Context, g gs1.GTIN) (gtinregistry.Entry, error) {
	response, err := c.peer.Ask(ctx, outbound.Question{Method: http.MethodGet, Path: []string{"v1/gtins", string(g)}})
	if err != nil {
		return gtinregistry.Entry{}, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusNotFound {
		return gtinregistry.Entry{}, fmt.Errorf("HTTP %d", response.StatusCode)
	}
	var a answer
	if err := outbound.Decode(response, &a); err != nil {
		return gtinregistry.Entry{}, err
	}
	e, err := a.raw().Open(g)
	if err == nil && response.StatusCode == http.StatusNotFound {
		return gtinregistry.Entry{GTIN: g, AsOf: c.now()}, nil
	}
	return e, err
}
