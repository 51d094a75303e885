package agreement

import (
	"context"
	"strings"
	"time"

	"kabinet/internal/agreement/terms"
	"kabinet/internal/org"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
	"kabinet/internal/profile"
)

// draft is everything that the text of an agreement says.
type draft struct {
	id      int64
	version string
	until   time.Time
	now     time.Time
	org     org.Org
	bank    string
}

// draftOf collects what the text says about an organization as it is now.
func draftOf(ctx context.Context, q pg.Querier, orgID, id int64, version string, until time.Time) (draft, error) {
	d := draft{id: id, version: version, until: until}
	var err error
	if d.org, err = org.ByID(ctx, q, orgID); err != nil {
		return draft{}, err
	}
	bank, ok, err := profile.MainBank(ctx, q, orgID)
	if err != nil {
		return draft{}, err
	}
	if ok {
		d.bank = bank.Account + ", " + bank.Name + ", " + bank.MFO
	}
	d.now, err = databaseTime(ctx, q)
	return d, err
}

// texts makes the words in every language.
func (d draft) texts() Texts {
	return Texts{Uz: d.write(i18n.Uz), Ru: d.write(i18n.Ru), En: d.write(i18n.En)}
}

func (d draft) write(lang i18n.Lang) string {
	o, code := d.org, lang.Code()
	until := i18n.Text(lang, "agreement.terms.open")
	if !d.until.IsZero() {
		until = i18n.Text(lang, "agreement.terms.until", "date", dayText(d.until.Add(-time.Second)))
	}
	bank := d.bank
	if bank == "" {
		bank = i18n.Text(lang, "agreement.terms.no_bank")
	}
	return terms.Write(d.version, code, terms.Fields{
		"number": Number(d.id), "date": dayText(d.now), "org": o.Name(code), "form": o.Form.Name(code), "tin": o.TIN.Grouped(),
		"director": o.Director, "address": joined(o.RegionName(code), o.District, o.Street), "email": o.Email, "phone": o.Phone,
		"bank": bank, "until": until,
	})
}

func joined(parts ...string) string {
	said := parts[:0]
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, ", ")
}
