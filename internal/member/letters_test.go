package member_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
)

// victim writes one address in ways that end in one mailbox.
func victim(n int) string {
	return []string{"victim@mail.example", "VICTIM@Mail.example", "victim+x@mail.example"}[n%3]
}

// sheetOf is a file of programs, each with a name of its own.
func sheetOf(name string, rows int, email func(int) string) string {
	var b strings.Builder
	b.WriteString("name,email,kind,roles\n")
	for n := range rows {
		fmt.Fprintf(&b, "%s %d,%s,technical,observer\n", name, n, email(n))
	}
	return b.String()
}

func (o office) upload(a actor.Actor, file string) member.Import {
	o.t.Helper()
	id, err := o.Upload(o.t.Context(), a, "users.csv", strings.NewReader(file))
	if err != nil {
		o.t.Fatal(err)
	}
	i, err := o.Import(o.t.Context(), a, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return i
}

func TestAFileSendsAFewLettersIntoOneMailbox(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	i := o.upload(admin, sheetOf("Line", 8, victim))
	if i.New != 5 || i.Bad != 3 || len(i.Told) != 3 {
		t.Fatalf("%+v", i)
	}
	want := member.Complaint{Row: 7, Field: "email", Key: "member.import.one_mailbox", Args: []string{"max", "5", "rows", "2, 3, 4, 5, 6"}}
	if d := cmp.Diff(want, i.Told[0]); d != "" {
		t.Error(d)
	}
	if other := o.upload(admin, sheetOf("Line", 2000, func(n int) string { return fmt.Sprintf("u%d@mail.example", n) })); other.Bad != 0 || other.New != 2000 {
		t.Errorf("many addresses: %d bad, %d new", other.Bad, other.New)
	}
}

func TestManyFilesSendNoMoreThanADaysLettersIntoOneMailbox(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	var err error
	for n := range 7 {
		i := o.upload(admin, sheetOf(fmt.Sprint("Line ", n, " of"), 5, victim)+"Bystander,other@mail.example,technical,observer\n")
		if err = o.Apply(t.Context(), admin, i.ID); err != nil {
			break
		}
	}
	f, _ := fault.As(err)
	if !errors.Is(err, member.ErrMailboxes) || f.RetryAfter <= 0 || !strings.Contains(fmt.Sprint(f.Args), "2, 3, 4, 5, 6") || strings.Contains(fmt.Sprint(f.Args), "7") {
		t.Fatalf("%v %+v", err, f)
	}
	if n := o.count(`select count(*) from river_job where kind = 'member.invite'`); n != 31 {
		t.Errorf("%d invitations, want 30 and that of the bystander, who was known after the first file", n)
	}
	if _, err := o.Add(t.Context(), admin, typed(func(d *member.Draft) { d.Email = victim(1) })); !errors.Is(err, member.ErrMailbox) {
		t.Errorf("one more by a form: %v", err)
	}
	if _, err := o.Add(t.Context(), o.hire(2, 22, perm.RoleOrgAdmin), typed(func(d *member.Draft) { d.Email = victim(1) })); err != nil {
		t.Errorf("another organization: %v", err)
	}
}

func TestBlockingInTurnsSendsNoLettersWithoutEnd(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	id, err := o.Add(t.Context(), admin, typed(nil))
	if err != nil {
		t.Fatal(err)
	}
	rounds := 0
	for ; err == nil && rounds < 40; rounds++ {
		if rounds%4 == 3 { // the hours go by, the day does not
			o.exec(`delete from rate_limits where key like 'member.invite:%'`)
		}
		if err = o.Block(t.Context(), admin, id, member.Blocking{Reason: "Shartnoma tugadi"}); err == nil {
			err = o.Unblock(t.Context(), admin, id)
		}
	}
	if n := o.count(`select count(*) from invited`); !errors.Is(err, member.ErrLetters) || n != 11 {
		t.Errorf("%d invitations, %v, want those of the form and of ten times", n, err)
	}
	if o.get(admin, id).Status != member.Blocked {
		t.Error("a user is open again whom nobody could tell so")
	}
}

func TestAFormThatComesToNothingUsesNoLetterUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	if _, err := o.Add(t.Context(), admin, typed(nil)); err != nil {
		t.Fatal(err)
	}
	for _, d := range []member.Draft{typed(nil), typed(func(d *member.Draft) { d.FormKey = "another" }), typed(func(d *member.Draft) { d.Name = "" })} {
		_, _ = o.Add(t.Context(), admin, d) // sent before, taken, wrong
	}
	if n := o.count(`select n from rate_limits where key like 'member.mailbox:%'`); n != 1 {
		t.Errorf("%d letters are counted, want 1", n)
	}
}
