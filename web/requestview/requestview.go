// Package requestview draws requests to the operator: for members beside what
// they are about, for staff as a queue.
package requestview

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/internal/request"
	"kabinet/web/ui"
)

// IssuerPage is the issuer flag of a group: the form to ask for another, or what
// was asked.
type IssuerPage struct {
	Group productgroup.OrgGroup
	Past  []request.Request // the newest first; an open one is the first
	About string
	Wrong fault.Complaints
}

// open is the request nobody has decided yet.
func (p IssuerPage) open() *request.Request { return openOf(p.Past) }

func openOf(rs []request.Request) *request.Request {
	for i := range rs {
		if rs[i].Status == request.Open {
			return &rs[i]
		}
	}
	return nil
}

// NumberPage is the form for a prefix or GTIN to be registered.
type NumberPage struct {
	Draft request.NumberDraft
	Wrong fault.Complaints
}

// ShowPage is one request of the reader's organization.
type ShowPage struct {
	request.Request
	MayWithdraw bool
}

// again is the way to the same request once more, after it came to nothing.
func (p ShowPage) again(ctx context.Context) []ui.Action {
	if !p.MayWithdraw || p.Status == request.Approved {
		return nil
	}
	q := url.Values{"kind": {string(p.Kind)}, "number": {p.Subject}}
	return []ui.Action{{Text: i18n.T(ctx, "request.again"), URL: "/org/gs1/new?" + q.Encode()}}
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func groupsCrumbs(ctx context.Context, g productgroup.Group) []ui.Link {
	return []ui.Link{
		{Text: i18n.T(ctx, "productgroup.title"), URL: "/org/groups"},
		{Text: g.Name(lang(ctx)), URL: "/org/groups/" + itoa(int64(g.ID))},
	}
}

func gs1Crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "gs1prefix.title"), URL: "/org/gs1"}}
}

// StatusTag shows where a request stands.
func StatusTag(ctx context.Context, s request.Status) templ.Component {
	tones := map[request.Status]ui.Tone{request.Open: ui.Info, request.Approved: ui.OK, request.Refused: ui.Bad, request.Withdrawn: ui.Mute}
	return ui.Tag(tones[s], i18n.T(ctx, "request.status."+string(s)))
}

func kindText(ctx context.Context, k request.Kind) string {
	return i18n.T(ctx, "request.kind."+string(k))
}

// subject is what the request is about, in words.
func subject(ctx context.Context, r request.Request) string {
	if r.Kind == request.Issuer {
		return r.Group.Name(lang(ctx))
	}
	return r.Subject
}

// Wish is what is asked for, in words.
func Wish(ctx context.Context, r request.Request) string {
	switch {
	case r.Kind == request.Issuer && r.Wanted:
		return i18n.T(ctx, "request.wish.issuer", "group", subject(ctx, r))
	case r.Kind == request.Issuer:
		return i18n.T(ctx, "request.wish.no_issuer", "group", subject(ctx, r))
	}
	return i18n.T(ctx, "request.wish."+string(r.Kind), "number", r.Subject)
}

func documentPath(r request.Request) string { return r.Path() + "/document" }

func aboutField(ctx context.Context, label, hint, value string, optional bool, wrong fault.Complaints) ui.Field {
	return ui.Field{Name: "about", Label: i18n.T(ctx, label), Hint: i18n.T(ctx, hint), Value: value, Optional: optional, Wrong: wrong}
}

func (p NumberPage) kind(ctx context.Context) ui.Field {
	return ui.Field{Name: "kind", Label: i18n.T(ctx, "request.number.kind"), Value: p.Draft.Kind, Wrong: p.Wrong}
}

func kindChoices(ctx context.Context) []ui.Choice {
	return []ui.Choice{
		{Value: string(request.Prefix), Text: kindText(ctx, request.Prefix), Hint: i18n.T(ctx, "request.number.prefix_hint")},
		{Value: string(request.GTIN), Text: kindText(ctx, request.GTIN), Hint: i18n.T(ctx, "request.number.gtin_hint")},
	}
}

func (p NumberPage) number(ctx context.Context) ui.Field {
	return ui.Field{
		Name: "number", Label: i18n.T(ctx, "request.number.number"), Hint: i18n.T(ctx, "request.number.number_hint"), Value: p.Draft.Number, Wrong: p.Wrong,
		InputMode: "numeric", Width: "w14", Mono: true, Autocomplete: "off",
	}
}

func (p NumberPage) file(ctx context.Context) ui.Field {
	hint := i18n.T(ctx, "request.number.file_hint", "size", ui.Bytes(ctx, request.MaxDocument))
	if _, wrong := p.Wrong.On("file"); len(p.Wrong) > 0 && !wrong {
		hint += " " + i18n.T(ctx, "request.number.file_again")
	}
	return ui.Field{Name: "file", Label: i18n.T(ctx, "request.number.file"), Hint: hint, Wrong: p.Wrong}
}

// facts are a request as those read it who made it.
func facts(ctx context.Context, r request.Request) []ui.Pair {
	ps := []ui.Pair{
		{Key: i18n.T(ctx, "request.column.wish"), Value: Wish(ctx, r)},
		{Key: i18n.T(ctx, "request.column.by"), Value: r.By},
		{Key: i18n.T(ctx, "request.column.created"), Rich: ui.Time(r.CreatedAt)},
	}
	if r.About != "" {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "request.column.about"), Rich: lines(r.About)})
	}
	return ps
}

// outcome is what became of a request.
func outcome(ctx context.Context, r request.Request) []ui.Pair {
	when := i18n.T(ctx, "request.column.decided")
	if r.Status == request.Withdrawn {
		when = i18n.T(ctx, "request.status.withdrawn")
	}
	ps := []ui.Pair{{Key: when, Rich: ui.Time(r.DecidedAt)}}
	if r.Answer != "" {
		ps = append(ps, ui.Pair{Key: i18n.T(ctx, "request.column.answer"), Rich: lines(r.Answer)})
	}
	return ps
}

// age is how long an open request waits.
func age(ctx context.Context, r request.Request, now time.Time) string {
	return ui.Ago(ctx, r.CreatedAt, now)
}
