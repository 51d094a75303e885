// Package mailview writes the letters of the portal.
//
// Both parts of a letter are written, none is made from the other. The HTML part
// carries its styles with it, because mail programs know no style sheets and
// block what is loaded: one table of 560 px, system fonts, a block for dark
// screens, no images. The text part is readable in 72 columns.
package mailview

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/mail"
	"kabinet/web/ui"
)

// Letter is what is written in an activation letter.
type Letter struct {
	Language     string // uz, ru, en
	Organization string
	TIN          taxid.TIN
	Director     string // the only person who can activate
	Portal       string // "https://kabinet.example"
	Link         string // the one action
	Code         string // in groups, to be typed by hand; empty for a letter of the older kind
	ExpiresAt    time.Time
	Number       string // reference for the support desk
	Reminder     int    // 0 for the letter itself, 1, or 2 for the last reminder
	MessageID    string
}

// columns is the width of the text part.
const columns = 72

// Activation writes the letter with which a director activates the
// organization. The caller adds the address.
func Activation(ctx context.Context, l Letter) (mail.Message, error) {
	lang, _ := i18n.Parse(l.Language) // an unknown one is Uzbek, as everywhere
	ctx = i18n.With(ctx, lang)
	var html bytes.Buffer
	if err := activation(l).Render(ctx, &html); err != nil {
		return mail.Message{}, fmt.Errorf("draw activation letter: %w", err)
	}
	return mail.Message{
		Subject:   l.subject(ctx),
		Text:      l.text(ctx),
		HTML:      html.String(),
		MessageID: l.MessageID,
		Lang:      lang.Tag(),
	}, nil
}

func (l Letter) subject(ctx context.Context) string {
	if l.Reminder > 0 {
		return i18n.T(ctx, "mail.activation.subject_reminder")
	}
	return i18n.T(ctx, "mail.activation.subject", "tin", string(l.TIN))
}

// preheader is what a list of letters shows after the subject.
func (l Letter) preheader(ctx context.Context) string {
	if l.Code == "" {
		return i18n.T(ctx, "mail.activation.preheader_link", "until", l.until())
	}
	return i18n.T(ctx, "mail.activation.preheader_code", "code", l.Code, "until", l.until())
}

func (l Letter) heading(ctx context.Context) string {
	return i18n.T(ctx, "mail.activation.heading", "org", quoted(ctx, l.Organization))
}

// opening says that this is a reminder, and which; "" for the letter itself.
func (l Letter) opening(ctx context.Context) string {
	switch l.Reminder {
	case 0:
		return ""
	case 1:
		return i18n.T(ctx, "mail.activation.reminder")
	}
	return i18n.T(ctx, "mail.activation.reminder_last")
}

func (l Letter) who(ctx context.Context) string {
	return i18n.T(ctx, "mail.activation.who", "tin", ui.TIN(l.TIN), "director", l.Director)
}

func (l Letter) elsewhere(ctx context.Context) string {
	if l.Code == "" {
		return i18n.T(ctx, "mail.activation.elsewhere_link")
	}
	return i18n.T(ctx, "mail.activation.elsewhere_code", "address", l.typeAt())
}

func (l Letter) deadline(ctx context.Context) string {
	if l.Code == "" {
		return i18n.T(ctx, "mail.activation.until_link", "until", l.until())
	}
	return i18n.T(ctx, "mail.activation.until_code", "until", l.until())
}

func (l Letter) until() string { return ui.DateTime(l.ExpiresAt) }

// typeAt is the page for the code, short enough to be typed.
func (l Letter) typeAt() string {
	_, address, _ := strings.Cut(l.Portal, "://")
	return address + "/activate"
}

// otherLanguages are those the letter is not written in.
func otherLanguages(ctx context.Context) []i18n.Lang {
	var others []i18n.Lang
	for _, lang := range i18n.Langs() {
		if lang != i18n.From(ctx) {
			others = append(others, lang)
		}
	}
	return others
}

// in is the letter's link, leading to the page in another language.
func (l Letter) in(lang i18n.Lang) string { return l.Link + "?lang=" + lang.Code() }

// quoted puts a name into the language's quotation marks, unless it brings its own.
func quoted(ctx context.Context, name string) string {
	if strings.ContainsAny(name, "\"“”„«»") {
		return name
	}
	if i18n.From(ctx) == i18n.Ru {
		return "«" + name + "»"
	}
	return "“" + name + "”"
}

// text writes the text part.
func (l Letter) text(ctx context.Context) string {
	t := func(key string, args ...any) string { return i18n.T(ctx, key, args...) }
	var b strings.Builder
	paragraph := func(s string) {
		if s != "" {
			b.WriteString(wrap(s) + "\n\n")
		}
	}
	paragraph(t("mail.activation.portal"))
	paragraph(l.heading(ctx))
	paragraph(l.opening(ctx))
	paragraph(l.who(ctx))
	b.WriteString(t("mail.activation.text_open") + "\n" + l.Link + "\n\n")
	paragraph(l.elsewhere(ctx))
	if l.Code != "" {
		b.WriteString("    " + l.Code + "\n\n")
	}
	paragraph(l.deadline(ctx))
	paragraph(t("mail.activation.safety"))
	b.WriteString("-- \n") // mail programs grey out what follows this very line
	for _, lang := range otherLanguages(ctx) {
		b.WriteString(lang.Name() + ":\n" + l.in(lang) + "\n")
	}
	b.WriteString(t("mail.activation.number", "number", l.Number) + "\n")
	return b.String()
}

// wrap breaks a text into lines; a no-break space is no place to break.
func wrap(s string) string {
	var b strings.Builder
	width := 0
	for word := range strings.SplitSeq(s, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case width == 0:
		case width+1+n > columns:
			b.WriteByte('\n')
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += n
	}
	return b.String()
}
