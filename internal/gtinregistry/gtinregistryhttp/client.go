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
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/gs1"
	"kabinet/internal/gtinregistry"
	"kabinet/internal/platform/breaker"
)

// How long the registry may take. It only advises, and a person waits for the
// form: all of it stays well below the time a page has.
const (
	connectTimeout = time.Second
	totalTimeout   = 2 * time.Second
	maxAnswer      = 64 << 10 // of one entry, many times over
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
	base    *url.URL
	token   string
	http    *http.Client
	now     clock.Clock
	breaker breaker.Breaker
}

var _ gtinregistry.Registry = (*Client)(nil)

// New makes a client. The error is about the configuration; the registry need not
// be up.
func New(c Config) (*Client, error) {
	base, err := url.Parse(c.URL)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("GTIN registry: address must be http(s)://host/path")
	}
	if c.Now == nil {
		return nil, errors.New("GTIN registry: no clock")
	}
	if c.Timeout <= 0 {
		c.Timeout = totalTimeout
	}
	return &Client{base: base, token: c.Token, http: newHTTP(c.Timeout), now: c.Now}, nil
}

// newHTTP makes a client that uses no proxy and follows no redirect: the token
// goes to the configured server and nowhere else.
func newHTTP(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout:    connectTimeout,
			MaxIdleConnsPerHost:    8,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: 16 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
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
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.JoinPath("v1/gtins", string(g)).String(), http.NoBody)
	if err != nil {
		return gtinregistry.Entry{}, err
	}
	request.Header.Set("Accept", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return gtinregistry.Entry{}, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusNotFound {
		return gtinregistry.Entry{}, fmt.Errorf("HTTP %d", response.StatusCode)
	}
	a, err := decode(response)
	if err != nil {
		return gtinregistry.Entry{}, err
	}
	e, err := a.raw().Open(g)
	if err == nil && response.StatusCode == http.StatusNotFound {
		return gtinregistry.Entry{GTIN: g, AsOf: c.now()}, nil
	}
	return e, err
}

// decode takes exactly one JSON object of bounded size.
func decode(response *http.Response) (a answer, err error) {
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return a, errors.New("answer is not JSON")
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return a, err
	case len(text) > maxAnswer:
		return a, fmt.Errorf("answer longer than %d bytes", maxAnswer)
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, fmt.Errorf("answer is not an entry: %w", err)
	}
	return a, nil
}
