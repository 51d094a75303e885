package member_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/gate"
)

const goodFile = `Полное имя на узбекском;ПИНФЛ;Электронная почта;Набор ролей;Роли;Человек или программа
Karimova Dilnoza;41203850010017;dilnoza@company.example;Бухгалтер;;
Oʻrinboyev Aziz;31203850010018;aziz@company.example;;Наблюдатель; card_editor
Yuksalish 2;;it@company.example;integration;;Программа
`

func TestImport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	upload := func(text string) member.Import {
		t.Helper()
		id, err := o.Upload(t.Context(), admin, "users.csv", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		i, err := o.Import(t.Context(), admin, id)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	quoted := strings.ReplaceAll(goodFile, "Наблюдатель; card_editor", `"Наблюдатель; card_editor"`)
	quoted = strings.ReplaceAll(quoted, "integration", "warehouse")
	i := upload(quoted)
	if i.Read != 3 || i.New != 3 || i.Bad != 0 {
		t.Fatalf("%+v", i)
	}
	if n := o.count(`select count(*) from members where org_id = 1`); n != 1 {
		t.Error("checking a file made users")
	}
	if n := o.count(`select count(*) from member_imports where sealed like '%41203850010017%' or complaints::text like '%4120385%'`); n != 0 {
		t.Error("personal numbers wait unsealed")
	}
	if err := o.Apply(t.Context(), admin, i.ID); err != nil {
		t.Fatal(err)
	}
	var names, roles []string
	rows, err := o.db.Query(t.Context(), `select m.name_ru, string_agg(r.role, ' ' order by r.role) from members m join member_roles r on r.member_id = m.id
		where m.org_id = 1 and m.id <> 11 and m.all_groups and m.all_places group by m.id, m.name_ru order by m.id`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name, role string
		if err := rows.Scan(&name, &role); err != nil {
			t.Fatal(err)
		}
		names, roles = append(names, name), append(roles, role)
	}
	if d := cmp.Diff([]string{"Каримова Дилноза", "Уринбоев Азиз", "Юксалиш 2"}, names); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff("card_editor default observer", roles[1]); d != "" {
		t.Error(d)
	}
	if n := o.count(`select count(*) from river_job where kind = 'member.invite'`); n != 3 {
		t.Errorf("%d invitations", n)
	}
	t.Run("a job that runs again after its process died sends no second letter", func(t *testing.T) {
		var id int64
		if err := o.db.QueryRow(t.Context(), `select min(id) from members where id <> 11`).Scan(&id); err != nil {
			t.Fatal(err)
		}
		job := member.InviteArgs{OrgID: 1, MemberID: id}
		if err := errors.Join(o.RunInvite(t.Context(), job), o.RunInvite(t.Context(), job)); err != nil {
			t.Error(err)
		}
		if n := o.count(`select count(*) from invited where member_id = $1`, id); n != 1 {
			t.Errorf("%d letters", n)
		}
	})
	t.Run("the same file again changes nothing", func(t *testing.T) {
		again := upload(quoted)
		if again.New != 0 || again.Known != 3 {
			t.Fatalf("%+v", again)
		}
		lines := o.count(`select count(*) from members`)
		if err := errors.Join(o.Apply(t.Context(), admin, again.ID), o.Apply(t.Context(), admin, i.ID)); err != nil || o.count(`select count(*) from members`) != lines {
			t.Error(err)
		}
	})
	t.Run("of another organization it is not there", func(t *testing.T) {
		stranger := o.hire(2, 22, perm.RoleOrgAdmin)
		_, err := o.Import(t.Context(), stranger, i.ID)
		if !errors.Is(err, member.ErrNoImport) || !errors.Is(o.Apply(t.Context(), stranger, i.ID), member.ErrNoImport) {
			t.Error(err)
		}
		if _, err := o.Import(t.Context(), admin, "'; drop"); !errors.Is(err, member.ErrNoImport) {
			t.Error(err)
		}
	})
	t.Run("administrators are told of new ones, as of those of a form", func(t *testing.T) {
		told := func() int {
			return o.count(`select count(*) from notices where member_id = 11 and key like 'member.notice.admin%'`)
		}
		one := upload("name,email,pinfl,roles\nSevara Aliyeva,s@company.example,41203850010027,org_admin\n")
		if err := o.Apply(t.Context(), admin, one.ID); err != nil || told() != 1 {
			t.Errorf("%d notices of one administrator, %v", told(), err)
		}
		two := upload("name,email,pinfl,roles\nOybek Aliyev,o@company.example,31203850010028,org_admin\n" +
			"Malika Aliyeva,m@company.example,41203850010029,org_admin\n")
		if err := o.Apply(t.Context(), admin, two.ID); err != nil || told() != 2 {
			t.Errorf("%d notices, want one more of two administrators, %v", told(), err)
		}
	})
	t.Run("sensitive roles want a fresh signature", func(t *testing.T) {
		o.exec(`update sessions set proved_at = now() - interval '1 hour'`)
		waits := upload("name,email,pinfl,preset\nNodira Ergasheva,n@company.example,41203850010019,director\n")
		if err := o.Apply(t.Context(), admin, waits.ID); !errors.Is(err, gate.ErrProve) {
			t.Error(err)
		}
	})
}

func TestImportKeepsGoodRowsAndNamesTheBad(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	const file = "name,email,pinfl,preset,roles\n" +
		"Dilnoza Karimova,d@company.example,41203850010017,accountant,\n" + // 2 good
		",e@company.example,41203850010018,accountant,\n" + // 3
		"Aziz,a@b@c,41203850010019,accountant,\n" + // 4
		"Aziz Karimov,f@company.example,123,accountant,\n" + // 5
		"Aziz Karimov,f@company.example,41203850010020,king,\n" + // 6
		"Aziz Karimov,f@company.example,41203850010020,,tsar\n" + // 7
		"Aziz Karimov,g@company.example,41203850010017,accountant,\n" + // 8 twice
		"\"Aziz\x00\",h@company.example,41203850010021,accountant,\n" // 9
	id, err := o.Upload(t.Context(), admin, "users.csv", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	i, err := o.Import(t.Context(), admin, id)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range i.Told {
		got = append(got, strings.Join([]string{string(rune('0' + c.Row)), c.Field, c.Key}, " "))
	}
	want := []string{
		"3 name member.name.missing.name", "3 name_ru member.name.missing.name_ru", "3 name_en member.name.missing.name_en",
		"4 email mail.address.several", "5 pinfl taxid.pinfl", "6 preset member.preset.missing", "7 roles member.roles.missing",
		"7 roles member.import.role", "8 pinfl member.import.twice", "9  member.import.unreadable",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if i.New != 1 || i.Bad != 7 {
		t.Errorf("%+v", i)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"no titles": {"a,b\nc,d\n", member.ErrHeading},
		"no rows":   {"name,email\n", member.ErrNoRows},
		"too long":  {"name,email\n" + strings.Repeat("a,b\n", member.MaxRows+1), member.ErrManyRows},
	} {
		_, err := o.Upload(t.Context(), admin, "f.csv", strings.NewReader(c.text))
		if wrong, ok := fault.ComplaintsOf(err); !errors.Is(err, c.want) || !ok || wrong[0].Field != "file" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{"empty": "", "binary": "\x00\x01\x02\x03", "an old workbook": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "no workbook": "PK\x03\x04garbage"} {
		if _, err := o.Upload(t.Context(), admin, "f", strings.NewReader(text)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSuggestedNames(t *testing.T) {
	t.Parallel()
	for uz, want := range map[string][2]string{
		"Gʻulomjon Oʻrinboyev":      {"Гуломжон Уринбоев", "Gulomjon Orinboyev"},
		"Shahnoza Choʻlponova":      {"Шахноза Чулпонова", "Shahnoza Cholponova"},
		"Yulduz Yoʻldosheva":        {"Юлдуз Юлдошева", "Yulduz Yoldosheva"},
		"Ergashev Maʼruf":           {"Эргашев Маруф", "Ergashev Maruf"},
		"Qodirova Xurshida-Jamila":  {"Кодирова Хуршида-Жамила", "Qodirova Xurshida-Jamila"},
		"Азиз":                      {"Азиз", "Азиз"},
		"":                          {"", ""},
		"ʻ":                         {"", ""},
		"O'tkir G`aniyev SHERZOD 2": {"Уткир Ганиев ШЕРЗОД 2", "Otkir Ganiyev SHERZOD 2"},
	} {
		if got := [2]string{member.Russian(uz), member.English(uz)}; got != want {
			t.Errorf("%q: %q, want %q", uz, got, want)
		}
	}
}

// TestFilesThatWaitAreFew: each takes as much room as a file may.
func TestFilesThatWaitAreFew(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin := o.hire(1, 11, perm.RoleOrgAdmin)
	last := ""
	for range 12 {
		id, err := o.Upload(t.Context(), admin, "users.csv", strings.NewReader(goodFile))
		if err != nil {
			t.Fatal(err)
		}
		last = id
	}
	if n := o.count(`select count(*) from member_imports`); n != 10 {
		t.Errorf("%d files wait", n)
	}
	if n := o.count(`select count(*) from member_imports where id::text = $1`, last); n != 1 {
		t.Error("the last one is gone")
	}
}
