package publicapihttp

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kabinet/internal/apikey"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/publicapi"
)

// Names are a name in the three languages of the portal.
type Names struct {
	Uz string `json:"uz" example:"Zarafshon Sut"`
	Ru string `json:"ru" example:"Зарафшан Сут"`
	En string `json:"en" example:"Zarafshon Sut"`
}

// Group is a product group.
type Group struct {
	ID     int16  `json:"id" doc:"Number of the product group" example:"13"`
	Code   string `json:"code" doc:"Its code" example:"dairy"`
	Name   Names  `json:"name"`
	Issuer *bool  `json:"issuer,omitempty" doc:"Whether the organization issues marking codes; of your own only"`
	Status string `json:"status,omitempty" doc:"pending, active or blocked; of your own only" enum:"pending,active,blocked"`
}

// Party is an organization.
type Party struct {
	TIN           taxid.TIN `json:"tin" example:"302118447"`
	Name          Names     `json:"name"`
	FullName      *Names    `json:"fullName,omitempty" doc:"With the legal form; of your own organization only"`
	ProductGroups []Group   `json:"productGroups" doc:"Of other organizations those in force only"`
}

// Key is the state of the key that calls.
type Key struct {
	ID         int64      `json:"id" example:"1042"`
	Name       string     `json:"name" example:"1C, warehouse"`
	Key        string     `json:"key" doc:"First and last characters" example:"kbn_Ab12…9xYz"`
	Owner      string     `json:"owner" doc:"The user whose rights the key has"`
	CreatedAt  time.Time  `json:"createdAt"`
	ExpiresAt  time.Time  `json:"expiresAt"`
	DaysLeft   int        `json:"daysLeft" doc:"Days that have begun" example:"30"`
	LastUsedAt *time.Time `json:"lastUsedAt,omitempty" doc:"Before this call, exact to a minute"`
}

// NewKey is a key with its value.
type NewKey struct {
	Key
	Value string `json:"apiKey" doc:"The new key. It is shown once: keep it before you use it"`
}

type (
	tinInput struct {
		TIN string `path:"tin" doc:"Tax number of an organization, 9 digits" example:"302118447"`
	}
	ownInput struct {
		TIN string `path:"tin" doc:"Tax number of your organization, 9 digits" example:"302118447"`
	}
	refreshInput struct {
		TIN  string `path:"tin" doc:"Tax number of your organization, 9 digits" example:"302118447"`
		Body struct {
			TIN string `json:"tin" doc:"The tax number once more" pattern:"^[2-9][0-9]{8}$" example:"302118447"`
		}
	}
	partyOutput  struct{ Body Party }
	keyOutput    struct{ Body Key }
	newKeyOutput struct{ Body NewKey }
)

// operations are the methods.
func (a *API) operations() {
	status := a.operation("party-status", "GET", partyPath+"/status", perm.OrgRead)
	status.Summary = "Organization by tax number"
	status.Description = "Your own organization with all its product groups; of others, when they are registered, name and groups. Right: PARTY.SHRINK-READ."
	huma.Register(a.huma, status, a.status)

	check := a.operation("api-key-check", "GET", partyPath+"/api-keys/check", perm.OrgRead)
	check.Summary = "State of the key that calls"
	check.Description = "How long the key will be valid and whose it is."
	huma.Register(a.huma, check, a.check)

	refresh := a.operation("api-key-refresh", "POST", partyPath+"/api-keys/refresh", perm.KeyManage, 409, 413, 415, 422)
	refresh.Summary = "New value for the key that calls"
	refresh.Description = "The old value stops working at once. The end stays: a key for more days is made in the portal, where its user signs for it. " +
		"Right: the role “API key manager”."
	huma.Register(a.huma, refresh, a.refresh)

	a.goodsOperations()
	a.cardOperations()
	a.photoOperations()
	a.sendingOperations()
}

func (a *API) status(ctx context.Context, _ *tinInput) (*partyOutput, error) {
	v, err := a.service.Status(callOf(ctx))
	if err != nil {
		return nil, fail(ctx, err)
	}
	return &partyOutput{Body: party(v)}, nil
}

func (a *API) check(ctx context.Context, _ *ownInput) (*keyOutput, error) {
	k, err := a.service.Check(callOf(ctx))
	if err != nil {
		return nil, fail(ctx, err)
	}
	return &keyOutput{Body: keyOf(k)}, nil
}

func (a *API) refresh(ctx context.Context, in *refreshInput) (*newKeyOutput, error) {
	if in.Body.TIN != in.TIN {
		return nil, fail(ctx, publicapi.ErrTIN.On("body.tin"))
	}
	k, v, err := a.service.Refresh(ctx, callOf(ctx))
	if err != nil {
		return nil, fail(ctx, err)
	}
	return &newKeyOutput{Body: NewKey{Key: keyOf(k), Value: v.Reveal()}}, nil
}

// fail puts a fault into the shape of this interface.
func fail(ctx context.Context, err error) error { return failIn(ctx, err, "") }

// failQuery is fail where a parameter of the address is at fault, unless the
// fault is about something else.
func failQuery(ctx context.Context, err error, param string) error {
	if f, ok := fault.As(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.BadRequest) {
		err = f.On("query." + param)
	}
	return fail(ctx, err)
}

// failIn is fail where the card of the body lies below a prefix, "card.".
func failIn(ctx context.Context, err error, prefix string) error {
	b := boundTo(ctx)
	p := problemOf(b.r, err, prefix)
	later(b.w.Header(), err)
	challenge(b.w.Header(), p)
	return p
}

func party(v publicapi.View) Party {
	p := Party{TIN: v.TIN, Name: names(v.Name), ProductGroups: make([]Group, len(v.Groups))}
	if v.Own {
		full := names(v.FullName)
		p.FullName = &full
	}
	for i, g := range v.Groups {
		p.ProductGroups[i] = Group{ID: g.ID, Code: g.Slug, Name: Names{g.Uz, g.Ru, g.En}}
		if v.Own {
			p.ProductGroups[i].Issuer, p.ProductGroups[i].Status = &g.Issuer, g.Status
		}
	}
	return p
}

func names(in func(lang string) string) Names { return Names{in("uz"), in("ru"), in("en")} }

func keyOf(k apikey.Key) Key {
	key := Key{
		ID: k.ID, Name: k.Name, Key: k.Shown(), Owner: k.Owner.Uz, CreatedAt: k.CreatedAt.UTC(), ExpiresAt: k.ExpiresAt.UTC(), DaysLeft: k.DaysLeft(),
	}
	if !k.LastUsedAt.IsZero() {
		at := k.LastUsedAt.UTC()
		key.LastUsedAt = &at
	}
	return key
}
