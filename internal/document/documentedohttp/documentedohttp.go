// Package documentedohttp tells the operator of e-documents what became of e-invoices.
//
//	POST <address>/v1/invoices/answers     Authorization: Bearer <token>
//	Idempotency-Key: <feed>/<invoice>
//	{"feed": "edo", "invoice": "…", "version": 2, "buyer": "301000002", "answer": "accepted",
//	 "via": "portal", "reason": "", "at": "2026-11-22T09:41:00Z",
//	 "signed": "<base64 of the text>", "pkcs7": "<base64>"}
//
//	2xx                       the operator has it
//	409, 410, 422 {"reason": "…"}   it has another answer, and keeps that
//
// Whatever else is tried again. The key is the same each time, so telling twice is
// harmless.
package documentedohttp

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"kabinet/internal/core/text"
	"kabinet/internal/document"
)

const (
	connectTimeout = 5 * time.Second
	totalTimeout   = 30 * time.Second
	maxAnswer      = 64 << 10
	maxReason      = 300 // characters of a refusal that are kept
)

// Client is the Operator over the network.
type Client struct {
	base  *url.URL
	token string
	http  *http.Client
}

var _ document.Operator = (*Client)(nil)

// New makes a client. The error is about the address; the operator need not be up.
func New(address, token string) (*Client, error) {
	base, err := url.Parse(address)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("operator of e-documents: address must be http(s)://host/path")
	}
	return &Client{base: base, token: token, http: newHTTP()}, nil
}

// newHTTP makes a client that uses no proxy and follows no redirect: the token goes
// to the configured server and nowhere else.
func newHTTP() *http.Client {
	return &http.Client{
		Timeout: totalTimeout,
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout:    connectTimeout,
			MaxIdleConnsPerHost:    4,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: 16 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is an outcome as it is sent.
type answer struct {
	Feed    string    `json:"feed"`
	Invoice string    `json:"invoice"`
	Version int64     `json:"version"`
	Buyer   string    `json:"buyer"`
	Answer  string    `json:"answer"`
	Via     string    `json:"via"`
	Reason  string    `json:"reason,omitempty"`
	At      time.Time `json:"at"`
	Signed  string    `json:"signed,omitempty"`
	PKCS7   string    `json:"pkcs7,omitempty"`
}

// Tell gives an answer.
func (c *Client) Tell(ctx context.Context, o document.Outcome) error {
	body, err := json.Marshal(answer{
		Feed: o.Feed, Invoice: o.SourceID, Version: o.Version, Buyer: o.BuyerTIN, Answer: string(o.Answer), Via: string(o.Via), Reason: o.Reason,
		At: o.At.UTC(), Signed: base64.StdEncoding.EncodeToString([]byte(o.Signed)), PKCS7: base64.StdEncoding.EncodeToString(o.Container),
	})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath("v1/invoices/answers").String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Idempotency-Key", url.PathEscape(o.Feed)+"/"+url.PathEscape(o.SourceID))
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	return verdict(response)
}

// verdict reads what the operator says.
func verdict(response *http.Response) error {
	switch code := response.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code != http.StatusConflict && code != http.StatusGone && code != http.StatusUnprocessableEntity:
		return fmt.Errorf("HTTP %d", code)
	}
	var said struct {
		Reason string `json:"reason"`
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return err
	}
	_ = json.Unmarshal(raw, &said) // a refusal without words is one too
	reason, err := text.Line(said.Reason, maxReason)
	if err != nil || reason == "" {
		reason = fmt.Sprintf("HTTP %d", response.StatusCode)
	}
	return document.Refusal(reason)
}
