package attributeview

import (
	"context"
	"net/url"
	"strconv"

	"kabinet/internal/attribute"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/productgroup"
	"kabinet/web/ui"
)

// CodesPage is a page of a dictionary.
type CodesPage struct {
	Group   productgroup.Group
	Filter  attribute.CodeFilter
	Rows    []attribute.Entry
	More    bool
	Used    int // that may be chosen, in all
	Off     int // that may not any more, in all
	MayEdit bool
}

func (p CodesPage) path() string { return CodesPath(p.Group.ID, p.Filter.List) }

func (p CodesPage) title(ctx context.Context) string { return listName(ctx, p.Filter.List) }

func listName(ctx context.Context, l attribute.List) string {
	return i18n.T(ctx, "attribute.list."+string(l))
}

// url is the address of the list with its state and changes of it.
func (p CodesPage) url(change func(url.Values)) string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("q", p.Filter.Query)
	if p.Filter.Off {
		v.Set("state", "off")
	}
	if p.Filter.Size != page.Sizes()[0] {
		v.Set("per", strconv.Itoa(p.Filter.Size))
	}
	change(v)
	if len(v) == 0 {
		return p.path()
	}
	return p.path() + "?" + v.Encode()
}

func (p CodesPage) actions(ctx context.Context) []ui.Action {
	all := []ui.Action{{Text: i18n.T(ctx, "attribute.code.file"), URL: p.path() + "/file"}}
	if p.MayEdit {
		all = append(all, ui.Action{Text: i18n.T(ctx, "attribute.file.from"), URL: p.path() + "/import"})
		all = append(all, ui.Action{Text: i18n.T(ctx, "attribute.code.add"), URL: p.path() + "/new", Look: ui.Go})
	}
	return all
}

func (p CodesPage) search(ctx context.Context) ui.Field {
	return ui.Field{Name: "q", Label: i18n.T(ctx, "attribute.code.search"), Value: p.Filter.Query, Type: "search", Autocomplete: "off"}
}

func (p CodesPage) state(ctx context.Context) (ui.Field, []ui.Option) {
	f := ui.Field{Name: "state", Label: i18n.T(ctx, "attribute.code.state")}
	if p.Filter.Off {
		f.Value = "off"
	}
	return f, []ui.Option{
		{Text: i18n.T(ctx, "attribute.code.used") + " — " + ui.Int(p.Used)},
		{Value: "off", Text: i18n.T(ctx, "attribute.code.off") + " — " + ui.Int(p.Off)},
	}
}

func (p CodesPage) pager() ui.Pager {
	g := ui.Pager{Shown: len(p.Rows), Total: -1, Per: p.Filter.Size}
	if p.Filter.Query == "" {
		g.Total = p.Used
		if p.Filter.Off {
			g.Total = p.Off
		}
	}
	if p.Filter.After != "" {
		g.FirstURL = p.url(func(url.Values) {})
	}
	if p.More {
		g.NextURL = p.url(func(v url.Values) { v.Set("after", p.Rows[len(p.Rows)-1].Code.Code) })
	}
	g.PerURLs = ui.Sizes(func(n int) string { return p.url(func(v url.Values) { v.Set("per", strconv.Itoa(n)) }) })
	return g
}

func (p CodesPage) empty(ctx context.Context) ui.EmptyState {
	if p.Filter.Query != "" || p.Filter.Off {
		return ui.EmptyState{Title: i18n.T(ctx, "attribute.code.nothing"), Actions: []ui.Action{{Text: i18n.T(ctx, "attribute.code.all"), URL: p.path()}}}
	}
	return ui.EmptyState{Title: i18n.T(ctx, "attribute.code.first"), Text: i18n.T(ctx, "attribute.code.first_hint")}
}

// CodePage is one code of a dictionary, with the form for it.
type CodePage struct {
	Group   productgroup.Group
	List    attribute.List
	Now     attribute.Entry // as it is stored; zero for a new one
	Draft   attribute.CodeDraft
	Edited  bool // somebody else changed it after the page was opened
	Wrong   fault.Complaints
	MayEdit bool
}

func (p CodePage) isNew() bool { return p.Now.Version == 0 }

func (p CodePage) title(ctx context.Context) string {
	if p.isNew() {
		return i18n.T(ctx, "attribute.code.new."+string(p.List))
	}
	return p.Now.Name.In(lang(ctx))
}

func (p CodePage) crumbs(ctx context.Context) []ui.Link {
	return dictionaryCrumbs(ctx, groupCrumb(ctx, p.Group), ui.Link{Text: listName(ctx, p.List), URL: CodesPath(p.Group.ID, p.List)})
}

func (p CodePage) action() string {
	if p.isNew() {
		return CodesPath(p.Group.ID, p.List) + "/new"
	}
	return CodePath(p.Group.ID, p.List, p.Now.Code.Code)
}

func (p CodePage) code(ctx context.Context) ui.Field {
	f := ui.Field{
		Name: "code", Label: i18n.T(ctx, "attribute.code.code"), Hint: i18n.T(ctx, "attribute.code.shape."+string(p.List)), Value: p.Draft.Code, Wrong: p.Wrong,
		Mono: true, Width: "w20", Autocomplete: "off", ReadOnly: !p.isNew(),
	}
	if p.List != attribute.Categories {
		f.InputMode = "numeric"
	}
	return f
}

func (p CodePage) name(ctx context.Context, field, value, tag string) ui.Field {
	return ui.Field{Name: field, Label: i18n.T(ctx, "attribute.code.called."+field), Value: value, Lang: tag, Wrong: p.Wrong, Autocomplete: "off", ReadOnly: !p.MayEdit, Optional: field == "en"}
}

func (p CodePage) asStored(ctx context.Context) []ui.Pair {
	return []ui.Pair{
		{Key: i18n.T(ctx, "attribute.code.called.uz"), Value: p.Now.Name.Uz, Lang: "uz-Latn"},
		{Key: i18n.T(ctx, "attribute.code.called.ru"), Value: p.Now.Name.Ru, Lang: "ru"},
		{Key: i18n.T(ctx, "attribute.code.called.en"), Value: p.Now.Name.En, Lang: "en"},
	}
}

// turn is the button that takes the code out of use or puts it back.
func (p CodePage) turn(ctx context.Context) ui.Action {
	if p.Now.Off {
		return ui.Action{Text: i18n.T(ctx, "attribute.code.turn_on"), URL: p.action() + "/on", Post: true}
	}
	return ui.Action{Text: i18n.T(ctx, "attribute.code.turn_off"), URL: p.action() + "/off", Post: true}
}

func (p CodePage) status(ctx context.Context) string {
	if p.Now.Off {
		return i18n.T(ctx, "attribute.code.is_off")
	}
	return i18n.T(ctx, "attribute.code.turn_hint")
}
