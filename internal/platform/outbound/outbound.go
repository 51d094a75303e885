// Package outbound asks other systems over HTTP: registers, the operator of
// e-documents, the verification service.
//
// Personal numbers and tokens leave the portal here, so a client uses no proxy and
// follows no redirect: what is sent goes to the configured server and nowhere else.
// What comes back is bounded and believed only when it is JSON.
package outbound

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	maxAnswer  = 64 << 10 // of one entry, many times over
	maxHeaders = 16 << 10
)

var (
	// ErrAddress is an address that is none of an HTTP server.
	ErrAddress = errors.New("address must be http(s)://host/path")
	// ErrAnswer is an answer that is not a JSON value of the shape expected. It does
	// not quote the answer, which may hold personal data.
	ErrAnswer = errors.New("answer is not the JSON expected")
)

// Address reads the address of a server: http or https, a host, perhaps a path;
// no user, query or fragment. The error is ErrAddress.
func Address(text string) (*url.URL, error) {
	base, err := url.Parse(text)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, ErrAddress
	}
	return base, nil
}

// Patience is how long a server may take.
type Patience struct {
	Connect time.Duration // for a connection, and again for its TLS
	Total   time.Duration // for a whole call with its answer
}

// Client makes a client for one server.
func Client(p Patience) *http.Client {
	return &http.Client{
		Timeout: p.Total,
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: p.Connect}).DialContext,
			TLSHandshakeTimeout:    p.Connect,
			MaxIdleConnsPerHost:    16, // default 2 makes a connection per call once people come at once
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: maxHeaders,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Peer is a server that is asked in JSON.
type Peer struct {
	base  *url.URL
	token string
	http  *http.Client
}

// NewPeer makes a peer; an empty token sends none. The error is ErrAddress; the
// server need not be up.
func NewPeer(address, token string, p Patience) (*Peer, error) {
	base, err := Address(address)
	if err != nil {
		return nil, err
	}
	return &Peer{base: base, token: token, http: Client(p)}, nil
}

// Question is one call. Body is sent as JSON unless it is nil.
type Question struct {
	Method string
	Path   []string // its elements, escaped when they are joined
	Body   any
	Header http.Header // beyond what Ask sets
}

// Ask sends a question. The caller closes the answer's body.
func (p *Peer) Ask(ctx context.Context, q Question) (*http.Response, error) {
	body, err := encode(q.Body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, q.Method, p.base.JoinPath(q.Path...).String(), body)
	if err != nil {
		return nil, err
	}
	maps.Copy(request.Header, q.Header)
	request.Header.Set("Accept", "application/json")
	if q.Body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	return p.http.Do(request)
}

func encode(body any) (io.Reader, error) {
	if body == nil {
		return http.NoBody, nil
	}
	text, err := json.Marshal(body)
	return bytes.NewReader(text), err
}

// Decode reads exactly one JSON value of bounded size into v. Fields that v does not
// know are left alone: a server that says more tomorrow must not stop the portal.
func Decode(response *http.Response, v any) error {
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return fmt.Errorf("%w: of another type", ErrAnswer)
	}
	text, err := Read(response, maxAnswer)
	if err != nil {
		return err
	}
	if json.Unmarshal(text, v) != nil {
		return ErrAnswer // the decoder's words could quote it
	}
	return nil
}

// Read returns a body of at most limit bytes.
func Read(response *http.Response, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err == nil && int64(len(text)) > limit {
		return nil, fmt.Errorf("answer longer than %d bytes", limit)
	}
	return text, err
}
