// Package documentview draws the inbox of documents: the list, one document, the
// answer to e-invoices, a signature.
package documentview

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"kabinet/internal/document"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// ListURL is the list; AnswerURL asks about an answer and takes it.
const (
	ListURL   = "/documents"
	PickURL   = ListURL + "/pick"
	AnswerURL = ListURL + "/answer"
	askURL    = AnswerURL + "/challenge"
	accessURL = "/me/access"
)

// Names in addresses and forms.
const (
	ActName    = "act"
	IDsName    = "ids"
	ReasonName = "reason"
	InName     = "in"
)

// URL is a document's page, or something under it: "codes.csv".
func URL(id int64, under string) string {
	url := ListURL + "/" + strconv.FormatInt(id, 10)
	if under != "" {
		url += "/" + under
	}
	return url
}

// SignatureURL is a signature of a document, or something under it.
func SignatureURL(id, signature int64, under string) string {
	path := "signatures/" + strconv.FormatInt(signature, 10)
	if under != "" {
		path += "/" + under
	}
	return URL(id, path)
}

// SplitIDs reads ids as addresses have them, "1,2,3".
func SplitIDs(s string) []int64 {
	var ids []int64
	for part := range strings.SplitSeq(s, ",") {
		if id, err := document.ParseID(strings.TrimSpace(part)); err == nil && len(ids) <= document.MaxAtOnce {
			ids = append(ids, id)
		}
	}
	return ids
}

// JoinIDs writes them.
func JoinIDs(ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(parts, ",")
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

// KindName is the type of a document in words.
func KindName(ctx context.Context, k document.Kind) string {
	return i18n.T(ctx, "document.kind."+string(k))
}

// StatusTag says how far the source has processed a document.
func StatusTag(ctx context.Context, s document.Status) (ui.Tone, string) {
	tones := map[document.Status]ui.Tone{document.Review: ui.Info, document.Success: ui.OK, document.Partial: ui.Warn, document.Failed: ui.Bad}
	s = s.Shown()
	return tones[s], i18n.T(ctx, "document.status."+string(s))
}

// AnswerTag says how an invoice stands with its buyer; "" when none is wanted.
func AnswerTag(ctx context.Context, d document.Document) (ui.Tone, string) {
	switch {
	case d.Answer == document.Waiting:
		return ui.Warn, i18n.T(ctx, "document.answer.waiting")
	case d.Answer == document.Rejected:
		return ui.Bad, i18n.T(ctx, "document.answer.rejected")
	case d.Answer == document.Accepted && d.Via == document.ViaDeadline:
		return ui.Mute, i18n.T(ctx, "document.answer.auto")
	case d.Answer == document.Accepted:
		return ui.OK, i18n.T(ctx, "document.answer.accepted")
	}
	return ui.Mute, ""
}

// sourceName is a source as people call it.
func sourceName(ctx context.Context, sources []document.Source, feed string) string {
	for _, s := range sources {
		if s.Feed == feed && s.Name != "" {
			return s.Name
		}
	}
	if feed == document.FeedPortal {
		return i18n.T(ctx, "document.source.portal")
	}
	return feed
}

// partyText is a counterparty in one line.
func partyText(p document.Party) string {
	switch {
	case p.TIN == "":
		return p.Name
	case p.Name == "":
		return tin(p.TIN)
	}
	return p.Name + ", " + tin(p.TIN)
}

func money(ctx context.Context, tiyin int64) string {
	if tiyin == 0 {
		return "—"
	}
	return ui.Money(ctx, tiyin)
}

func number(n int) string {
	if n == 0 {
		return "—"
	}
	return ui.Int(n)
}

// CodeText is a code as it can be looked at: what is invisible, or turns the
// direction of writing, is written out.
func CodeText(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == 0x1d:
			b.WriteString("⟨GS⟩")
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// ReasonText says why a code was not simply taken; a reason that nobody has put
// into words is shown as the source calls it.
func ReasonText(ctx context.Context, reason string) string {
	if reason == "" {
		return ""
	}
	key := "document.reason." + reason
	if !i18n.Has(key) {
		return i18n.T(ctx, "document.reason_unknown", "code", reason)
	}
	return i18n.T(ctx, key)
}

func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "layout.nav.documents"), URL: ListURL}}
}

func frame(ctx context.Context, title string) layout.Page {
	return layout.Page{Title: title, Section: i18n.T(ctx, "layout.nav.documents")}
}
