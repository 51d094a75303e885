// Package maintenanceview draws what is planned and the operator's pages about
// it.
package maintenanceview

import (
	"context"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/maintenance"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

const listURL = "/op/maintenance"

// Windows is a page of the list.
type Windows struct {
	maintenance.Page
	Size  int
	First bool
	May   bool // the reader may plan and end
}

func (w Windows) actions(ctx context.Context) []ui.Action {
	if !w.May {
		return nil
	}
	return []ui.Action{{Text: i18n.T(ctx, "maintenance.new.open"), URL: listURL + "/new", Look: ui.Go}}
}

func (w Windows) pager() ui.Pager {
	at := func(size int) string { return ui.Query(listURL, nil, "per", ui.Per(size)) }
	p := ui.Pager{Shown: len(w.Rows), Total: -1, Per: w.Size}
	p.PerURLs = ui.Sizes(at)
	if !w.First {
		p.FirstURL = at(w.Size)
	}
	if w.Next != "" {
		p.NextURL = ui.Query(listURL, nil, "per", ui.Per(w.Size), "after", w.Next)
	}
	return p
}

func endURL(id int64) string { return listURL + "/" + strconv.FormatInt(id, 10) + "/end" }

func tone(s maintenance.State) ui.Tone {
	switch s {
	case maintenance.Running:
		return ui.Warn
	case maintenance.Planned:
		return ui.Info
	}
	return ui.Mute
}

// when is a window's time, the day once where it begins and ends on one.
func when(w maintenance.Window) string {
	if ui.Date(w.From) == ui.Date(w.Until) {
		return ui.DateTime(w.From) + " – " + ui.Clock(w.Until)
	}
	return ui.DateTime(w.From) + " – " + ui.DateTime(w.Until)
}

func reason(ctx context.Context, w maintenance.Window) string {
	return w.Reason(i18n.From(ctx).Code())
}

// Banner is what every page says of a window that runs or is announced; nil when
// there is none.
func Banner(ctx context.Context, w maintenance.Window) *ui.Notice {
	if w.ID == 0 {
		return nil
	}
	key := "maintenance.banner." + string(w.State) + "." + string(w.Mode)
	n := &ui.Notice{
		Tone: ui.Info, Title: i18n.T(ctx, key, "when", when(w), "until", ui.DateTime(w.Until)), Text: reason(ctx, w),
	}
	if w.State == maintenance.Running {
		n.Tone = ui.Warn
	}
	return n
}

func modes(ctx context.Context) []ui.Choice {
	var cs []ui.Choice
	for _, m := range []maintenance.Mode{maintenance.ReadOnly, maintenance.Closed} {
		cs = append(cs, ui.Choice{Value: string(m), Text: i18n.T(ctx, "maintenance.mode."+string(m)), Hint: i18n.T(ctx, "maintenance.mode."+string(m)+".about")})
	}
	return cs
}

func field(ctx context.Context, name, value string, wrong fault.Complaints) ui.Field {
	return ui.Field{Name: name, Label: i18n.T(ctx, "maintenance.field."+name), Value: value, Wrong: wrong, Autocomplete: "off"}
}

func hinted(ctx context.Context, name, value string, wrong fault.Complaints) ui.Field {
	f := field(ctx, name, value, wrong)
	f.Hint = i18n.T(ctx, "maintenance.field."+name+".hint")
	return f
}

func optional(f ui.Field) ui.Field {
	f.Optional = true
	return f
}

func facts(ctx context.Context, w maintenance.Window) []ui.Pair {
	return []ui.Pair{
		{Key: i18n.T(ctx, "maintenance.column.when"), Value: when(w)},
		{Key: i18n.T(ctx, "maintenance.field.mode"), Value: i18n.T(ctx, "maintenance.mode."+string(w.Mode))},
		{Key: i18n.T(ctx, "maintenance.column.reason"), Value: reason(ctx, w)},
	}
}
