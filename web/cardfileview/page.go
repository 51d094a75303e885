// Package cardfileview draws files of product cards: what is sent in, what came
// of it, and what is written out.
package cardfileview

import (
	"context"
	"strconv"
	"strings"
	"time"

	"kabinet/internal/card"
	"kabinet/internal/cardfile"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/layout"
	"kabinet/web/ui"
)

// Addresses.
const (
	ListURL   = "/cards"
	ImportURL = "/cards/import"
	ExportURL = "/cards/export"
)

// refreshSeconds is how often a page of work under way is fetched again, and
// reloadSeconds the same without script.
const (
	refreshSeconds = 5
	reloadSeconds  = 10
)

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func page(ctx context.Context, title string) layout.Page {
	return layout.Page{Title: title, Section: i18n.T(ctx, "layout.nav.cards")}
}

func crumbs(ctx context.Context) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "layout.nav.cards"), URL: ListURL}}
}

// UploadPage is the form that takes a file, with what is wrong with the last one.
type UploadPage struct {
	Groups []productgroup.Group // in which the reader may write cards
	Group  string               // chosen: a slug, or by column
	Recent []cardfile.Import
	Wrong  fault.Complaints
}

func (p UploadPage) page(ctx context.Context) layout.Page {
	x := page(ctx, i18n.T(ctx, "cardfile.new.title"))
	x.Wrong = len(p.Wrong) > 0
	return x
}

func (p UploadPage) groups(ctx context.Context) []ui.Option {
	options := make([]ui.Option, 0, len(p.Groups)+1)
	for _, g := range p.Groups {
		options = append(options, ui.Option{Value: g.Slug, Text: g.Name(lang(ctx))})
	}
	return append(options, ui.Option{Value: cardfile.ByColumn, Text: i18n.T(ctx, "cardfile.new.by_column")})
}

func (p UploadPage) group(ctx context.Context) ui.Field {
	return ui.Field{
		Name: cardfile.FieldGroup, Label: i18n.T(ctx, "cardfile.new.group"), Hint: i18n.T(ctx, "cardfile.new.group_hint"),
		Value: p.Group, Wrong: p.Wrong,
	}
}

func (p UploadPage) file(ctx context.Context) ui.Field {
	return ui.Field{
		Name: cardfile.FieldFile, Label: i18n.T(ctx, "cardfile.new.file"), Wrong: p.Wrong,
		Hint: i18n.T(ctx, "cardfile.new.file_hint", "rows", cardfile.MaxRows, "size", cardfile.MaxFile>>20),
	}
}

func (p UploadPage) archive(ctx context.Context) ui.Field {
	return ui.Field{
		Name: cardfile.FieldArchive, Label: i18n.T(ctx, "cardfile.new.archive"), Optional: true, Wrong: p.Wrong,
		Hint: i18n.T(ctx, "cardfile.new.archive_hint", "size", cardfile.MaxPhotos>>20),
	}
}

// TemplateURL is the address of the template of a group.
func TemplateURL(slug string, f cardfile.Format) string {
	return ImportURL + "/templates/" + slug + "." + string(f)
}

// ImportPage is one import.
type ImportPage struct {
	Import cardfile.Import
	Rows   []cardfile.Refused
	Photos []cardfile.BadPhoto
}

func (p ImportPage) page(ctx context.Context) layout.Page {
	x := page(ctx, p.Import.FileName)
	if p.Import.Status.Moving() {
		x.Reload = reloadSeconds
	}
	return x
}

func importCrumbs(ctx context.Context) []ui.Link {
	return append(crumbs(ctx), ui.Link{Text: i18n.T(ctx, "cardfile.new.title"), URL: ImportURL})
}

// state is where a run stands.
func state(s cardfile.Status, wrong bool) ui.JobState {
	switch s {
	case cardfile.Running:
		return ui.JobRunning
	case cardfile.Failed:
		return ui.JobFailed
	case cardfile.Cancelled:
		return ui.JobCancelled
	case cardfile.Done:
		if wrong {
			return ui.JobDoneWithErrors
		}
		return ui.JobDone
	}
	return ui.JobQueued
}

func (p ImportPage) job(ctx context.Context) ui.Job {
	i := p.Import
	j := ui.Job{
		State: state(i.Status, i.Bad+i.BadPhotos > 0), Label: i.FileName, Done: i.Rows() + i.NextPhoto, Line: line(ctx, i),
	}
	if i.TotalRows > 0 {
		j.Total = i.TotalRows + i.TotalPhotos
	}
	if i.Status != cardfile.Queued && i.Status != cardfile.Failed {
		j.Counters = counters(ctx, i)
	}
	if i.Status.Moving() {
		j.Note = i18n.T(ctx, "cardfile.show.leave")
	}
	return j
}

func line(ctx context.Context, i cardfile.Import) string {
	switch {
	case i.Status == cardfile.Queued:
		return i18n.T(ctx, "cardfile.show.queued")
	case i.TotalRows == 0:
		return i18n.T(ctx, "cardfile.show."+string(i.Mode)+"_open", "done", i.Rows())
	}
	return i18n.T(ctx, "cardfile.show."+string(i.Mode), "done", i.Rows(), "total", i.TotalRows)
}

func counters(ctx context.Context, i cardfile.Import) []ui.Counter {
	cs := []ui.Counter{
		{Label: i18n.T(ctx, "cardfile.count.created"), Value: i.Created, Tone: ui.OK},
		{Label: i18n.T(ctx, "cardfile.count.changed"), Value: i.Changed, Tone: ui.Info},
		{Label: i18n.T(ctx, "cardfile.count.unchanged"), Value: i.Unchanged},
		{Label: i18n.T(ctx, "cardfile.count.bad"), Value: i.Bad, Tone: ui.Bad},
	}
	if i.PhotosName != "" {
		cs = append(cs,
			ui.Counter{Label: i18n.T(ctx, "cardfile.count.photos"), Value: i.Photos, Tone: ui.OK},
			ui.Counter{Label: i18n.T(ctx, "cardfile.count.bad_photos"), Value: i.BadPhotos, Tone: ui.Bad})
	}
	return cs
}

func (p ImportPage) lead(ctx context.Context) string {
	return i18n.T(ctx, "cardfile.show.by", "name", p.Import.Member, "at", ui.DateTime(p.Import.CreatedAt))
}

func (p ImportPage) apply(ctx context.Context) ui.Action {
	i := p.Import
	text := i18n.N(ctx, "cardfile.show.apply_n", i.Created+i.Changed)
	if i.Created+i.Changed == 0 {
		text = i18n.N(ctx, "cardfile.show.photos_n", i.Photos)
	}
	return ui.Action{Text: text, URL: cardfile.Path(i.ID) + "/apply", Look: ui.Go, Post: true}
}

func (p ImportPage) again(ctx context.Context) ui.Action {
	return ui.Action{Text: i18n.T(ctx, "cardfile.show.again"), URL: cardfile.Path(p.Import.ID) + "/again", Post: true}
}

func (p ImportPage) cancel(ctx context.Context) ui.Action {
	return ui.Action{Text: i18n.T(ctx, "cardfile.show.cancel"), URL: cardfile.Path(p.Import.ID) + "/cancel", Look: ui.Stop, Post: true}
}

// list leads to what the import made: the newest drafts of the group.
func (p ImportPage) list(ctx context.Context) ui.Action {
	group := ""
	if p.Import.Group != 0 {
		group = strconv.Itoa(int(p.Import.Group))
	}
	return ui.Action{Text: i18n.T(ctx, "cardfile.show.to_list"), URL: ui.Query(ListURL, nil, "status", string(card.TabDrafts), "group", group), Look: ui.Go}
}

func another(ctx context.Context) *ui.Action {
	return &ui.Action{Text: i18n.T(ctx, "cardfile.show.another"), URL: ImportURL}
}

// verdict is what a finished check comes to when there is nothing to apply.
func (p ImportPage) verdict(ctx context.Context) string {
	switch i := p.Import; {
	case i.BlobID == 0:
		return i18n.T(ctx, "cardfile.show.file_gone")
	case i.Good() == 0:
		return i18n.T(ctx, "cardfile.show.nothing_good")
	}
	return i18n.T(ctx, "cardfile.show.nothing_new")
}

func (p ImportPage) errorsURL() string {
	return cardfile.Path(p.Import.ID) + "/errors." + string(p.Import.Format)
}

// wrongCell is a line of the table of wrong rows: one thing wrong with a cell.
type wrongCell struct {
	row    int
	column string
	cardfile.Complaint
}

// cells are the first things wrong with a file.
func (p ImportPage) cells(ctx context.Context) []wrongCell {
	var list []wrongCell
	for _, r := range p.Rows {
		for _, c := range r.Complaints {
			if len(list) == cardfile.ShownErrors {
				return list
			}
			list = append(list, wrongCell{r.Row, columnText(ctx, c), c})
		}
	}
	return list
}

func columnText(ctx context.Context, c cardfile.Complaint) string {
	if c.Field == "" {
		if c.Column == "" {
			return "–"
		}
		return c.Column
	}
	name := c.Field
	if key := "card.field." + c.Field; i18n.Has(key) {
		name = i18n.T(ctx, key)
	}
	if c.Column == "" {
		return name
	}
	return c.Column + " · " + name
}

// maxFound is how much of a cell the table shows; the file has more of it.
const maxFound = 40

func found(s string) string {
	if r := []rune(s); len(r) > maxFound {
		return string(r[:maxFound]) + "…"
	}
	return s
}

func (p ImportPage) errorsNote(ctx context.Context) string {
	if p.Import.Bad <= len(p.Rows) {
		return ""
	}
	return i18n.T(ctx, "cardfile.show.errors_first", "n", len(p.Rows), "total", p.Import.Bad)
}

func stateText(ctx context.Context, i cardfile.Import) string {
	if i.Status != cardfile.Done {
		return i18n.T(ctx, "cardfile.state."+string(i.Status))
	}
	if i.Mode == cardfile.Apply {
		return i18n.T(ctx, "cardfile.state.applied")
	}
	return i18n.T(ctx, "cardfile.state.checked")
}

func stateTone(i cardfile.Import) ui.Tone {
	return map[ui.JobState]ui.Tone{
		ui.JobQueued: ui.Mute, ui.JobRunning: ui.Info, ui.JobDone: ui.OK,
		ui.JobDoneWithErrors: ui.Warn, ui.JobFailed: ui.Bad, ui.JobCancelled: ui.Dark,
	}[state(i.Status, i.Bad+i.BadPhotos > 0)]
}

// AskPage offers the files that a list can be written to.
type AskPage struct {
	Query string   // of the filter, as the address of the list has it
	What  []string // how the list is narrowed, in words
	Count int
	Wrong fault.Complaints
}

func (p AskPage) page(ctx context.Context) layout.Page {
	x := page(ctx, i18n.T(ctx, "cardfile.export.title"))
	x.Wrong = len(p.Wrong) > 0
	return x
}

// What says how a list is narrowed.
func What(ctx context.Context, words []string) string {
	if len(words) == 0 {
		return i18n.T(ctx, "cardfile.export.everything")
	}
	return strings.Join(words, ", ")
}

// About is the first row of a workbook: whose it is, how it was narrowed, when.
func About(ctx context.Context, org string, words []string, now time.Time) string {
	return i18n.T(ctx, "cardfile.export.about", "org", org, "what", What(ctx, words), "at", ui.DateTime(now))
}

// Stamp is a moment as the name of a file has it: 2025-12-04_0941.
func Stamp(t time.Time) string {
	return ui.MachineDay(t) + "_" + strings.ReplaceAll(ui.Clock(t), ":", "")
}

func (p AskPage) downloads(ctx context.Context) []ui.Action {
	return []ui.Action{p.download(ctx, cardfile.XLSX), p.download(ctx, cardfile.CSV)}
}

func (p AskPage) begins(ctx context.Context) []ui.Action {
	return []ui.Action{p.begin(ctx, cardfile.XLSX), p.begin(ctx, cardfile.CSV)}
}

func (p AskPage) download(ctx context.Context, f cardfile.Format) ui.Action {
	return ui.Action{
		Text: i18n.T(ctx, "cardfile.export.download", "format", strings.ToUpper(string(f))),
		URL:  strings.TrimSuffix(ListURL+"."+string(f)+"?"+p.Query, "?"),
	}
}

func (p AskPage) begin(ctx context.Context, f cardfile.Format) ui.Action {
	return ui.Action{
		Text: i18n.T(ctx, "cardfile.export.begin", "format", strings.ToUpper(string(f))), Post: true,
		URL: ExportURL, Values: []ui.Hidden{{Name: "query", Value: p.Query}, {Name: "format", Value: string(f)}},
	}
}

// ExportPage is one export by a job.
type ExportPage struct{ Export cardfile.Export }

func (p ExportPage) page(ctx context.Context) layout.Page {
	x := page(ctx, i18n.T(ctx, "cardfile.export.title"))
	if p.Export.Status.Moving() {
		x.Reload = reloadSeconds
	}
	return x
}

func (p ExportPage) job(ctx context.Context) ui.Job {
	e := p.Export
	j := ui.Job{State: state(e.Status, false), Label: i18n.T(ctx, "cardfile.export.title"), Done: e.Done, Total: e.Total}
	switch {
	case e.Status == cardfile.Queued:
		j.Line = i18n.T(ctx, "cardfile.show.queued")
	case e.Total == 0:
		j.Line = i18n.T(ctx, "cardfile.export.written", "done", e.Done)
	default:
		j.Line = i18n.T(ctx, "cardfile.export.progress", "done", e.Done, "total", e.Total)
	}
	if e.Status.Moving() {
		j.Note = i18n.T(ctx, "cardfile.show.leave")
	}
	return j
}

func (p ExportPage) cancel(ctx context.Context) ui.Action {
	return ui.Action{Text: i18n.T(ctx, "cardfile.show.cancel"), URL: cardfile.ExportPath(p.Export.ID) + "/cancel", Look: ui.Stop, Post: true}
}

func (p ExportPage) download(ctx context.Context) ui.Action {
	f := p.Export.Wanted.Format
	return ui.Action{
		Text: i18n.T(ctx, "cardfile.export.download", "format", strings.ToUpper(string(f))), Look: ui.Go,
		URL: cardfile.ExportPath(p.Export.ID) + "/cards." + string(f),
	}
}

// anew leads to where another export is asked for.
func anew(ctx context.Context) *ui.Action {
	return &ui.Action{Text: i18n.T(ctx, "cardfile.export.title"), URL: ExportURL}
}

func (p ExportPage) until() time.Time { return p.Export.FinishedAt.Add(24 * time.Hour) }
