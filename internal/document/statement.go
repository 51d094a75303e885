package document

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
)

// statement is what a person signs to answer invoices: number, date, parties, sums,
// count of codes and the hash of the version of each, and the reason of a
// rejection. The same invoices give the same text.
func (p Signing) statement(lang i18n.Lang) string {
	var lines []string
	say := func(key string, args ...any) {
		lines = append(lines, i18n.Text(lang, "document.statement."+key, args...))
	}
	act := "document.statement." + string(p.Act)
	lines = append(lines, i18n.TextN(lang, act, len(p.Documents), "host", p.host))
	say("buyer", "name", p.org.Name(lang.Code()), "tin", string(p.org.TIN))
	if p.Reason != "" {
		say("reason", "reason", p.Reason)
	}
	for i, d := range p.Documents {
		if len(p.Documents) > 1 {
			say("one", "i", i+1, "kind", i18n.Text(lang, "document.kind."+string(d.Kind)))
		} else {
			say("kind", "kind", i18n.Text(lang, "document.kind."+string(d.Kind)))
		}
		say("number", "number", d.Number, "date", date(d.At))
		say("seller", "name", d.Party.Name, "tin", d.Party.TIN)
		say("amount", "sum", money(lang, d.Amount), "vat", money(lang, d.VAT))
		say("codes", "n", strconv.Itoa(d.Codes))
		say("version", "n", strconv.FormatInt(d.Version, 10), "sha256", p.sums[d.ID])
	}
	return strings.Join(lines, "\n")
}

func money(lang i18n.Lang, tiyin int64) string {
	return i18n.Text(lang, "core.money", "sum", i18n.Sum(tiyin))
}

// date is a day in Tashkent as people read it; moment has the time too.
func date(t time.Time) string { return t.In(clock.Tashkent()).Format("02.01.2006") }

func moment(t time.Time) string { return t.In(clock.Tashkent()).Format("02.01.2006, 15:04") }

// target names a document in the log.
func target(id int64) string { return "document:" + strconv.FormatInt(id, 10) }

// onReason puts what is wrong with a text beside the field of the reason.
func onReason(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.On("reason")
	}
	return err
}

// ParseID reads an id from an address.
func ParseID(s string) (int64, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 || strconv.FormatInt(id, 10) != s {
		return 0, ErrNotFound
	}
	return id, nil
}
