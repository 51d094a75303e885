package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
	"kabinet/web/ui/uitest"
)

var wrong = fault.Complaints{
	{Field: "tin", Key: "taxid.tin"},
	{Field: "kind", Key: "fault.value"},
}

var at = time.Date(2025, 12, 4, 4, 41, 0, 0, time.UTC)

// plainParts are drawn alike in every language but for the words handed in.
var plainParts = map[string]templ.Component{
	"tag":      ui.Tag(ui.Bad, "Returned"),
	"note":     ui.Note(ui.Notice{Tone: ui.Warn, Title: "Late.", Text: "As of 08:10", Alert: true}),
	"tabs":     ui.Tabs("By status", []ui.Tab{{Text: "All", URL: "/x", Current: true, Counted: true, Count: 1204}, {Text: "Bad", URL: "/y", Counted: true, Count: 2, Hot: true}, {Text: "Rest", URL: "/z"}}),
	"facts":    ui.Facts([]ui.Fact{{Label: "Cards", Value: "214", URL: "/cards", Hint: "+6"}, {Label: "Balance", Missing: "no data since 08:10"}}),
	"counters": ui.Counters([]ui.Counter{{Label: "Sent", Value: 48200, Tone: ui.Info, URL: "/x"}, {Label: "Refused", Value: 0}}),
	"timeline": ui.Timeline([]ui.Event{{At: at, Text: "Sent", By: "Dilnoza", Tone: ui.OK, URL: "/x"}, {At: at, Text: "Made"}}),
	"empty":    ui.Empty(ui.EmptyState{Title: "None yet", Text: "Make one", Actions: []ui.Action{{Text: "Make", URL: "/new", Look: ui.Go}}}),
	"panel":    ui.Panel(ui.Box{ID: "p", Title: "Title", Note: "note", More: &ui.Link{Text: "All", URL: "/all"}}),
	"select":   ui.Select(ui.Field{Name: "g", Label: "Group", Value: "b"}, "Choose", []ui.Option{{Value: "a", Text: "A"}, {Value: "b", Text: "B", Group: "Food"}, {Value: "c", Text: "C", Group: "Food"}}),
	"checks":   ui.Checkboxes(ui.Field{Name: "r", Label: "Roles"}, []ui.Choice{{Value: "a", Text: "A", Hint: "may"}, {Value: "b", Text: "B", Disabled: true}}, []string{"a"}),
	"code":     ui.Code(ui.Field{Name: "code", Label: "Code", Hint: "From the letter"}, 4),
	"modules":  ui.Modules(ui.TaskList{Groups: []ui.TaskGroup{{Tasks: []ui.Task{{Status: ui.TaskDone}, {Status: ui.TaskInProgress}}}, {Tasks: []ui.Task{{Status: ui.TaskBlocked}}}}}),
	"table":    ui.Data(ui.Table{Label: "Cards", Columns: []ui.Column{{Title: "Name", URL: "/?sort=name", Sort: ui.Ascending}, {Title: "Size", Num: true}, {Title: "Acts", Hidden: true}}}),
	"live":     ui.Live("live", 5, true),
	"done":     ui.Live("live", 5, false),
}

// wordyParts have words of their own.
var wordyParts = map[string]templ.Component{
	"summary-of-errors": ui.ErrorSummary(wrong),
	"text-wrong":        ui.Text(ui.Field{Name: "tin", Label: "TIN", Hint: "9 digits", Value: "3021<", Wrong: wrong, InputMode: "numeric", Optional: true}),
	"radios-wrong":      ui.Radios(ui.Field{Name: "kind", Label: "Kind", Wrong: wrong}, []ui.Choice{{Value: "a", Text: "A"}, {Value: "b", Text: "B"}}),
	"bar":               ui.Bar(ui.SaveBar{Submit: "Save", Others: []ui.Button{{Text: "Draft", Name: "later", Value: "1"}}, Cancel: ui.Link{Text: "Cancel", URL: "/x"}, Status: "saved"}),
	"flash":             ui.Flash(ui.Notice{Tone: ui.OK, Title: "Done.", Action: &ui.Action{Text: "Undo", URL: "/undo", Post: true, Values: []ui.Hidden{{Name: "id", Value: "7"}}}}),
	"next":              ui.Next(ui.NextStep{Title: "Correct 3 cards", Text: "Why", Action: ui.Action{Text: "Open", URL: "/x", Look: ui.Go}}),
	"head":              ui.Head(ui.PageHead{Crumbs: []ui.Link{{Text: "Cards", URL: "/cards"}}, Title: "Smetana", Lang: "uz-Latn", Code: "047", Lead: "Dairy", Status: ui.Tag(ui.OK, "ok"), Actions: []ui.Action{{Text: "Edit", URL: "/e"}}}),
	"steps":             ui.Steps([]string{"Code", "Key", "Done"}, 2),
	"pairs":             ui.Summary([]ui.Pair{{Key: "Name", Value: "X", ChangeURL: "/c"}, {Key: "GTIN", Value: "047", Code: true}, {Key: "Site"}}),
	"pager":             ui.Pages(ui.Pager{Shown: 25, Total: 238, PrevURL: "/p", NextURL: "/n", Per: 25, PerURLs: []ui.Link{{Text: "25", URL: "/25"}, {Text: "50", URL: "/50"}}}),
	"filters":           ui.Filters(ui.Filter{URL: "/cards", Label: "Find", Keep: []ui.Hidden{{Name: "sort", Value: "-x"}}}),
	"chips":             ui.Chips([]ui.Link{{Text: "Group: dairy", URL: "/x"}}, "/all"),
	"confirm":           ui.Confirm(ui.Confirmation{Title: "Block?", Consequence: "For ever", Facts: []ui.Pair{{Key: "Name", Value: "X"}}, Action: ui.Action{Text: "Block", URL: "/block", Look: ui.Stop}, CancelURL: "/back"}),
	"tasks":             ui.Tasks(ui.TaskList{Title: "Set up", Groups: []ui.TaskGroup{{Title: "First", Tasks: []ui.Task{{Title: "A", URL: "/a", Status: ui.TaskDone}}}, {Title: "Second", Tasks: []ui.Task{{Title: "B", URL: "/b", Status: ui.TaskNeedsAction, Hint: "why"}, {Title: "C", Status: ui.TaskBlocked}}}}}),
	"job":               ui.JobProgress(ui.Job{State: ui.JobRunning, Label: "Import", Done: 640, Total: 1200, Line: "640 of 1 200", Note: "You can leave"}),
	"copyable":          ui.Copyable("n", "8F3K", "Copy the number"),
	"ago":               ui.TimeAgo(at.Add(-72*time.Hour), at),
}

func TestPartsAreDrawnAsReviewed(t *testing.T) {
	t.Parallel()
	for name, part := range plainParts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := uitest.Render(t, i18n.En, part)
			uitest.Part(t, got)
			uitest.Same(t, name+".golden", got)
		})
	}
	for name, part := range wordyParts {
		for _, l := range i18n.Langs() {
			t.Run(name+" in "+l.Code(), func(t *testing.T) {
				t.Parallel()
				got := uitest.Render(t, l, part)
				if name != "summary-of-errors" { // its links lead to fields that the form has
					uitest.Part(t, got)
				}
				uitest.Same(t, name+"."+l.Code()+".golden", got)
			})
		}
	}
}

func TestTheSummaryAndTheFieldSayTheSame(t *testing.T) {
	t.Parallel()
	summary := uitest.Render(t, i18n.Ru, ui.ErrorSummary(wrong))
	field := uitest.Render(t, i18n.Ru, ui.Text(ui.Field{Name: "tin", Label: "ИНН", Wrong: wrong}))
	words := i18n.Text(i18n.Ru, "taxid.tin")
	if !strings.Contains(summary, words) || !strings.Contains(field, words) {
		t.Errorf("%q is missing in\n%s\n%s", words, summary, field)
	}
}

func TestNothingIsDrawnForNothing(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]templ.Component{
		"no complaints": ui.ErrorSummary(nil), "no crumbs": ui.Crumbs(nil), "no acts": ui.Acts(nil), "no chips": ui.Chips(nil, "/"),
	} {
		if got := uitest.Render(t, i18n.En, part); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestTextFromPeopleStaysText(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script>`
	for name, part := range map[string]templ.Component{
		"a value":   ui.Text(ui.Field{Name: "q", Label: "Q", Value: evil}),
		"a title":   ui.Head(ui.PageHead{Title: evil}),
		"a tag":     ui.Tag(ui.OK, evil),
		"a choice":  ui.Radios(ui.Field{Name: "r", Label: "R"}, []ui.Choice{{Value: evil, Text: evil}}),
		"an answer": ui.Summary([]ui.Pair{{Key: "K", Value: evil}}),
		"a hidden":  ui.Values([]ui.Hidden{{Name: "h", Value: evil}}),
		"a link":    ui.Act(ui.Action{Text: "x", URL: "javascript:alert(1)"}),
		"a line":    ui.JobProgress(ui.Job{Label: evil, Line: evil}),
	} {
		got := uitest.Render(t, i18n.En, part)
		if strings.Contains(got, "<script") || strings.Contains(got, "javascript:") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestThePagerPromisesNothingItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pager ui.Pager
		want  string
	}{
		"nobody counted":    {ui.Pager{Shown: 25, Total: -1}, "25 rows shown"},
		"a lower bound":     {ui.Pager{Shown: 25, Total: 10000, AtLeast: true}, "25 shown of more than 10\u00a0000"},
		"everything fits":   {ui.Pager{Shown: 1, Total: 1}, "1 row"},
		"a page of several": {ui.Pager{Shown: 25, Total: 238}, "25 shown of 238"},
	} {
		got := uitest.Render(t, i18n.En, ui.Pages(c.pager))
		if !strings.Contains(got, "<p>"+c.want+"</p>") {
			t.Errorf("%s: %s", name, got)
		}
		if strings.Contains(got, "<nav") {
			t.Errorf("%s: a navigation that leads nowhere", name)
		}
	}
}

func TestProgressIsAnnouncedAtQuartersOnly(t *testing.T) {
	t.Parallel()
	step := func(done int) string {
		got := uitest.Render(t, i18n.En, ui.JobProgress(ui.Job{State: ui.JobRunning, Label: "x", Done: done, Total: 400}))
		_, rest, _ := strings.Cut(got, `data-step="`)
		value, _, _ := strings.Cut(rest, `"`)
		return value
	}
	if step(0) != step(99) || step(99) == step(100) || step(399) == step(400) || step(400) != step(500) {
		t.Errorf("steps at 0 99 100 399 400 500: %s %s %s %s %s %s", step(0), step(99), step(100), step(399), step(400), step(500))
	}
}
