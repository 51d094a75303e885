package memberview

import (
	"context"
	"slices"
	"strconv"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// NewPage is the form for a new user.
type NewPage struct {
	Draft   member.Draft
	Choices member.Choices
	Wrong   fault.Complaints
	Taken   int64 // the user who has the personal number, 0 for none
}

// EditPage is a form about a user who exists: who it is, its roles or its reach.
type EditPage struct {
	User    member.User // as it is stored now
	Self    bool
	Person  member.Person // as typed
	Roles   []string
	Reach   member.Reach
	Choices member.Choices
	Wrong   fault.Complaints
	Taken   int64
	Stale   *ui.Clash // somebody changed the user since the form was drawn
}

// Blocking is the page before a user is blocked.
type Blocking struct {
	User  member.User
	Self  bool
	Typed member.Blocking
	Wrong fault.Complaints
}

type personForm struct {
	person member.Person
	wrong  fault.Complaints
}

func (f personForm) field(ctx context.Context, name, value string) ui.Field {
	return ui.Field{Name: name, Label: i18n.T(ctx, "member.field."+name), Value: value, Wrong: f.wrong, Autocomplete: "off"}
}

// in is a field whose value is in another language than the page.
func (f personForm) in(ctx context.Context, name, value, lang string) ui.Field {
	field := f.field(ctx, name, value)
	field.Lang = lang
	return field
}

func (f personForm) name(ctx context.Context) ui.Field {
	field := f.in(ctx, "name", f.person.Name, "uz-Latn")
	field.Hint = i18n.T(ctx, "member.field.name.hint")
	return field
}

func optional(f ui.Field) ui.Field {
	f.Optional = true
	return f
}

func (f personForm) email(ctx context.Context) ui.Field {
	field := f.field(ctx, "email", f.person.Email)
	field.Type, field.Hint = "email", i18n.T(ctx, "member.field.email.hint")
	return field
}

func (f personForm) pinfl(ctx context.Context, hint string) ui.Field {
	field := f.field(ctx, "pinfl", f.person.PINFL)
	field.Hint, field.Width, field.InputMode = i18n.T(ctx, hint), "w14", "numeric"
	return field
}

func (f personForm) language(ctx context.Context) ui.Field {
	field := f.field(ctx, "language", f.person.Language)
	field.Hint = i18n.T(ctx, "member.field.language.hint")
	return field
}

// positions reports whether the optional fields should be in view.
func (f personForm) positions() bool {
	return f.person.Position+f.person.PositionRu+f.person.PositionEn != "" || said(f.wrong, "position", "position_ru", "position_en")
}

func (p NewPage) person() personForm { return personForm{p.Draft.Person, p.Wrong} }

// singles reports whether the single roles should be in view.
func (p NewPage) singles() bool {
	return p.Draft.Preset == member.Own || len(p.Draft.Roles) > 0 || said(p.Wrong, "roles")
}

func takenNotice(ctx context.Context, id int64) ui.Notice {
	return ui.Notice{
		Tone: ui.Bad, Text: i18n.T(ctx, "member.pinfl.taken"),
		Action: &ui.Action{Text: i18n.T(ctx, "member.pinfl.taken.open"), URL: Path(id, "")},
	}
}

func (p EditPage) title(ctx context.Context, key string) string {
	return i18n.T(ctx, key, "name", p.User.Names.In(lang(ctx)))
}

func (p EditPage) lead(ctx context.Context) string {
	if p.Self {
		return i18n.T(ctx, "member.you")
	}
	return ""
}

func (p EditPage) version() []ui.Hidden {
	return []ui.Hidden{{Name: "version", Value: strconv.Itoa(p.User.Version)}}
}

func (p EditPage) cancel(ctx context.Context) ui.Link {
	return ui.Link{Text: i18n.T(ctx, "member.cancel"), URL: Path(p.User.ID, "")}
}

// own is what is typed about the person when the stored values are shown.
func own(u member.User) member.Person {
	return member.Person{
		Name: u.Names.Uz, NameRu: u.Names.Ru, NameEn: u.Names.En,
		Position: u.Positions.Uz, PositionRu: u.Positions.Ru, PositionEn: u.Positions.En,
		Email: u.Email, Language: u.Language,
	}
}

// Stored is the form of a user as it is.
func Stored(u member.User, self bool, c member.Choices) EditPage {
	p := EditPage{User: u, Self: self, Person: own(u), Reach: member.ReachOf(u.Scope), Choices: c}
	for _, r := range u.Roles {
		p.Roles = append(p.Roles, string(r))
	}
	return p
}

// Compare lists the fields in which what was typed differs from what is stored.
func (p EditPage) Compare(ctx context.Context) []ui.ClashRow {
	now, typed := own(p.User), p.Person
	var rows []ui.ClashRow
	add := func(field, yours, theirs string) {
		if yours != theirs {
			rows = append(rows, ui.ClashRow{Field: i18n.T(ctx, field), Yours: yours, Theirs: theirs})
		}
	}
	add("member.field.name", typed.Name, now.Name)
	add("member.field.name_ru", typed.NameRu, now.NameRu)
	add("member.field.name_en", typed.NameEn, now.NameEn)
	add("member.field.position", typed.Position, now.Position)
	add("member.field.position_ru", typed.PositionRu, now.PositionRu)
	add("member.field.position_en", typed.PositionEn, now.PositionEn)
	add("member.field.email", typed.Email, now.Email)
	add("member.field.language", ui.LanguageName(typed.Language), ui.LanguageName(now.Language))
	add("member.column.roles", rolesTyped(ctx, p.Roles), roleNames(ctx, p.User.Roles))
	add("member.column.groups", p.reach(ctx, p.Reach.AllGroups, p.Reach.Groups, groupChoices(ctx, p.Choices), "groups"),
		reachNames(ctx, p.User.Scope.AllGroups, p.Choices.GroupNames(p.User.Scope, lang(ctx)), "groups"))
	add("member.column.places", p.reach(ctx, p.Reach.AllPlaces, p.Reach.Places, placeChoices(p.Choices), "places"),
		reachNames(ctx, p.User.Scope.AllPlaces, p.Choices.PlaceNames(p.User.Scope), "places"))
	return rows
}

func rolesTyped(ctx context.Context, typed []string) string {
	var roles []perm.Role
	for _, r := range perm.MemberRoles() {
		if r == perm.RoleDefault || slices.Contains(typed, string(r)) {
			roles = append(roles, r)
		}
	}
	return roleNames(ctx, roles)
}

func (p EditPage) reach(ctx context.Context, all string, typed []string, choices []ui.Choice, what string) string {
	var names []string
	for _, c := range choices {
		if slices.Contains(typed, c.Value) {
			names = append(names, c.Text)
		}
	}
	return reachNames(ctx, all == "all", names, what)
}

func consequence(ctx context.Context, b Blocking) string {
	text := i18n.T(ctx, "member.block.consequence")
	if b.Self {
		return i18n.T(ctx, "member.block.self.warning") + " " + text
	}
	return text
}
