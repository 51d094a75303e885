package mailview

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/mail"
	"kabinet/web/ui"
)

// Note is any letter of the portal but the activation's: what happened, one
// action, at most one code. Its words are ready, in its language.
type Note struct {
	Language   string // uz, ru, en
	Subject    string
	Heading    string
	Paragraphs []string // the first one also stands beside the subject in a list of letters
	Lists      []List   // behind the paragraphs
	Link       string   // the one action; may be empty
	Button     string   // its words
	Code       string   // in groups, to be typed by hand; may be empty
	AfterCode  []string // paragraphs behind button and code
	Number     string   // reference for the support desk
	MessageID  string
}

// List is a titled list of a letter.
type List struct {
	Title string
	Items []string
}

// Moment is a time as letters write it, for words that are made ready elsewhere.
func Moment(t time.Time) string { return ui.DateTime(t) }

// Write writes the letter. The caller adds the address.
func Write(ctx context.Context, n Note) (mail.Message, error) {
	lang, _ := i18n.Parse(n.Language) // an unknown one is Uzbek, as everywhere
	ctx = i18n.With(ctx, lang)
	var html bytes.Buffer
	if err := note(n).Render(ctx, &html); err != nil {
		return mail.Message{}, fmt.Errorf("draw letter: %w", err)
	}
	return mail.Message{
		Subject: n.Subject, Text: n.text(ctx), HTML: html.String(), MessageID: n.MessageID, Lang: lang.Tag(),
	}, nil
}

// preheader is what a list of letters shows after the subject.
func (n Note) preheader() string {
	if len(n.Paragraphs) == 0 {
		return n.Heading
	}
	return n.Paragraphs[0]
}

// in is the letter's link, leading to the page in another language.
func (n Note) in(lang i18n.Lang) string {
	if strings.Contains(n.Link, "?") {
		return n.Link + "&lang=" + lang.Code()
	}
	return n.Link + "?lang=" + lang.Code()
}

// text writes the text part.
func (n Note) text(ctx context.Context) string {
	var b strings.Builder
	paragraphs := func(ps ...string) {
		for _, p := range ps {
			b.WriteString(wrap(p) + "\n\n")
		}
	}
	paragraphs(i18n.T(ctx, "mail.activation.portal"), n.Heading)
	paragraphs(n.Paragraphs...)
	for _, l := range n.Lists {
		b.WriteString(wrap(l.Title+":") + "\n")
		for _, item := range l.Items {
			b.WriteString(strings.ReplaceAll(wrap("- "+item), "\n", "\n  ") + "\n")
		}
		b.WriteString("\n")
	}
	if n.Link != "" {
		b.WriteString(n.Button + ":\n" + n.Link + "\n\n")
	}
	if n.Code != "" {
		b.WriteString("    " + n.Code + "\n\n")
	}
	paragraphs(n.AfterCode...)
	b.WriteString("-- \n") // mail programs grey out what follows this very line
	if n.Link != "" {
		for _, lang := range otherLanguages(ctx) {
			b.WriteString(lang.Name() + ":\n" + n.in(lang) + "\n")
		}
	}
	b.WriteString(i18n.T(ctx, "mail.activation.number", "number", n.Number) + "\n")
	return b.String()
}
