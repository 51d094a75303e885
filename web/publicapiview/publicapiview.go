// Package publicapiview draws the page that explains the Open API. It is ours:
// the usual viewers load programs from elsewhere and want the policy loosened.
package publicapiview

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/platform/i18n"
)

// Method is a method of the interface. Its words are "publicapi.method.<ID>" and
// the same with ".about".
type Method struct {
	ID, Verb, Path string
}

// Docs is the page.
type Docs struct {
	BaseURL string // of the portal
	Spec    string // path of the document without its ending
	Methods []Method
	Codes   []Code
	Calls   int // a minute
}

// Code is a family of refusals. Its words are "publicapi.code.<Key>" and the same
// with ".about"; those of its reasons "publicapi.refusal.<key>".
type Code struct {
	Status  int
	Code    string
	Reasons []string
}

func (m Method) words(ctx context.Context, part string) string {
	return i18n.T(ctx, "publicapi.method."+strings.ReplaceAll(m.ID, "-", "_")+part)
}

func (c Code) words(ctx context.Context, part string) string {
	return i18n.T(ctx, "publicapi.code."+strings.ReplaceAll(c.Code, "-", "_")+part)
}

func (c Code) status() string { return strconv.Itoa(c.Status) }

func reasonWords(ctx context.Context, reason string) string {
	return i18n.T(ctx, "publicapi.refusal."+strings.ReplaceAll(reason, "-", "_"))
}

// curl is the first call somebody makes.
func (d Docs) curl() string {
	return "curl -H 'Authorization: Bearer kbn_…' " + d.BaseURL + strings.Replace(d.Methods[0].Path, "{tin}", "302118447", 1)
}
