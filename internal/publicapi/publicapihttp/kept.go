package publicapihttp

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"kabinet/internal/publicapi"
)

// Again is the header of a call that is safe to send again.
type Again struct {
	Key string `header:"Idempotency-Key" doc:"Up to 64 visible characters of your own; the same call sent again within 24 hours gets the same answer and does nothing" example:"5f3c1a"`
}

// kept is an answer that may have been given before.
type kept[T any] struct {
	Status   int
	Replayed string `header:"Idempotency-Replayed" doc:"true when the answer was given before"`
	Body     T
}

// once answers a call that is sent again with what it was answered before. sent
// is all that makes the call what it is.
func once[T any](ctx context.Context, a *API, key, method string, sent any, status int, fn func() (T, error)) (*kept[T], error) {
	text, err := json.Marshal(sent)
	if err != nil {
		return nil, fail(ctx, fmt.Errorf("print of a call: %w", err))
	}
	print := sha256.Sum256(append([]byte(method+"\n"), text...))
	answer, err := a.service.Once(ctx, callOf(ctx), key, print, func() (publicapi.Answer, error) {
		body, err := fn()
		if err != nil {
			return publicapi.Answer{}, err
		}
		text, err := json.Marshal(body)
		r, some := any(body).(ResultOut)
		return publicapi.Answer{Status: status, Body: text, Idle: some && len(r.Done) == 0}, err
	})
	if err != nil {
		return nil, fail(ctx, err)
	}
	out := &kept[T]{Status: answer.Status}
	if answer.Again {
		out.Replayed = "true"
	}
	if err := json.Unmarshal(answer.Body, &out.Body); err != nil {
		return nil, fail(ctx, fmt.Errorf("answer of a call: %w", err))
	}
	return out, nil
}
