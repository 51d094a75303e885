package campaign_test

import (
	"testing"

	"kabinet/internal/campaign"
	"kabinet/internal/platform/pg"
)

func TestCountsOfACampaign(t *testing.T) {
	t.Parallel()
	k := newKit(t, 30)
	id := k.chosen(form(campaign.KindCode))
	t.Run("watchers of the same moment share one count", func(t *testing.T) {
		ctx, sent := pg.CountStatements(t.Context())
		for _, err := range together(20, func(int) error { _, err := k.svc.Progress(ctx, k.staff, id); return err }) {
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := sent.N() - 20; n < 1 || n > 20 { // each reads the campaign, few count its letters
			t.Errorf("%d counts for 20 watchers", n)
		}
	})
	t.Run("a campaign at rest is counted to the moment", func(t *testing.T) {
		if err := k.svc.Stop(t.Context(), k.staff, id); err != nil {
			t.Fatal(err)
		}
		for org := 1; org <= 3; org++ {
			k.exec(`update letters set status = 'activated' where org_id = $1`, org)
			if p, err := k.svc.Progress(t.Context(), k.staff, id); err != nil || p.Counts[campaign.Activated] != org {
				t.Errorf("%d activated, the page says %v, %v", org, p.Counts, err)
			}
		}
	})
}
