package campaign_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/campaign"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
)

// drafted stores a draft and reads it back.
func (k *kit) drafted(f campaign.Form) campaign.Campaign {
	k.t.Helper()
	id, err := k.svc.Create(k.t.Context(), k.staff, f)
	if err != nil {
		k.t.Fatal(err)
	}
	return k.campaign(id)
}

func (k *kit) campaign(id int64) campaign.Campaign {
	k.t.Helper()
	c, err := k.svc.Campaign(k.t.Context(), k.staff, id)
	if err != nil {
		k.t.Fatal(err)
	}
	return c
}

func TestADraftIsChangedInEveryField(t *testing.T) {
	t.Parallel()
	k := newKit(t, 3)
	k.exec(`
		insert into imports (id, blob_id, file_name, format, mode, status, good, staff_id, staff_name, finished_at)
		values (7, 1, 'first.csv', 'csv', 'apply', 'done', 3, 1, '', now())`)
	before := k.drafted(form(campaign.KindCode))
	want := campaign.Form{
		Name: "Pre-activation", Kind: "link", OpensAt: "02.02.2098 10:00", ClosesAt: "03.03.2098 11:30",
		Regions: []string{"SA", "TK"}, Groups: []string{"13"}, Imports: []string{"7"}, TINs: "300000001\n300000002",
	}
	if err := k.svc.Edit(t.Context(), k.staff, before.ID, before.Version, want); err != nil {
		t.Fatal(err)
	}
	after := k.campaign(before.ID)
	if diff := cmp.Diff(want, after.Form()); diff != "" {
		t.Errorf("stored and read again (-want +got)\n%s", diff)
	}
	if after.Version != before.Version+1 || after.EditedBy != k.staff.Name || after.EditedAt.IsZero() || after.Phase != campaign.Draft {
		t.Errorf("after the change: %+v", after)
	}
	k.wantCount(1, `select count(*) from audit_log where action = 'campaign.edit' and target = 'campaign:' || $1::bigint`, before.ID)
}

func TestWhatIsNoDraftIsNotChanged(t *testing.T) {
	t.Parallel()
	k := newKit(t, 3)
	f := form(campaign.KindLink)
	draft := k.drafted(f)
	if _, ok := fault.ComplaintsOf(k.svc.Edit(t.Context(), k.staff, draft.ID, draft.Version, campaign.Form{})); !ok {
		t.Error("an empty form was stored")
	}
	if err := k.svc.Edit(t.Context(), k.seedStaff(perm.RoleOpSupport), draft.ID, draft.Version, f); err == nil {
		t.Error("somebody without the right changed a campaign")
	}
	if err := k.svc.Edit(t.Context(), k.staff, draft.ID+1, 1, f); !errors.Is(err, campaign.ErrNoCampaign) {
		t.Errorf("a campaign that is none: %v", err)
	}
	if err := k.svc.Start(t.Context(), k.staff, draft.ID, draft.Version); err != nil {
		t.Fatal(err)
	}
	if err := k.svc.Edit(t.Context(), k.staff, draft.ID, draft.Version, f); !errors.Is(err, campaign.ErrNotDraft) {
		t.Errorf("a started campaign: %v", err)
	}
	if diff := cmp.Diff(draft.Form(), k.campaign(draft.ID).Form()); diff != "" {
		t.Errorf("it was changed all the same\n%s", diff)
	}
}

// Of several who change the same version one wins, and nobody starts what he has
// not seen.
func TestTwoPeopleChangeADraft(t *testing.T) {
	t.Parallel()
	k := newKit(t, 3)
	draft := k.drafted(form(campaign.KindCode))
	const rounds = 20
	for range rounds {
		var all sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			all.Go(func() { errs[i] = k.svc.Edit(t.Context(), k.staff, draft.ID, draft.Version, form(campaign.KindLink)) })
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, campaign.ErrStale):
				t.Errorf("the one who lost: %v", err)
			}
		}
		if won != 1 {
			t.Fatalf("%d changes of the same version were stored", won)
		}
		if err := k.svc.Start(t.Context(), k.staff, draft.ID, draft.Version); !errors.Is(err, campaign.ErrStale) {
			t.Fatalf("starting what was changed meanwhile: %v", err)
		}
		draft = k.campaign(draft.ID)
	}
}
