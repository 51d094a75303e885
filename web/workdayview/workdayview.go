// Package workdayview draws the calendar of working days for the operator's
// staff.
package workdayview

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/workday"
	"kabinet/web/ui"
)

const root = "/op/dictionaries/calendar"

// YearPath is the address of a year of the calendar.
func YearPath(year int) string { return root + "?year=" + strconv.Itoa(year) }

// DayPath is the address of a day of the calendar.
func DayPath(d workday.Day) string { return root + "/" + d.Format(time.DateOnly) }

// YearPage is a year of the calendar.
type YearPage struct {
	workday.Year
	MayEdit bool
}

// DayPage is a day of the calendar with the form for it.
type DayPage struct {
	Now     workday.Entry // as it is stored; zero for a new one
	Draft   workday.Draft
	Edited  bool // somebody else changed it after the page was opened
	Wrong   fault.Complaints
	MayEdit bool
}

func lang(ctx context.Context) string { return i18n.From(ctx).Code() }

func (p YearPage) title(ctx context.Context) string {
	return i18n.T(ctx, "workday.title", "year", strconv.Itoa(p.Number))
}

func (p YearPage) tabs() []ui.Tab {
	all := make([]ui.Tab, len(p.Known))
	for i, y := range p.Known {
		all[i] = ui.Tab{Text: strconv.Itoa(y), URL: YearPath(y), Current: y == p.Number}
	}
	return all
}

func (p YearPage) actions(ctx context.Context) []ui.Action {
	if !p.MayEdit {
		return nil
	}
	return []ui.Action{{Text: i18n.T(ctx, "workday.add"), URL: root + "/new", Look: ui.Go}}
}

// months are the working days of each month.
func (p YearPage) months(ctx context.Context) []ui.Counter {
	all := make([]ui.Counter, len(p.Worked))
	for i, n := range p.Worked {
		all[i] = ui.Counter{Label: i18n.T(ctx, "workday.month."+strconv.Itoa(i+1)), Value: n}
	}
	return all
}

func dictionaryCrumb(ctx context.Context) ui.Link {
	return ui.Link{Text: i18n.T(ctx, "workday.dictionaries"), URL: "/op/dictionaries"}
}

func weekday(ctx context.Context, d workday.Day) string {
	return i18n.T(ctx, "workday.weekday."+strconv.Itoa(int(d.Weekday())))
}

func kindTag(ctx context.Context, e workday.Entry) templ.Component {
	if e.Working {
		return ui.Tag(ui.OK, i18n.T(ctx, "workday.working"))
	}
	return ui.Tag(ui.Mute, i18n.T(ctx, "workday.off"))
}

func (p DayPage) isNew() bool { return p.Now.Version == 0 }

func (p DayPage) title(ctx context.Context) string {
	if p.isNew() {
		return i18n.T(ctx, "workday.new")
	}
	return ui.Date(p.Now.Day) + " · " + weekday(ctx, p.Now.Day)
}

func (p DayPage) crumbs(ctx context.Context) []ui.Link {
	c := []ui.Link{dictionaryCrumb(ctx), {Text: i18n.T(ctx, "workday.calendar"), URL: root}}
	if !p.isNew() {
		c[1] = ui.Link{Text: i18n.T(ctx, "workday.title", "year", strconv.Itoa(p.Now.Day.Year())), URL: YearPath(p.Now.Day.Year())}
	}
	return c
}

func (p DayPage) action() string {
	if p.isNew() {
		return root + "/new"
	}
	return DayPath(p.Now.Day)
}

func (p DayPage) back() string {
	if p.isNew() {
		return root
	}
	return YearPath(p.Now.Day.Year())
}

func (p DayPage) actions(ctx context.Context) []ui.Action {
	if p.isNew() || !p.MayEdit {
		return nil
	}
	return []ui.Action{{Text: i18n.T(ctx, "workday.remove"), URL: DayPath(p.Now.Day) + "/remove"}}
}

func (p DayPage) day(ctx context.Context) ui.Field {
	f := ui.Field{Name: "day", Label: i18n.T(ctx, "workday.day"), Type: "date", Width: "w10", Value: p.Draft.Day, Wrong: p.Wrong}
	if d, ok := workday.ParseDay(p.Draft.Day); ok {
		f.Value = d.Format(time.DateOnly) // what a date input takes
	}
	return f
}

func (p DayPage) working(ctx context.Context) (ui.Field, []ui.Choice) {
	return ui.Field{Name: "working", Label: i18n.T(ctx, "workday.kind"), Value: p.Draft.Working, Wrong: p.Wrong}, []ui.Choice{
		{Value: "no", Text: i18n.T(ctx, "workday.off"), Hint: i18n.T(ctx, "workday.off_hint"), Disabled: !p.MayEdit},
		{Value: "yes", Text: i18n.T(ctx, "workday.working"), Hint: i18n.T(ctx, "workday.working_hint"), Disabled: !p.MayEdit},
	}
}

func (p DayPage) name(ctx context.Context, field, value, tag string) ui.Field {
	return ui.Field{Name: field, Label: i18n.T(ctx, "workday.name."+field), Value: value, Lang: tag, Wrong: p.Wrong, Autocomplete: "off", ReadOnly: !p.MayEdit}
}

func (p DayPage) estimated(ctx context.Context) ui.Field {
	return ui.Field{Name: "estimated", Label: i18n.T(ctx, "workday.estimated"), Hint: i18n.T(ctx, "workday.estimated_hint")}
}

func facts(ctx context.Context, e workday.Entry) []ui.Pair {
	return []ui.Pair{
		{Key: i18n.T(ctx, "workday.kind"), Rich: kindTag(ctx, e)},
		{Key: i18n.T(ctx, "workday.name.uz"), Value: e.Uz, Lang: "uz-Latn"},
		{Key: i18n.T(ctx, "workday.name.ru"), Value: e.Ru, Lang: "ru"},
		{Key: i18n.T(ctx, "workday.name.en"), Value: e.En, Lang: "en"},
	}
}

func removal(ctx context.Context, e workday.Entry) ui.Confirmation {
	p := DayPage{Now: e}
	return ui.Confirmation{
		Crumbs:      append(p.crumbs(ctx), ui.Link{Text: p.title(ctx), URL: DayPath(e.Day)}),
		Title:       i18n.T(ctx, "workday.remove.title", "day", ui.Date(e.Day)),
		Consequence: i18n.T(ctx, "workday.remove.text"),
		Facts:       facts(ctx, e),
		Action:      ui.Action{Text: i18n.T(ctx, "workday.remove"), URL: DayPath(e.Day) + "/remove", Look: ui.Stop, Post: true, Values: []ui.Hidden{{Name: "version", Value: strconv.Itoa(e.Version)}}},
		CancelURL:   DayPath(e.Day),
	}
}
