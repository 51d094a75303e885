package cardview

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kabinet/internal/card"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/web/edsview"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// bulkURL is where acts on several cards begin.
const bulkURL = ListURL + "/bulk"

// acts are what can be done with several cards, by who reads.
func acts(ctx context.Context) []ui.Button {
	rights := layout.ViewerOf(ctx).Rights
	var bs []ui.Button
	for _, a := range BulkActs() {
		if rights.Has(a.Need()) {
			bs = append(bs, ui.Button{Text: i18n.T(ctx, "card.bulk."+string(a)), Name: "act", Value: string(a)})
		}
	}
	return bs
}

// BulkAct is something done with several cards at once.
type BulkAct string

// The acts, in the order of the bar.
const (
	BulkSend    BulkAct = "send"
	BulkCountry BulkAct = "country"
	BulkExport  BulkAct = "export"
	BulkBlock   BulkAct = "block"
	BulkArchive BulkAct = "archive"
)

// BulkActs lists them.
func BulkActs() []BulkAct {
	return []BulkAct{BulkSend, BulkCountry, BulkExport, BulkBlock, BulkArchive}
}

// Need is the right without which the act is not offered.
func (a BulkAct) Need() perm.Code {
	switch a {
	case BulkSend, BulkBlock:
		return perm.CardPublish
	case BulkCountry, BulkArchive:
		return perm.CardEdit
	}
	return perm.CardRead
}

// Names of the fields with which an act on several cards comes.
const (
	IDsName = "ids" // of the cards, with commas
	InName  = "in"  // query of the list they were selected in
)

// ActURL is the page that asks about an act on several cards.
func ActURL(a BulkAct) string { return bulkURL + "/" + string(a) }

// ResultURL is the page that tells what became of it.
func ResultURL(id string) string { return bulkURL + "/results/" + id }

// BulkPage asks before something is done with several cards.
type BulkPage struct {
	Act       BulkAct
	Fit       []card.Card    // those it will be done with
	Left      []card.Skipped // those it will not
	In        string         // query of the list
	Ticket    string
	Country   string
	Reason    string
	Wrong     fault.Complaints
	Statement string // what is signed to send them
	Panel     edsview.Form
	Trouble   *fault.Error // why they were not sent
}

// BulkResult tells what became of an act on several cards.
type BulkResult struct {
	card.Bulk
	First     []card.Card // of those it was done with
	In        string
	Statement string // of cards that may be signed and sent next
	Panel     edsview.Form
}

// NamedCards is how many cards a page names before it only counts.
const NamedCards = 10

// told is how many cards left out a page shows.
const told = 200

// JoinIDs writes ids for a field or an address.
func JoinIDs(ids []int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = count(id)
	}
	return strings.Join(texts, ",")
}

// SplitIDs reads them; what is no id names no card and is left out.
func SplitIDs(s string) []int64 {
	var ids []int64
	for text := range strings.SplitSeq(s, ",") {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil && id > 0 && len(ids) <= card.MaxChosen {
			ids = append(ids, id)
		}
	}
	return ids
}

func cardIDs(cards []card.Card) []int64 {
	ids := make([]int64, len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	return ids
}

// back is the list one came from.
func back(in string) string {
	if in == "" {
		return ListURL
	}
	return ListURL + "?" + in
}

func (p BulkPage) title(ctx context.Context) string {
	return i18n.N(ctx, "card.bulk."+string(p.Act)+".title", len(p.Fit))
}

func (p BulkPage) lead(ctx context.Context) string {
	return i18n.T(ctx, "card.bulk."+string(p.Act)+".text")
}

func (p BulkPage) submit(ctx context.Context) string {
	return i18n.N(ctx, "card.bulk."+string(p.Act)+".submit", len(p.Fit))
}

func bulkCrumbs(ctx context.Context, in string) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "layout.nav.cards"), URL: back(in)}}
}

// values travel with the form.
func (p BulkPage) values() []ui.Hidden {
	return []ui.Hidden{{Name: IDsName, Value: JoinIDs(cardIDs(p.Fit))}, {Name: InName, Value: p.In}, {Name: TicketName, Value: p.Ticket}}
}

// signs reports whether the page has a panel.
func (p BulkPage) signs() bool { return p.Act == BulkSend && p.Statement != "" }

func (p BulkPage) scripts() []string { return scriptsIf(p.signs()) }

func (r BulkResult) scripts() []string { return scriptsIf(r.Statement != "") }

func scriptsIf(signs bool) []string {
	if !signs {
		return nil
	}
	return []string{edsview.Script}
}

// SendPanel signs and sends several cards.
func SendPanel(ctx context.Context, conf edsview.Config, ids []int64, in, ticket string) edsview.Form {
	words := i18n.N(ctx, "card.bulk.send.submit", len(ids))
	return edsview.Form{
		Config: conf, Challenge: bulkURL + "/challenge?ids=" + JoinIDs(ids), Action: ActURL(BulkSend), Start: words, Sign: words,
		Values: []ui.Hidden{{Name: IDsName, Value: JoinIDs(ids)}, {Name: InName, Value: in}, {Name: TicketName, Value: ticket}},
	}
}

func (r BulkResult) title(ctx context.Context) string {
	done := i18n.N(ctx, "card.bulk."+r.Act+".done", len(r.Done))
	if len(r.Skipped) == 0 {
		return done
	}
	return done + ", " + i18n.N(ctx, "card.bulk.not", len(r.Skipped))
}

// why are the reasons in words, each once.
func why(ctx context.Context, s card.Skipped) string {
	var all []string
	for _, w := range s.Why {
		if text := i18n.T(ctx, w.Key, w.Values()...); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, "; ")
}

// skippedName is how a card left out is called; one that is not there has its id.
func skippedName(ctx context.Context, s card.Skipped) string {
	switch {
	case s.Name != "":
		return s.Name
	case s.GTIN != "":
		return string(s.GTIN)
	}
	return i18n.T(ctx, "card.bulk.unknown", "id", count(s.ID))
}

func (r BulkResult) retry(ctx context.Context) []ui.Button {
	return slices.DeleteFunc(acts(ctx), func(b ui.Button) bool { return b.Value == string(BulkExport) })
}

func leftColumns(ctx context.Context, ticked bool) []ui.Column {
	columns := []ui.Column{{Title: i18n.T(ctx, "card.list.column.name")}, {Title: "GTIN"}, {Title: i18n.T(ctx, "card.bulk.why")}}
	if ticked {
		return append([]ui.Column{{Title: i18n.T(ctx, "card.list.select"), Hidden: true}}, columns...)
	}
	return columns
}
