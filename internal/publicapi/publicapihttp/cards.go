package publicapihttp

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"kabinet/internal/card"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/problem"
)

// Addresses of the methods about cards: reading is where the marking system has
// it (domain.md 3.2), writing is ours beside it.
const (
	registryPath = Prefix + "/v1/product-registry"
	cardsPath    = registryPath + "/cards"
	cardPath     = cardsPath + "/{id}"
	sendingPath  = registryPath + "/sendings"
)

func ownCardPath(id int64) string { return cardsPath + "/" + strconv.FormatInt(id, 10) }

type (
	newCardInput struct {
		Again
		Body CardIn
	}
	CardInput struct {
		ID int64 `path:"id" minimum:"1" doc:"Of a card of your organization" example:"1042"`
	}
	changeCardInput struct {
		CardInput
		Body struct {
			Revision int    `json:"revision" doc:"The card's revision as you read it last" minimum:"1"`
			Card     CardIn `json:"card"`
		}
	}
	copyCardInput struct {
		Again
		CardInput
		Body struct {
			GTIN string `json:"gtin" maxLength:"40" doc:"Of the new card"`
		}
	}
	cardOutput struct{ Body CardOut }
	madeCard   = kept[CardOut]
)

// cardOperations are the methods for cards of one's own.
func (a *API) cardOperations() {
	create := a.cardOperation("card-create", "POST", cardsPath, perm.CardEdit, 409, 413, 415, 422)
	create.Summary, create.DefaultStatus = "New product card", http.StatusCreated
	create.Description = "Makes a draft. One live card for a GTIN in an organization. Right: the role “Product description editor” and the product group."
	huma.Register(a.huma, create, a.createCard)

	read := a.cardOperation("card-read", "GET", cardPath, perm.CardRead)
	read.Summary = "Product card of your organization"
	read.Description = "Its newest version with state, what is missing and the operator's remarks."
	huma.Register(a.huma, read, a.readCard)

	change := a.cardOperation("card-change", "PUT", cardPath, perm.CardEdit, 409, 413, 415, 422)
	change.Summary = "Change a product card"
	change.Description = "The body is the whole card: what is left out becomes empty. A published or returned card gets a new version; the published one stays in force. " +
		"Safe to send again. 409 when somebody saved since the revision."
	huma.Register(a.huma, change, a.changeCard)

	copied := a.cardOperation("card-copy", "POST", cardPath+"/copies", perm.CardEdit, 409, 413, 415, 422)
	copied.Summary, copied.DefaultStatus = "Copy a product card to another GTIN", http.StatusCreated
	copied.Description = "With all it says and its photos, as a draft."
	huma.Register(a.huma, copied, a.copyCard)
}

func (a *API) cardOperation(id, method, path string, right perm.Code, errors ...int) huma.Operation {
	op := a.operation(id, method, path, right, errors...)
	op.Tags = []string{"product-registry"}
	return op
}

func (a *API) createCard(ctx context.Context, in *newCardInput) (*madeCard, error) {
	return once(ctx, a, in.Key, "card-create", in.Body, http.StatusCreated, func() (CardOut, error) {
		typed, err := in.Body.typed()
		if err != nil {
			return CardOut{}, err
		}
		id, err := a.cards.Create(ctx, callOf(ctx).Actor(), card.FormKey(in.ticket(ctx), typed), typed)
		if err != nil {
			return CardOut{}, err
		}
		return a.oneCard(ctx, id)
	})
}

// ticket makes the card itself know the call: should the process die before the
// answer is kept, the call sent again finds the card it made.
func (k Again) ticket(ctx context.Context) string {
	if k.Key == "" {
		return ""
	}
	return "api:" + strconv.FormatInt(callOf(ctx).Key.MemberID, 10) + ":" + k.Key
}

func (a *API) readCard(ctx context.Context, in *CardInput) (*cardOutput, error) {
	out, err := a.oneCard(ctx, in.ID)
	if err != nil {
		return nil, fail(ctx, err)
	}
	return &cardOutput{out}, nil
}

func (a *API) changeCard(ctx context.Context, in *changeCardInput) (*cardOutput, error) {
	typed, err := in.Body.Card.typed()
	if err != nil {
		return nil, failIn(ctx, err, "card.")
	}
	r, err := a.cards.Get(ctx, callOf(ctx).Actor(), in.ID)
	if err != nil {
		return nil, fail(ctx, err)
	}
	if err := a.cards.Save(ctx, callOf(ctx).Actor(), in.ID, in.Body.Revision, typed.Over(emptied(r))); err != nil {
		return nil, failIn(ctx, err, "card.")
	}
	return a.readCard(ctx, &in.CardInput)
}

// emptied is a card with nothing in its fields: what a body leaves out becomes
// empty, attributes too.
func emptied(r card.Record) card.Typed {
	t := card.Typed{}
	for field := range r.Version.Content.Typed() {
		t[field] = ""
	}
	return t
}

func (a *API) copyCard(ctx context.Context, in *copyCardInput) (*madeCard, error) {
	sent := struct {
		ID   int64
		GTIN string
	}{in.ID, in.Body.GTIN}
	return once(ctx, a, in.Key, "card-copy", sent, http.StatusCreated, func() (CardOut, error) {
		formKey := card.FormKey(in.ticket(ctx), card.Typed{card.FieldGTIN: in.Body.GTIN})
		id, err := a.cards.Copy(ctx, callOf(ctx).Actor(), in.ID, in.Body.GTIN, formKey)
		if err != nil {
			return CardOut{}, err
		}
		return a.oneCard(ctx, id)
	})
}

func (a *API) oneCard(ctx context.Context, id int64) (CardOut, error) {
	r, err := a.cards.Get(ctx, callOf(ctx).Actor(), id)
	if err != nil {
		return CardOut{}, err
	}
	return a.cardOut(r, speaker(ctx)), nil
}

// speaker says messages in the language the program asked for.
func speaker(ctx context.Context) func(key string, args ...any) string {
	lang := problem.Language(boundTo(ctx).r)
	return func(key string, args ...any) string { return i18n.Text(lang, key, args...) }
}
