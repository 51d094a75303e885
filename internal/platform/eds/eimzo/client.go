// Package eimzo asks E-IMZO-SERVER, the vendor's verification service, about
// signatures made with national certificates.
//
// The server knows nothing of our sessions, organizations or roles, does not
// return what was signed at a login, and has no client authentication: it must
// be reachable by the portal only. Its numbers mean different things at
// different addresses, so every address has its own table.
package eimzo

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/breaker"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/outbound"
)

const (
	name = "eimzo"

	connectTimeout = 5 * time.Second
	totalTimeout   = 30 * time.Second
	// maxAnswer holds a document of ten megabytes less, and everything else
	// the server says about it; documents come back only when attached.
	maxAnswer     = 8 << 20
	defaultDocMax = 10 << 20
)

// Config is what a Verifier needs. URL and Now are required.
type Config struct {
	// URL is the server's address without a path, such as http://10.0.0.5:8080.
	URL string
	// Host is the domain registered with the vendor. Empty: the caller's.
	Host string
	// Location is the time zone of the server's dates; UTC+5 by default.
	Location *time.Location
	// DocMax is the largest document, in bytes; 10 MiB by default.
	DocMax int
	// Timeout bounds one call altogether, 30 s by default.
	Timeout time.Duration
	Now     clock.Clock
}

// Verifier is the eds.Verifier that asks E-IMZO-SERVER.
type Verifier struct {
	base    *url.URL
	host    string
	zone    *time.Location
	docMax  int
	http    *http.Client
	now     clock.Clock
	breaker breaker.Breaker
}

var _ interface {
	eds.Verifier
	eds.HealthChecker
} = (*Verifier)(nil)

// New makes a verifier. The error is about the configuration; the server need
// not be up.
func New(c Config) (*Verifier, error) {
	base, err := outbound.Address(c.URL)
	if err != nil || base.Path != "" && base.Path != "/" {
		return nil, errors.New("eimzo: address must be http(s)://host:port")
	}
	if c.Now == nil {
		return nil, errors.New("eimzo: no clock")
	}
	v := &Verifier{base: base, host: c.Host, zone: c.Location, docMax: c.DocMax, now: c.Now}
	if v.zone == nil {
		v.zone = clock.Tashkent()
	}
	if v.docMax <= 0 {
		v.docMax = defaultDocMax
	}
	if c.Timeout <= 0 {
		c.Timeout = totalTimeout
	}
	v.http = outbound.Client(outbound.Patience{Connect: connectTimeout, Total: c.Timeout})
	return v, nil
}

// endpoint is one address of the server.
type endpoint struct {
	method, path string
	// refused is what HTTP 400 means here.
	refused error
	// once forbids a second attempt, because the first one uses something up.
	once bool
}

var (
	getChallenge   = endpoint{http.MethodGet, "/frontend/challenge", eds.ErrUnavailable, false}
	postAuth       = endpoint{http.MethodPost, "/backend/auth", eds.ErrMalformed, true}
	postStamp      = endpoint{http.MethodPost, "/frontend/timestamp/pkcs7", eds.ErrMalformed, false}
	postVerify     = endpoint{http.MethodPost, "/backend/pkcs7/verify/detached", eds.ErrMalformed, false}
	postAttached   = endpoint{http.MethodPost, "/backend/pkcs7/verify/attached", eds.ErrMalformed, false}
	getInformation = endpoint{http.MethodGet, "/info", eds.ErrUnavailable, false}
)

// call sends the parts in base64, joined as the server expects them, and
// decodes its answer. Every error is eds.ErrUnavailable or eds.ErrMalformed.
func (v *Verifier) call(ctx context.Context, c eds.Client, e endpoint, answer any, parts ...[]byte) error {
	if !v.breaker.Allow(v.now()) {
		return fmt.Errorf("%w: %s failed repeatedly, waiting", eds.ErrUnavailable, v.base.Host)
	}
	body := join(parts)
	text, err := v.send(ctx, c, e, body)
	if errors.Is(err, syscall.ECONNREFUSED) && !e.once {
		text, err = v.send(ctx, c, e, body)
	}
	if err == nil {
		if decoding := json.Unmarshal(text, answer); decoding != nil {
			err = fmt.Errorf("%w: answer: %w", eds.ErrUnavailable, decoding)
		}
	}
	// A person who closed the page says nothing about the server's health.
	v.breaker.Record(v.now(), errors.Is(err, eds.ErrUnavailable) && ctx.Err() == nil)
	if err != nil {
		return fmt.Errorf("%s: %w", e.path, err)
	}
	return nil
}

func (v *Verifier) send(ctx context.Context, c eds.Client, e endpoint, body []byte) ([]byte, error) {
	request, err := v.request(ctx, c, e, body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", eds.ErrUnavailable, err)
	}
	response, err := v.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", eds.ErrUnavailable, err)
	}
	defer func() { _ = response.Body.Close() }()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusBadRequest:
		return nil, fmt.Errorf("%w: HTTP 400", e.refused)
	default:
		return nil, fmt.Errorf("%w: HTTP %d", eds.ErrUnavailable, response.StatusCode)
	}
	text, err := outbound.Read(response, maxAnswer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", eds.ErrUnavailable, err)
	}
	return text, nil
}

func (v *Verifier) request(ctx context.Context, c eds.Client, e endpoint, body []byte) (*http.Request, error) {
	host := v.host
	if host == "" {
		host = c.Host
	}
	ip, err := netip.ParseAddr(c.IP)
	if err != nil {
		return nil, fmt.Errorf("end user's address: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, e.method, v.base.JoinPath(e.path).String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	// The server tells sites apart by these. The Host header has a field of
	// its own; set among the headers it would be ignored without a word.
	request.Host = host
	request.Header.Set("X-Forwarded-Host", host)
	request.Header.Set("X-Real-Host", host)
	request.Header.Set("X-Real-IP", ip.Unmap().String())
	request.Header.Set("Accept", "application/json")
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/octet-stream")
	}
	return request, nil
}

// join writes the parts in base64 with bars between.
func join(parts [][]byte) []byte {
	var body []byte
	for i, part := range parts {
		if i > 0 {
			body = append(body, '|')
		}
		body = base64.StdEncoding.AppendEncode(body, part)
	}
	return body
}
