package campaign_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/campaign"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/jobs"
)

func TestWhatAFormMustSay(t *testing.T) {
	t.Parallel()
	offer := campaign.Offer{Groups: []campaign.Group{{ID: 3}, {ID: 13}}, Imports: []campaign.Import{{ID: 7}}}
	for _, c := range []struct {
		name       string
		edit       func(*campaign.Form)
		field, key string // both empty: accepted
	}{
		{"complete", func(*campaign.Form) {}, "", ""},
		{"as a date picker writes", func(f *campaign.Form) { f.OpensAt = "2025-11-24T14:00" }, "", ""},
		{"with a comma, as pages write", func(f *campaign.Form) { f.OpensAt = "24.11.2025, 14:00" }, "", ""},
		{"no name", func(f *campaign.Form) { f.Name = " \u00a0 " }, "name", "campaign.form.name_missing"},
		{"name too long", func(f *campaign.Form) { f.Name = strings.Repeat("ў", 121) }, "name", "campaign.form.name_long"},
		{"a name that is a link", func(f *campaign.Form) { f.Name = "Launch WWW.evil.example" }, "name", "campaign.form.name_address"},
		{"no kind", func(f *campaign.Form) { f.Kind = "" }, "kind", "campaign.form.kind_missing"},
		{"no opening", func(f *campaign.Form) { f.OpensAt = "" }, "opens_at", "campaign.form.moment_missing"},
		{"a day that is none", func(f *campaign.Form) { f.OpensAt = "31.11.2025 14:00" }, "opens_at", "campaign.form.moment"},
		{"closing without a time", func(f *campaign.Form) { f.ClosesAt = "28.11.2025" }, "closes_at", "campaign.form.moment"},
		{"closing at its opening", func(f *campaign.Form) { f.ClosesAt = f.OpensAt }, "closes_at", "campaign.form.closes_before"},
		{"unknown region", func(f *campaign.Form) { f.Regions = []string{"SA", "ZZ"} }, "regions", "campaign.form.region"},
		{"unknown group", func(f *campaign.Form) { f.Groups = []string{"13", "99"} }, "groups", "campaign.form.group"},
		{"an import that is not offered", func(f *campaign.Form) { f.Imports = []string{"7", "8"} }, "imports", "campaign.form.import"},
		{"an import that is no number", func(f *campaign.Form) { f.Imports = []string{"x"} }, "imports", "campaign.form.import"},
		{"a tax number too short", func(f *campaign.Form) { f.TINs = "302118447\n30211844" }, "tins", "campaign.form.tin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := form(campaign.KindCode)
			c.edit(&f)
			_, err := f.Open(offer)
			if c.field == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			all, _ := fault.ComplaintsOf(err)
			if got, ok := all.On(c.field); !ok || got.Key != c.key || len(all) != 1 {
				t.Errorf("complaints = %v, want %s on %s", all, c.key, c.field)
			}
		})
	}
}

func TestAFormBecomesACampaign(t *testing.T) {
	t.Parallel()
	f := campaign.Form{
		Name: "  Main   launch ", Kind: "link", OpensAt: "24.11.2025 14:00", ClosesAt: "1.12.2025 9:00",
		Regions: []string{"SA", "Tashkent City", "SA"}, Groups: []string{"13", "13"}, Imports: []string{"8", "8"},
		TINs: "302 118 447; 302118447,\n\n  305\u00a0000\u00a0001\r\n",
	}
	got, err := f.Open(campaign.Offer{Groups: []campaign.Group{{ID: 3}, {ID: 13}}, Imports: []campaign.Import{{ID: 7}, {ID: 8}}})
	if err != nil {
		t.Fatal(err)
	}
	want := campaign.Campaign{
		Name: "Main launch", Kind: campaign.KindLink,
		OpensAt:  time.Date(2025, 11, 24, 9, 0, 0, 0, time.UTC), // Tashkent is five hours ahead
		ClosesAt: time.Date(2025, 12, 1, 4, 0, 0, 0, time.UTC),
		Selection: campaign.Selection{
			Regions: []string{"SA", "TK"}, Groups: []int16{13}, Imports: []int64{8}, TINs: []string{"302118447", "305000001"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestASelectionReachesWhomItNames(t *testing.T) {
	t.Parallel()
	k := newKit(t, 30)
	k.exec(`update organizations set status = 'active' where org_id = 30`)
	k.exec(`update organizations set status = 'blocked' where org_id = 29`)
	k.exec(`
		insert into imports (id, blob_id, file_name, format, mode, status, good, staff_id, staff_name, finished_at)
		values (7, 1, 'first.csv', 'csv', 'apply', 'done', 3, 1, '', now()), (8, 2, 'second.csv', 'csv', 'apply', 'failed', 2, 1, '', now())`)
	k.exec(`insert into import_orgs (org_id, import_id) values (1, 7), (2, 7), (30, 7), (2, 8), (3, 8)`)
	for _, c := range []struct {
		name string
		edit func(*campaign.Form)
		want int
	}{
		{"everybody who is not active", func(*campaign.Form) {}, 28},
		{"a region", func(f *campaign.Form) { f.Regions = []string{"SA"} }, 14},
		{"two regions", func(f *campaign.Form) { f.Regions = []string{"SA", "TK"} }, 28},
		{"a product group", func(f *campaign.Form) { f.Groups = []string{"13"} }, 5},
		{"a group in a region", func(f *campaign.Form) { f.Groups, f.Regions = []string{"13"}, []string{"SA"} }, 2},
		{"an import, one of it active", func(f *campaign.Form) { f.Imports = []string{"7"} }, 2},
		{"two imports", func(f *campaign.Form) { f.Imports = []string{"7", "8"} }, 3},
		{"an import in a region", func(f *campaign.Form) { f.Imports, f.Regions = []string{"8"}, []string{"SA"} }, 1},
		{"tax numbers, one unknown, one active", func(f *campaign.Form) { f.TINs = "300000001, 300000002, 399999999, 300000030" }, 2},
	} {
		f := form(campaign.KindCode)
		c.edit(&f)
		_, p, err := k.svc.Check(t.Context(), k.staff, f)
		if err != nil || p.Chosen != c.want || p.WithLetter != 0 {
			t.Errorf("%s: %+v, %v; want %d", c.name, p, err, c.want)
		}
		id := k.chosen(f)
		got, err := k.svc.Progress(t.Context(), k.staff, id)
		if err != nil || got.Picked != c.want || got.Counts[campaign.Queued] != c.want || got.Phase != campaign.Running {
			t.Errorf("%s: %+v, %v; want %d letters", c.name, got, err, c.want)
		}
		k.exec(`delete from letter_key_registry`)
		k.exec(`delete from letters`)
	}
}

func TestASecondCampaignLeavesOutWhoHasALetter(t *testing.T) {
	t.Parallel()
	k := newKit(t, 20)
	k.exec(`update organizations set region = 'BU' where org_id <= 5`)
	first := form(campaign.KindLink)
	first.Name, first.Regions = "Pre-activation", []string{"BU"}
	k.chosen(first)
	_, p, err := k.svc.Check(t.Context(), k.staff, form(campaign.KindCode))
	if err != nil || p.Chosen != 20 || p.WithLetter != 5 || p.Letters() != 15 {
		t.Errorf("preview = %+v, %v", p, err)
	}
	c, err := k.svc.Campaign(t.Context(), k.staff, k.chosen(form(campaign.KindCode)))
	if err != nil || c.Picked != 20 || c.Skipped != 5 {
		t.Errorf("picked %d, skipped %d, %v", c.Picked, c.Skipped, err)
	}
	k.wantCount(20, `select count(*) from letters`)
	k.wantCount(40, `select count(*) from letter_key_registry`)
}

// TestChoosingGoesOnAfterAnInterruption breaks the job off in every slice, once
// before and once after the slice is stored.
func TestChoosingGoesOnAfterAnInterruption(t *testing.T) {
	t.Parallel()
	const orgs = 2*campaign.StartSlice + 321
	k := newKit(t, orgs)
	id := k.started(form(campaign.KindCode))
	runs := 0
	for more := true; more; runs++ {
		// A transaction that never commits stands for a kill in the middle of a slice.
		broken, cancel := context.WithCancel(t.Context())
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			for broken.Err() == nil {
				if k.count(`select count(*) from pg_stat_activity where datname = current_database() and query like '%letter_key_registry%' and pid <> pg_backend_pid()`) > 0 {
					cancel()
				}
			}
		}()
		before := k.count(`select count(*) from letters`)
		if _, err := k.svc.ChooseSlice(broken, id); err != nil {
			k.wantCount(before, `select count(*) from letters`)
			k.wantCount(before*2, `select count(*) from letter_key_registry`)
		}
		cancel()
		<-watched
		var err error
		if more, err = k.svc.ChooseSlice(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		k.wantCount(k.count(`select count(*) from letters`), `select coalesce(sum(jsonb_array_length(args -> 'letters')), 0) from river_job where kind = 'letter.send'`)
	}
	if more, err := k.svc.ChooseSlice(t.Context(), id); more || err != nil {
		t.Errorf("a finished campaign chooses again: %v, %v", more, err)
	}
	c, err := k.svc.Campaign(t.Context(), k.staff, id)
	if err != nil || c.Phase != campaign.Running || c.Picked != orgs || c.Skipped != 0 {
		t.Errorf("campaign = %+v, %v", c, err)
	}
	k.wantCount(orgs, `select count(distinct org_id) from letters`)
	k.wantCount(orgs, `select count(*) from letters`)
	k.wantCount(2*orgs, `select count(*) from letter_key_registry`)
}

func TestLettersLeaveWhenTheCampaignOpensAndNoneAfterItCloses(t *testing.T) {
	t.Parallel()
	k := newKit(t, 10)
	f := form(campaign.KindCode)
	f.OpensAt = "01.01.2098 00:00"
	id := k.started(f)
	t.Run("its job waits for the opening", func(t *testing.T) {
		k.wantCount(1, `select count(*) from river_job where kind = 'campaign.start' and state = 'scheduled' and scheduled_at = '2097-12-31T19:00:00Z'`)
	})
	t.Run("a job that comes too early chooses nobody", func(t *testing.T) {
		if _, err := k.svc.ChooseSlice(t.Context(), id); err == nil {
			t.Error("the job does not come back")
		}
		k.wantCount(0, `select count(*) from letters`)
	})
	t.Run("a letter that nobody began to send before the end is withdrawn", func(t *testing.T) {
		k.exec(`update campaigns set opens_at = now() - interval '1 hour' where id = $1`, id)
		if _, err := k.svc.ChooseSlice(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		k.exec(`update letters set send_before = now()`)
		k.exec(`update letters set issued_at = now(), expires_at = now() + interval '168 hours' where org_id = 1`) // an answer was lost
		if err := k.svc.SendNow(t.Context(), k.refs()...); err != nil {
			t.Fatal(err)
		}
		k.wantCount(9, `select count(*) from letters where status = 'withdrawn'`)
		k.wantCount(1, `select count(*) from letters where status = 'sent' and org_id = 1`)
	})
	t.Run("a closed campaign chooses nobody", func(t *testing.T) {
		k.seedOrgs(11, 20)
		k.exec(`update campaigns set status = 'starting', closes_at = now() where id = $1`, id)
		if more, err := k.svc.ChooseSlice(t.Context(), id); more || err != nil {
			t.Errorf("%v, %v", more, err)
		}
		k.wantCount(10, `select count(*) from letters`)
		if c, err := k.svc.Campaign(t.Context(), k.staff, id); err != nil || c.Phase != campaign.Closed {
			t.Errorf("phase %s, %v", c.Phase, err)
		}
	})
	t.Run("a campaign whose end has come is not started", func(t *testing.T) {
		old := form(campaign.KindCode)
		old.ClosesAt = "28.11.2025 18:00"
		id, err := k.svc.Create(t.Context(), k.staff, old)
		if err != nil {
			t.Fatal(err)
		}
		k.exec(`update campaigns set closes_at = now() where id = $1`, id)
		wantFault(t, k.svc.Start(t.Context(), k.staff, id, 0), campaign.ErrOver)
	})
}

func TestAStoppedCampaignSendsNoFurtherLetter(t *testing.T) {
	t.Parallel()
	k := newKit(t, 40)
	id := k.chosen(form(campaign.KindCode))
	refs := k.refs()
	if err := k.svc.SendNow(t.Context(), refs[:10]...); err != nil {
		t.Fatal(err)
	}
	k.exec(`update letters set issued_at = now(), expires_at = now() + interval '168 hours' where org_id = 11`) // an answer was lost
	if err := k.svc.Stop(t.Context(), k.staff, id); err != nil {
		t.Fatal(err)
	}
	if err := k.svc.SendNow(t.Context(), refs...); err != nil {
		t.Fatal(err)
	}
	p, err := k.svc.Progress(t.Context(), k.staff, id)
	if err != nil || p.Phase != campaign.Stopped || p.Counts[campaign.Sent] != 11 || p.Counts[campaign.Withdrawn] != 29 {
		t.Errorf("%s with %v, %v", p.Phase, p.Counts, err)
	}
	if l := k.letter(1); l.Err() != nil {
		t.Errorf("a letter that was sent before: %v", l.Err())
	}
	if n := k.relay.Total(); n != 11 {
		t.Errorf("%d letters left, want 11", n)
	}
	wantFault(t, k.svc.Stop(t.Context(), k.staff, id), campaign.ErrNotStoppable)
	wantFault(t, k.svc.Start(t.Context(), k.staff, id, 0), campaign.ErrNotDraft)
	wantFault(t, k.svc.Stop(t.Context(), k.staff, 1), campaign.ErrNoCampaign)
	k.wantCount(1, `select count(*) from audit_log where action = 'campaign.stop' and details = '{"withdrawn": 29}'`)
	t.Run("and one that was still choosing chooses no more", func(t *testing.T) {
		k.seedOrgs(41, 60)
		id := k.started(form(campaign.KindCode))
		if err := k.svc.Stop(t.Context(), k.staff, id); err != nil {
			t.Fatal(err)
		}
		if more, err := k.svc.ChooseSlice(t.Context(), id); more || err != nil {
			t.Errorf("%v, %v", more, err)
		}
		k.wantCount(0, `select count(*) from letters where campaign_id = $1`, id)
	})
}

func TestCampaignsNeedTheRight(t *testing.T) {
	t.Parallel()
	k := newKit(t, 1)
	watcher := k.seedStaff(perm.RoleOpWatcher)
	id, err := k.svc.Create(t.Context(), k.staff, form(campaign.KindCode))
	if err != nil {
		t.Fatal(err)
	}
	for name, refused := range map[string]error{
		"create": second(k.svc.Create(t.Context(), watcher, form(campaign.KindCode))),
		"start":  k.svc.Start(t.Context(), watcher, id, 0),
		"stop":   k.svc.Stop(t.Context(), watcher, id),
	} {
		if !errors.Is(refused, actor.ErrForbidden) {
			t.Errorf("%s by a watcher: %v", name, refused)
		}
	}
	if _, err := k.svc.Progress(t.Context(), watcher, id); err != nil {
		t.Errorf("a watcher looks: %v", err)
	}
	if _, _, err := k.svc.Campaigns(t.Context(), actor.Operator{}, 0, 10); !errors.Is(err, actor.ErrSignIn) {
		t.Errorf("nobody looks: %v", err)
	}
	k.wantCount(1, `select count(*) from audit_log where action = 'campaign.create' and actor_name = $1`, k.staff.Name)
}

func second[T any](_ T, err error) error { return err }

func TestAWholeCampaignRunsByItself(t *testing.T) {
	t.Parallel()
	const orgs = 1500
	k := newKit(t, orgs)
	k.work(k.svc, jobs.Options{})
	id := k.started(form(campaign.KindCode))
	k.eventually("all letters are sent", func() bool {
		return k.count(`select count(*) from letters where campaign_id = $1 and status = 'sent'`, id) == orgs
	})
	if got := len(k.copies()); got != orgs || k.relay.Total() != orgs {
		t.Errorf("%d letters to %d organizations", k.relay.Total(), got)
	}
	list, more, err := k.svc.Campaigns(t.Context(), k.staff, 0, 10)
	if err != nil || more || len(list) != 1 || list[0].ID != id || list[0].Phase != campaign.Running {
		t.Errorf("campaigns = %+v, %v", list, err)
	}
}
