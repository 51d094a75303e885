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
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"kabinet/internal/core/text"
	"kabinet/internal/document"
	"kabinet/internal/platform/outbound"
)

const (
	connectTimeout = 5 * time.Second
	totalTimeout   = 30 * time.Second
	maxRefusal     = 64 << 10
	maxReason      = 300 // characters of a refusal that are kept
)

// Client is the Operator over the network.
type Client struct{ peer *outbound.Peer }

var _ document.Operator = (*Client)(nil)

// New makes a client. The error is about the address; the operator need not be up.
func New(address, token string) (*Client, error) {
	peer, err := outbound.NewPeer(address, token, outbound.Patience{Connect: connectTimeout, Total: totalTimeout})
	if err != nil {
		return nil, fmt.Errorf("operator of e-documents: %w", err)
	}
	return &Client{peer: peer}, nil
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
	response, err := c.peer.Ask(ctx, outbound.Question{
		Method: http.MethodPost, Path: []string{"v1/invoices/answers"}, Body: answerOf(o),
		Header: http.Header{"Idempotency-Key": {url.PathEscape(o.Feed) + "/" + url.PathEscape(o.SourceID)}},
	})
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	return verdict(response)
}

func answerOf(o document.Outcome) answer {
	return answer{
		Feed: o.Feed, Invoice: o.SourceID, Version: o.Version, Buyer: o.BuyerTIN, Answer: string(o.Answer), Via: string(o.Via), Reason: o.Reason,
		At: o.At.UTC(), Signed: base64.StdEncoding.EncodeToString([]byte(o.Signed)), PKCS7: base64.StdEncoding.EncodeToString(o.Container),
	}
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
	raw, err := outbound.Read(response, maxRefusal)
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
