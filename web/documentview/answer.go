package documentview

import (
	"context"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/document"
	"kabinet/internal/platform/i18n"
	"kabinet/web/edsview"
	"kabinet/web/ui"
)

// AnswerForm asks about an answer to invoices, and signs it.
type AnswerForm struct {
	Request document.Request
	Signing document.Signing // without a Statement while the reason is asked for
	Panel   edsview.Form
	Wrong   fault.Complaints   // of the reason
	Trouble *fault.Error       // why nothing was answered just now
	Changed *document.Compared // what the source changed while it was signed
}

func (f AnswerForm) title(ctx context.Context) string {
	return i18n.N(ctx, "document.answer."+string(f.Request.Act)+".title", len(f.Request.IDs))
}

// signs reports whether the page can sign.
func (f AnswerForm) signs() bool { return f.Signing.Statement != "" }

func (f AnswerForm) scripts() []string {
	if !f.signs() {
		return nil
	}
	return []string{edsview.Script}
}

// first is the invoice with the nearest deadline.
func (f AnswerForm) first() document.Document {
	var first document.Document
	for i, d := range f.Signing.Documents {
		if i == 0 || d.Deadline.Before(first.Deadline) {
			first = d
		}
	}
	return first
}

func (f AnswerForm) crumbs(ctx context.Context) []ui.Link {
	c := crumbs(ctx)
	if ds := f.Signing.Documents; len(ds) == 1 {
		c = append(c, ui.Link{Text: KindName(ctx, ds[0].Kind) + " " + ds[0].Number, URL: URL(ds[0].ID, "")})
	}
	return c
}

// back is where one goes who does not answer.
func (f AnswerForm) back(ctx context.Context) ui.Link {
	to := ListURL
	if len(f.Request.IDs) == 1 {
		to = URL(f.Request.IDs[0], "")
	}
	return ui.Link{Text: i18n.T(ctx, "document.answer.back"), URL: to}
}

// AnswerPanel signs the answer.
func AnswerPanel(ctx context.Context, conf edsview.Config, s document.Signing, r document.Request) edsview.Form {
	words := i18n.T(ctx, "document.answer."+string(r.Act)+".sign")
	versions := ""
	if len(s.Documents) == 1 {
		versions = strconv.FormatInt(s.Documents[0].Version, 10)
	}
	return edsview.Form{
		Config: conf, Start: words, Sign: words, Action: AnswerURL,
		Challenge: ui.Query(askURL, []string{ActName, string(r.Act), IDsName, JoinIDs(r.IDs), ReasonName, r.Reason}),
		Values: []ui.Hidden{
			{Name: ActName, Value: string(r.Act)}, {Name: IDsName, Value: JoinIDs(r.IDs)}, {Name: ReasonName, Value: r.Reason}, {Name: "version", Value: versions},
		},
	}
}

// difference is one line of what the source changed.
type difference struct{ label, then, now string }

// differences are what the two versions say otherwise.
func differences(ctx context.Context, c document.Compared) []difference {
	var ds []difference
	add := func(key, then, now string) {
		if then != now {
			ds = append(ds, difference{i18n.T(ctx, "document.column."+key), then, now})
		}
	}
	add("number", c.Then.Number, c.Now.Number)
	add("date", ui.Date(c.Then.At), ui.Date(c.Now.At))
	add("seller", partyText(c.Then.Seller), partyText(c.Now.Seller))
	add("buyer", partyText(c.Then.Buyer), partyText(c.Now.Buyer))
	add("amount", money(ctx, c.Then.Amount), money(ctx, c.Now.Amount))
	add("vat", money(ctx, c.Then.VAT), money(ctx, c.Now.VAT))
	add("lines", number(len(c.Then.Lines)), number(len(c.Now.Lines)))
	add("codes", number(c.Then.CodesCount), number(c.Now.CodesCount))
	return append(ds, difference{i18n.T(ctx, "document.column.version"), strconv.FormatInt(c.Version, 10), strconv.FormatInt(c.Current.Version, 10)})
}

// signerName is whose a signature is.
func signerName(ctx context.Context, s document.Signature) string {
	if s.Name == "" {
		return i18n.T(ctx, "document.signature.unnamed")
	}
	return s.Name
}

func quantity(l document.Line) string {
	if l.Unit == "" {
		return l.Quantity
	}
	return l.Quantity + "\u00a0" + l.Unit
}
