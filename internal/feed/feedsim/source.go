// Package feedsim plays the state systems that deliver: it invents their messages
// and makes the calls of them that the real interface takes. Development and tests
// send them.
package feedsim

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
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
	Code  string // of its feed
	Kind  string
	Token string
}

// Call is what a source sends to the portal by POST.
type Call struct {
	Path   string
	Header map[string]string
	Body   []byte
}

// Call delivers messages, packed as large calls are.
func (s Source) Call(all ...Message) (Call, error) {
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	lines := json.NewEncoder(z)
	for _, m := range all {
		if err := lines.Encode(m); err != nil {
			return Call{}, fmt.Errorf("write message: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return Call{}, fmt.Errorf("pack messages: %w", err)
	}
	return Call{Path: "/feeds/v1/" + s.Code + "/messages", Body: body.Bytes(), Header: map[string]string{
		"Authorization": "Bearer " + s.Token, "Content-Type": "application/x-ndjson", "Content-Encoding": "gzip",
	}}, nil
}

// ReadAnswer reads what the portal says of a call that it took.
func ReadAnswer(r io.Reader) (a Answer, err error) {
	if err := json.NewDecoder(r).Decode(&a); err != nil {
		return a, fmt.Errorf("read answer: %w", err)
	}
	return a, nil
}
