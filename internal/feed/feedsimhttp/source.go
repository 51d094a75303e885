// Package feedsimhttp plays the state systems that deliver: it pushes invented
// messages over the real interface. Development and tests use it.
package feedsimhttp

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"kabinet/internal/feed"
)

// Message is one as the interface takes it.
type Message struct {
	ID         string         `json:"id"`
	Version    int64          `json:"version"`
	Kind       string         `json:"kind"`
	OccurredAt time.Time      `json:"occurred_at"`
	TIN        string         `json:"tin,omitempty"`
	Body       map[string]any `json:"body"`
}

// Answer is what the interface says.
type Answer struct {
	Delivery int64 `json:"delivery"`
	Stored   int   `json:"stored"`
	Results  []struct {
		Message int          `json:"message"`
		ID      string       `json:"id"`
		Outcome feed.Outcome `json:"outcome"`
		Reason  string       `json:"reason"`
		Detail  string       `json:"detail"`
	} `json:"results"`
}

// Outcomes are those of the messages, in their order.
func (a Answer) Outcomes() []feed.Outcome {
	all := make([]feed.Outcome, len(a.Results))
	for i, r := range a.Results {
		all[i] = r.Outcome
	}
	return all
}

// Source is a system that delivers.
type Source struct {
	Code    string // of its feed
	Kind    string
	Token   string
	BaseURL string
	Client  *http.Client
}

// Push delivers messages in one call, packed as large ones are.
func (s Source) Push(ctx context.Context, all ...Message) (a Answer, err error) {
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	lines := json.NewEncoder(z)
	for _, m := range all {
		if err := lines.Encode(m); err != nil {
			return a, fmt.Errorf("write message: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return a, fmt.Errorf("pack messages: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.BaseURL+"/feeds/v1/"+s.Code+"/messages", &body)
	if err != nil {
		return a, fmt.Errorf("push: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Token)
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("Content-Encoding", "gzip")
	res, err := s.Client.Do(r)
	if err != nil {
		return a, fmt.Errorf("push: %w", err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusOK {
		return a, fmt.Errorf("push to %s: %s", s.Code, res.Status)
	}
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
		return a, fmt.Errorf("push: %w", err)
	}
	return a, nil
}
