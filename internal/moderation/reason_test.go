package moderation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/card"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/moderation"
)

func library() []moderation.Reason {
	return []moderation.Reason{
		{ID: 1, Field: "photos", Uz: "Surat", Ru: "Фото", En: "Photo", Active: true},
		{ID: 2, Field: "name_uz", Uz: "Nom", Ru: "Имя", Active: true},
		{ID: 3, Field: "photos", Group: tobacco, Uz: "Ogohlantirish", Ru: "Предупреждение", Active: true},
		{ID: 4, Field: "", Uz: "Eski", Ru: "Старое"},
	}
}

func TestAReturnSaysSomethingInBothLanguages(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 501)
	for name, tt := range map[string]struct {
		draft moderation.ReturnDraft
		want  string // fields and texts of remarks, or of complaints after "!"
	}{
		"nothing":                  {moderation.ReturnDraft{}, "!reason "},
		"empty words only":         {moderation.ReturnDraft{Words: []moderation.Words{{Field: "brand", Uz: " ", Ru: "\n"}}}, "!reason "},
		"reasons in field order":   {moderation.ReturnDraft{Reasons: []int64{1, 2}}, "name_uz:Nom/Nom photos:Surat/Photo "},
		"a reason ticked twice":    {moderation.ReturnDraft{Reasons: []int64{2, 2}}, "name_uz:Nom/Nom "},
		"another group's reason":   {moderation.ReturnDraft{Reasons: []int64{3}}, "!reason "},
		"a reason switched off":    {moderation.ReturnDraft{Reasons: []int64{4}}, "!reason "},
		"a reason there is not":    {moderation.ReturnDraft{Reasons: []int64{5}}, "!reason "},
		"own words":                {moderation.ReturnDraft{Words: []moderation.Words{{Field: "attr.volume", Uz: "Hajm", Ru: "Объём", En: "Volume"}}}, "attr.volume:Hajm/Volume "},
		"own words on all of it":   {moderation.ReturnDraft{Words: []moderation.Words{{}, {Uz: "A", Ru: "Б"}}}, ":A/A "},
		"Uzbek only":               {moderation.ReturnDraft{Words: []moderation.Words{{Uz: "Hajm"}}}, "!words1_ru "},
		"Russian only, in line 3":  {moderation.ReturnDraft{Words: []moderation.Words{{}, {}, {Ru: "Объём"}}}, "!words3_uz "},
		"English only":             {moderation.ReturnDraft{Words: []moderation.Words{{En: "Volume"}}}, "!words1_uz words1_ru "},
		"a field there is not":     {moderation.ReturnDraft{Words: []moderation.Words{{Field: "x", Uz: "A", Ru: "Б"}}}, "!words1_field "},
		"an attribute ill-named":   {moderation.ReturnDraft{Words: []moderation.Words{{Field: "attr.<b>", Uz: "A", Ru: "Б"}}}, "!words1_field "},
		"a link":                   {moderation.ReturnDraft{Words: []moderation.Words{{Uz: "https://bad.example", Ru: "Б"}}}, "!words1_uz "},
		"too long":                 {moderation.ReturnDraft{Words: []moderation.Words{{Uz: long, Ru: "Б"}}}, "!words1_uz "},
		"turned writing":           {moderation.ReturnDraft{Words: []moderation.Words{{Uz: "a\u202eb", Ru: "Б"}}}, "!words1_uz "},
		"words beyond the form's":  {moderation.ReturnDraft{Reasons: []int64{2}, Words: []moderation.Words{{}, {}, {}, {Uz: "A"}}}, "name_uz:Nom/Nom "},
		"own words before photos'": {moderation.ReturnDraft{Reasons: []int64{1}, Words: []moderation.Words{{Field: "attr.a", Uz: "A", Ru: "Б"}}}, "attr.a:A/A photos:Surat/Photo "},
	} {
		remarks, err := tt.draft.Open(water, library())
		got := ""
		if cs, ok := fault.ComplaintsOf(err); ok {
			got = "!"
			for _, c := range cs {
				got += c.Field + " "
			}
		} else {
			for _, r := range remarks {
				got += r.Field + ":" + r.Uz + "/" + r.En + " "
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestTheLibraryIsEdited(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	keeper := actor.Operator{StaffID: 400, Name: "Keeper", SessionKey: "Keeper", Rights: perm.RoleOpRegistrar.Rights()}
	k.hire(keeper, "op_registrar")
	seeded, err := k.Reasons(ctx, keeper)
	if err != nil || len(seeded) < 15 || seeded[0].Field != "" || seeded[len(seeded)-1].Field != card.FieldPhotos || seeded[len(seeded)-1].Group != tobacco {
		t.Fatalf("%d reasons to begin with: %+v, %v", len(seeded), seeded, err)
	}
	d := moderation.ReasonDraft{Field: "attr.volume", Group: water, Uz: "Hajm o'zgargan", Ru: "Объём другой", Active: true}
	k.must(k.AddReason(ctx, keeper, d))
	id := int64(k.count(`select max(id) from return_reasons`))
	r, err := k.Reason(ctx, keeper, id)
	if err != nil || r.Uz != "Hajm oʻzgargan" || r.Field != "attr.volume" || r.Group != water || r.Version != 1 || r.In("en") != r.Uz {
		t.Errorf("stored %+v, %v", r, err)
	}
	d.Version, d.Active = 1, false
	k.must(k.ChangeReason(ctx, keeper, id, d))
	wantErr(t, k.ChangeReason(ctx, keeper, id, d), moderation.ErrEdited)
	d.Version = 2
	k.must(k.ChangeReason(ctx, keeper, id, d)) // nothing changed
	k.want(1, `select count(*) from return_reasons where version = 2 and not active`)
	k.want(1, `select count(*) from audit_log where action = 'reason.add'`)
	k.want(1, `select count(*) from audit_log where action = 'reason.change'`)
	wantErr(t, k.ChangeReason(ctx, keeper, 9999, d), moderation.ErrNoReason)
	for field, bad := range map[string]moderation.ReasonDraft{
		"field":     {Field: "price", Uz: "A", Ru: "Б"},
		"attribute": {Field: "attr.", Uz: "A", Ru: "Б"},
		"group":     {Group: 999, Uz: "A", Ru: "Б"},
		"uz":        {Ru: "Б"},
		"ru":        {Uz: "A"},
	} {
		cs, ok := fault.ComplaintsOf(k.AddReason(ctx, keeper, bad))
		if !ok || len(cs) != 1 || cs[0].Field != field {
			t.Errorf("%s: %v", field, cs)
		}
	}
	// Switched off, it is not offered any more.
	c := k.queueUp(2, water, 10, 1)[0]
	o, err := k.Find(ctx, timur, c.Ref)
	k.must(err)
	for _, r := range o.Reasons {
		if r.ID == id || r.Group == tobacco {
			t.Errorf("offers %+v for water", r)
		}
	}
}

func TestStatistics(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	ctx := t.Context()
	cs := k.queueUp(2, water, 10, 6)
	k.queueUp(9, tobacco, 20, 2)
	k.exec(`update card_versions set deadline_at = now() - interval '1 hour' where card_id in (10, 20)`)
	k.exec(`update card_versions set sent_at = now() - interval '1 hour' where card_id = 21`)
	k.must(k.Publish(ctx, timur, cs[0])) // late
	k.must(k.Publish(ctx, timur, cs[1]))
	k.must(k.Return(ctx, timur, cs[2], moderation.ReturnDraft{Reasons: []int64{1, 13}}))
	k.must(k.Return(ctx, timur, cs[3], moderation.ReturnDraft{Reasons: []int64{1}, Words: []moderation.Words{{Uz: "A", Ru: "Б"}}}))
	k.exec(`insert into card_decisions (org_id, card_id, n, verdict, group_id, staff_id, staff_name, sent_at, deadline_at, decided_at)
		select org_id, card_id, n, 'published', 13, 1, 'X', now(), now(), now() - interval '20 days' from card_versions where card_id = 14`)
	s, err := k.Stats(ctx, timur, 7)
	k.must(err)
	if len(s.Days) != 7 || s.Days[6].Published != 2 || s.Days[6].Returned != 2 || s.Days[6].InTime != 3 || s.Decided().All() != 4 {
		t.Errorf("days %+v", s.Days)
	}
	if s.Ages != (moderation.Ages{Day: 1, Longer: 2, Overdue: 1}) && s.Ages != (moderation.Ages{Day: 1, Three: 2, Overdue: 1}) {
		t.Errorf("ages %+v", s.Ages)
	}
	if len(s.Groups) != 2 || s.Groups[0].Group.ID != tobacco || s.Groups[0].Waiting.Overdue != 1 || s.Groups[1].Decided() != 4 || s.Groups[1].InTime != 3 ||
		s.Groups[1].Took < 71*time.Hour {
		t.Errorf("groups %+v", s.Groups)
	}
	if len(s.Reasons) != 3 || s.Reasons[0].Reason.ID != 1 || s.Reasons[0].Cards != 2 || s.Reasons[1].Reason.ID != 0 || s.Reasons[2].Reason.Field != "country" {
		t.Errorf("reasons %+v", s.Reasons)
	}
	month, err := k.Stats(ctx, timur, 0) // nothing means a month
	if err != nil || len(month.Days) != 30 || month.Decided().All() != 5 {
		t.Errorf("a month has %+v, %v", month.Decided(), err)
	}
	k.exec(`update card_decisions set decided_at = now() - interval '3 days' where card_id = 13`) // returned
	before, err := k.Stats(ctx, timur, 30)
	k.must(err)
	for range 2 {
		k.must(moderation.SumDays(ctx, k.db))
		k.want(91, `select count(*) from card_decision_days where group_id = 0`)
	}
	k.exec(`delete from card_decisions where decided_at < now() - interval '2 days'`) // they are not read again
	after, err := k.Stats(ctx, timur, 30)
	k.must(err)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("summed up it is something else: %s", diff)
	}
}

func TestRefs(t *testing.T) {
	t.Parallel()
	if r, ok := moderation.ParseRef("1001-17"); !ok || r != (moderation.Ref{OrgID: 1001, CardID: 17}) || r.String() != "1001-17" {
		t.Errorf("got %v %t", r, ok)
	}
	for _, s := range []string{"", "1", "1-", "-1", "0-1", "1-0", "01-1", "1-+1", "1-1-1", "1--1", "a-b", "99999999999999999999-1"} {
		if _, ok := moderation.ParseRef(s); ok {
			t.Errorf("%q is a card", s)
		}
	}
}

func FuzzParseRef(f *testing.F) {
	f.Add("1001-17")
	f.Fuzz(func(t *testing.T, s string) {
		if r, ok := moderation.ParseRef(s); ok && r.String() != s {
			t.Errorf("%q reads as %s", s, r)
		}
	})
}
