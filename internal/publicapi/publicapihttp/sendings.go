package publicapihttp

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/eds"
)

// SendingOut is what would be sent, to be signed with the EDS key of the user to
// whom the API key belongs.
type SendingOut struct {
	ID        string    `json:"id" doc:"Of this sending, for ten minutes"`
	Text      string    `json:"text" doc:"Exactly this is signed: an attached PKCS#7 signature over its UTF-8 bytes"`
	Statement string    `json:"statement" doc:"What the signature stands for, in words"`
	Cards     []int64   `json:"cards"`
	LeftOut   []LeftOut `json:"leftOut" doc:"Cards that cannot be sent, and why"`
}

// LeftOut is a card with which nothing was done.
type LeftOut struct {
	ID      int64  `json:"id"`
	GTIN    string `json:"gtin,omitempty"`
	Reason  string `json:"reason" example:"unready"`
	Message string `json:"message" doc:"In the language of Accept-Language"`
	Missing []Lack `json:"missing,omitempty"`
}

// ResultOut is what became of several cards.
type ResultOut struct {
	Done     []int64    `json:"done"`
	LeftOut  []LeftOut  `json:"leftOut"`
	Deadline *time.Time `json:"deadline,omitempty" doc:"By when the operator decides"`
}

type (
	sendingInput struct {
		Body struct {
			Cards []int64 `json:"cards" minItems:"1" maxItems:"300"`
		}
	}
	signedInput struct {
		Again
		ID   string `path:"id" maxLength:"36"`
		Body struct {
			Cards     []int64 `json:"cards" minItems:"1" maxItems:"300" doc:"The same as when the sending was opened"`
			Signature string  `json:"signature" doc:"PKCS#7 in base64" minLength:"1"`
		}
	}
	someInput struct {
		Again
		Body struct {
			Cards []int64 `json:"cards" minItems:"1" maxItems:"300"`
		}
	}
	sendingOutput struct{ Body SendingOut }
	result        = kept[ResultOut]
)

// maxSigned bounds a call that brings a signature, whose message holds what is
// signed: in base64, with the numbers of the cards.
const maxSigned = eds.MaxMessage*4/3 + maxBody

// sendingOperations are the methods that send cards to the operator and take
// them back.
func (a *API) sendingOperations() {
	open := a.cardOperation("sending-open", "POST", sendingPath, perm.CardPublish, 413, 415, 422)
	open.Summary, open.DefaultStatus = "What would be sent", http.StatusCreated
	open.Description = "Checks the cards and gives the text to be signed. Nothing is sent yet. Right: the role “Product description publisher”."
	huma.Register(a.huma, open, a.openSending)

	sign := a.cardOperation("sending-sign", "POST", sendingPath+"/{id}/signature", perm.CardPublish, 409, 410, 413, 415, 422)
	sign.Summary = "Send the signed cards to moderation"
	sign.Description = "The signature must be that of the user to whom the API key belongs, over the text of this sending. A card that was changed since is not sent."
	sign.MaxBodyBytes = maxSigned
	huma.Register(a.huma, sign, a.signSending)

	back := a.cardOperation("sending-take-back", "POST", registryPath+"/take-backs", perm.CardPublish, 409, 413, 415, 422)
	back.Summary = "Take waiting cards back"
	back.Description = "Until the operator has decided. The cards are drafts again."
	huma.Register(a.huma, back, a.takeBack)
}

func (a *API) openSending(ctx context.Context, in *sendingInput) (*sendingOutput, error) {
	challenge, s, err := a.cards.Challenge(ctx, callOf(ctx).Actor(), in.Body.Cards)
	if err != nil {
		return nil, fail(ctx, err)
	}
	out := SendingOut{ID: challenge.ID, Text: challenge.Text, Statement: s.Statement, Cards: make([]int64, len(s.Cards)), LeftOut: leftOut(ctx, s.Left)}
	for i, c := range s.Cards {
		out.Cards[i] = c.ID
	}
	return &sendingOutput{out}, nil
}

func (a *API) signSending(ctx context.Context, in *signedInput) (*result, error) {
	sent := struct {
		ID   string
		Body any
	}{in.ID, in.Body}
	return once(ctx, a, in.Key, "sending-sign", sent, http.StatusOK, func() (ResultOut, error) {
		r, err := a.cards.Send(ctx, callOf(ctx).Actor(), in.Body.Cards, card.Signed{Challenge: in.ID, PKCS7: in.Body.Signature})
		return resultOut(ctx, r), err
	})
}

func (a *API) takeBack(ctx context.Context, in *someInput) (*result, error) {
	return once(ctx, a, in.Key, "take-back", in.Body, http.StatusOK, func() (ResultOut, error) {
		r, err := a.cards.TakeBack(ctx, callOf(ctx).Actor(), in.Body.Cards)
		return resultOut(ctx, r), err
	})
}

func resultOut(ctx context.Context, r card.Result) ResultOut {
	out := ResultOut{Done: append([]int64{}, r.Done...), LeftOut: leftOut(ctx, r.Left)}
	if !r.Deadline.IsZero() {
		at := r.Deadline.UTC()
		out.Deadline = &at
	}
	return out
}

func leftOut(ctx context.Context, left []card.LeftOut) []LeftOut {
	say := speaker(ctx)
	out := make([]LeftOut, len(left))
	for i, l := range left {
		out[i] = LeftOut{ID: l.ID, GTIN: string(l.GTIN)}
		f, ok := fault.As(l.Why)
		if !ok {
			continue
		}
		out[i].Reason, out[i].Message = reasonOf(f.Key), say(f.Key, f.Args...)
		for _, c := range f.Complaints {
			out[i].Missing = append(out[i].Missing, Lack{location(c.Field), say(c.Key, c.Args...)})
		}
	}
	return out
}
