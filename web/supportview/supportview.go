// Package supportview draws what people ask the operator and what it answers:
// for members their list and threads, for staff the desk.
package supportview

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/support"
	"kabinet/web/ui"
)

// ListURL is the list of members.
const ListURL = "/support"

// Path is the page of a request for members.
func Path(id int64) string { return ListURL + "/" + itoa(id) }

// Contacts are further ways to the operator; empty ones are not shown.
type Contacts struct {
	Bot   string // address of the Telegram bot
	Email string
	Phone string
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func kindText(ctx context.Context, k support.Kind) string {
	return i18n.T(ctx, "support.kind."+string(k))
}

func kindOptions(ctx context.Context) []ui.Option {
	options := make([]ui.Option, 0, len(support.Kinds()))
	for _, k := range support.Kinds() {
		options = append(options, ui.Option{Value: string(k), Text: kindText(ctx, k)})
	}
	return options
}

// aboutText is what a request is about, in words.
func aboutText(ctx context.Context, a support.About) string {
	if a.Name != "" {
		return kindText(ctx, a.Kind) + ": " + a.Name
	}
	return kindText(ctx, a.Kind)
}

func statusTag(ctx context.Context, s support.Status) templ.Component {
	tones := map[support.Status]ui.Tone{
		support.Open: ui.Info, support.Work: ui.Info, support.Waiting: ui.Warn, support.Answered: ui.OK, support.Closed: ui.Mute, support.Withdrawn: ui.Mute,
	}
	return ui.Tag(tones[s], statusText(ctx, s))
}

func statusText(ctx context.Context, s support.Status) string {
	return i18n.T(ctx, "support.status."+string(s))
}

// FileName is under what name an attachment is handed out.
func FileName(id int64, f support.File) string {
	return "support-" + itoa(id) + "-" + itoa(f.MessageID) + "-" + strconv.Itoa(f.N) + f.Extension()
}

// filesField asks for attachments; browsers forget them when a form comes back.
func filesField(ctx context.Context, again bool, wrong fault.Complaints) ui.Field {
	hint := i18n.T(ctx, "support.files_hint", "max", support.MaxFiles, "size", ui.Bytes(ctx, support.MaxFile))
	if _, on := wrong.On("files"); again && !on {
		hint += " " + i18n.T(ctx, "support.files_again")
	}
	return ui.Field{Name: "files", Label: i18n.T(ctx, "support.files"), Hint: hint, Optional: true, Multiple: true, Wrong: wrong}
}

// accept are the types a browser offers to choose.
const accept = ".jpg,.jpeg,.png,.pdf"

func listCrumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "support.list"), URL: ListURL}}
}

// bot is the name of the bot as people type it.
func (c Contacts) bot() string { return "@" + c.Bot[strings.LastIndex(c.Bot, "/")+1:] }

func filePath(path string, f support.File) string {
	return path + "/files/" + itoa(f.MessageID) + "/" + strconv.Itoa(f.N)
}
