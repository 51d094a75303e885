package documentview

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/core/country"
	"kabinet/internal/core/perm"
	"kabinet/internal/document"
	"kabinet/internal/platform/i18n"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// Record is one document as its page shows it.
type Record struct {
	document.Record
	Sources []document.Source
	Group   string // name of the product group; "" for none
}

// mayAnswer reports whether the reader can answer the invoice now.
func (r Record) mayAnswer(ctx context.Context) bool {
	return layout.ViewerOf(ctx).Rights.Has(perm.DocAccept) && r.open()
}

// open reports whether the day of the invoice is not over.
func (r Record) open() bool { return r.Pending() && r.Now.Before(r.Deadline) }

func (r Record) head(ctx context.Context) ui.PageHead {
	return ui.PageHead{Crumbs: crumbs(ctx), Title: KindName(ctx, r.Kind), Code: r.Number, Lead: r.lead(ctx), Status: tags(r)}
}

func (r Record) lead(ctx context.Context) string {
	lead := ui.Date(r.At)
	if r.Side != document.NoSide {
		lead += ", " + i18n.T(ctx, "document.side."+string(r.Side))
	}
	return lead
}

// answers offer to accept and to reject.
func (r Record) answers(ctx context.Context) []ui.Action {
	return []ui.Action{
		{Text: i18n.T(ctx, "document.act.accept"), URL: AnswerPage(document.Accept, r.ID), Look: ui.Go},
		{Text: i18n.T(ctx, "document.act.reject"), URL: AnswerPage(document.Reject, r.ID)},
	}
}

// AnswerPage is where an answer to invoices is asked for.
func AnswerPage(act document.Act, ids ...int64) string {
	return ui.Query(AnswerURL, []string{ActName, string(act), IDsName, JoinIDs(ids)})
}

// notes say what is odd, or what became of the invoice.
func (r Record) notes(ctx context.Context) []ui.Notice {
	var notes []ui.Notice
	if r.answeredHere() || r.Answer == document.Accepted || r.Answer == document.Rejected {
		notes = append(notes, r.answered(ctx))
	}
	if r.Owed != nil {
		notes = append(notes, r.owed(ctx)...)
	}
	if r.AnsweredTo != 0 && r.AnsweredTo != r.Version {
		notes = append(notes, ui.Notice{Tone: ui.Warn, Text: i18n.T(ctx, "document.note.later_version", "n", r.AnsweredTo, "shown", r.Version)})
	}
	if r.Pending() && !r.open() {
		notes = append(notes, ui.Notice{Tone: ui.Info, Text: i18n.T(ctx, "document.note.over", "time", ui.DateTime(r.Deadline))})
	}
	if len(r.Unseen) > 0 {
		notes = append(notes, ui.Notice{Tone: ui.Warn, Text: i18n.N(ctx, "document.note.unseen", len(r.Unseen))})
	}
	return notes
}

func (r Record) answeredHere() bool {
	return r.Via == document.ViaPortal || r.Via == document.ViaDeadline
}

// answered says who answered, when and how.
func (r Record) answered(ctx context.Context) ui.Notice {
	who := r.AnsweredBy
	if r.Side == document.Out { // who of the buyer's people it was is their business
		who = r.Party.Name
	}
	n := ui.Notice{Tone: ui.OK, Text: i18n.T(ctx, "document.note."+string(r.Answer)+"."+string(r.Via), "name", who, "time", ui.DateTime(r.AnsweredAt))}
	if r.Answer == document.Rejected {
		n.Tone = ui.Bad
		if r.Reason != "" {
			n.Text += " " + i18n.T(ctx, "document.note.reason", "reason", r.Reason)
		}
	}
	if r.Via == document.ViaDeadline {
		n.Tone = ui.Info
	}
	return n
}

// owed says how far the source was told.
func (r Record) owed(ctx context.Context) []ui.Notice {
	source := sourceName(ctx, r.Sources, r.Feed)
	switch {
	case r.Owed.Refused != "":
		return []ui.Notice{{Tone: ui.Bad, Title: i18n.T(ctx, "document.owed.refused", "source", source), Text: r.Owed.Refused}}
	case r.Owed.Delivered.IsZero() && r.Owed.Tries > 0:
		return []ui.Notice{{Tone: ui.Warn, Text: i18n.T(ctx, "document.owed.trying", "source", source, "n", r.Owed.Tries)}}
	case r.Owed.Delivered.IsZero():
		return []ui.Notice{{Tone: ui.Info, Text: i18n.T(ctx, "document.owed.waiting", "source", source)}}
	}
	return nil
}

// pairs are the facts of the head.
func (r Record) pairs(ctx context.Context) []ui.Pair {
	var ps []ui.Pair
	add := func(key, value string) {
		if value != "" {
			ps = append(ps, ui.Pair{Key: i18n.T(ctx, key), Value: value})
		}
	}
	add("document.column.number", r.Number)
	add("document.column.date", ui.Date(r.At))
	add("document.column."+r.partyKey(), partyText(r.Party))
	if r.Amount != 0 {
		add("document.column.amount", ui.Money(ctx, r.Amount))
		add("document.column.vat", ui.Money(ctx, r.VAT))
	}
	add("document.column.codes", number(r.Codes))
	add("document.column.group", r.Group)
	for _, name := range document.FactNames() {
		add("document.fact."+name, factText(ctx, name, r.Facts[name]))
	}
	add("document.column.source", sourceName(ctx, r.Sources, r.Feed))
	if r.Owed != nil && !r.Owed.Delivered.IsZero() {
		add("document.owed.delivered", ui.DateTime(r.Owed.Delivered))
	}
	return ps
}

// factText is a fact as people read it: dates and countries come as programs write
// them.
func factText(ctx context.Context, name, value string) string {
	switch name {
	case "contract_date", "production_date", "expiry_date":
		return dayText(value)
	case "country":
		if c, err := country.Parse(value); err == nil {
			return c.Name(lang(ctx))
		}
	}
	return value
}

// dayText is a day in the form of programs as people write it.
func dayText(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return t.Format("02.01.2006")
}

// partyKey says who the other side is.
func (r Record) partyKey() string {
	switch r.Side {
	case document.In:
		return "seller"
	case document.Out:
		return "buyer"
	}
	return "party"
}

func (r Record) lineHeads(ctx context.Context) []ui.Column {
	title := func(name string) string { return i18n.T(ctx, "document.line."+name) }
	return []ui.Column{
		{Title: title("name")},
		{Title: "GTIN"},
		{Title: title("quantity"), Num: true},
		{Title: title("price"), Num: true},
		{Title: title("amount"), Num: true},
		{Title: title("codes"), Num: true},
	}
}

// resultHeads name some of the codes only where there are codes to look into.
func (r Record) resultHeads(ctx context.Context) []ui.Column {
	title := func(name string) string { return i18n.T(ctx, "document.results."+name) }
	heads := []ui.Column{{Title: title("why")}, {Title: title("result")}, {Title: title("count"), Num: true}}
	if r.troubled() {
		heads = append(heads, ui.Column{Title: title("some")})
	}
	return heads
}

func resultTag(ctx context.Context, res document.Result) (ui.Tone, string) {
	tones := map[document.Result]ui.Tone{document.Taken: ui.OK, document.Remark: ui.Warn, document.Refused: ui.Bad}
	return tones[res], i18n.T(ctx, "document.result."+string(res))
}

// cause is what a group of codes has in common.
func cause(ctx context.Context, res document.Results) string {
	if why := ReasonText(ctx, res.Reason); why != "" {
		return why
	}
	return i18n.T(ctx, "document.results.fine")
}

// relation says how a linked document stands to this one.
func relation(ctx context.Context, l document.Linked) string {
	key := "document.relation." + string(l.Relation)
	if l.Back {
		key += "_back"
	}
	return i18n.T(ctx, key)
}

// troubled reports whether there are codes to look into.
func (r Record) troubled() bool { return r.Wrong+r.Warned > 0 }

func versionURL(r Record, v document.Version) string {
	return URL(r.ID, "versions/"+strconv.FormatInt(v.Version, 10)+".json")
}

// SignaturePage is one signature of a document.
type SignaturePage struct {
	Kept    document.Kept
	Checked bool
	Trouble *ui.Notice // what the check says against it
}

// acts are how a signature is looked at and taken along.
func (p SignaturePage) acts(ctx context.Context) []ui.Action {
	at := func(rest string) string { return SignatureURL(p.Kept.Document.ID, p.Kept.ID, rest) }
	as := []ui.Action{
		{Text: i18n.T(ctx, "document.signature.check"), URL: at("") + "?check=yes", Look: ui.Go},
		{Text: i18n.T(ctx, "document.signature.bytes"), URL: at("signed.txt")},
	}
	if mayTakeSignature(ctx) {
		as = append(as, ui.Action{Text: i18n.T(ctx, "document.signature.container"), URL: at("container.p7s")})
	}
	return as
}

// mayTakeSignature reports whether the reader has the signature message, in which
// the signer's personal number is.
func mayTakeSignature(ctx context.Context) bool {
	return layout.ViewerOf(ctx).Rights.Has(perm.DocAccept)
}

// verdict is what the check says.
func (p SignaturePage) verdict(ctx context.Context) ui.Notice {
	if p.Trouble != nil {
		return *p.Trouble
	}
	return ui.Notice{Tone: ui.OK, Text: i18n.T(ctx, "document.signature.good")}
}

func (p SignaturePage) pairs(ctx context.Context) []ui.Pair {
	s := p.Kept
	pairs := []ui.Pair{
		{Key: i18n.T(ctx, "document.signature.act"), Value: i18n.T(ctx, "document.signature."+s.Act)},
		{Key: i18n.T(ctx, "document.signature.signer"), Value: s.Name},
	}
	if s.TIN != "" {
		pairs = append(pairs, ui.Pair{Key: i18n.T(ctx, "document.column.party_tin"), Value: tin(s.TIN)})
	}
	return append(pairs, ui.Pair{Key: i18n.T(ctx, "document.signature.at"), Value: ui.DateTime(s.At)},
		ui.Pair{Key: i18n.T(ctx, "document.signature.version"), Value: strconv.FormatInt(s.Version, 10)})
}
