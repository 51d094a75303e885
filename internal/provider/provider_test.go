package provider_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/fault"
	"kabinet/internal/productgroup"
	"kabinet/internal/provider"
)

var (
	water = productgroup.Group{ID: 13, Slug: "water", Uz: "Suv", Ru: "Вода", En: "Water"}
	beer  = productgroup.Group{ID: 15, Slug: "beer", Uz: "Pivo", Ru: "Пиво", En: "Beer"}
	bio   = productgroup.Group{ID: 17, Slug: "bio", Uz: "BFQ", Ru: "БАД", En: "Supplements"}
)

// noon is 12:00 of 1 December 2025 in Tashkent.
var noon = time.Date(2025, 12, 1, 7, 0, 0, 0, time.UTC)

func TestADraftIsOpened(t *testing.T) {
	t.Parallel()
	o := provider.Offer{Groups: []provider.Choice{{Group: water, Issuer: true}, {Group: beer}, {Group: bio, Issuer: true, Taken: true}}}
	good := provider.Draft{Groups: []string{"13"}, Tasks: []string{"orders"}, Until: "2025-12-31"}
	for name, tt := range map[string]struct {
		change func(*provider.Draft)
		want   []string // field: key
	}{
		"good":                             {func(*provider.Draft) {}, nil},
		"the day as people write it":       {func(d *provider.Draft) { d.Until = " 31.12.2025 " }, nil},
		"today is the last day":            {func(d *provider.Draft) { d.Until = "2025-12-01" }, nil},
		"yesterday":                        {func(d *provider.Draft) { d.Until = "2025-11-30" }, []string{"until: provider.past"}},
		"three years":                      {func(d *provider.Draft) { d.Until = "2028-12-01" }, nil},
		"more than three years":            {func(d *provider.Draft) { d.Until = "2028-12-02" }, []string{"until: provider.far"}},
		"no day":                           {func(d *provider.Draft) { d.Until = "" }, []string{"until: provider.day"}},
		"a day that is none":               {func(d *provider.Draft) { d.Until = "2025-02-30" }, []string{"until: provider.day"}},
		"a year beyond all":                {func(d *provider.Draft) { d.Until = "99999-01-01" }, []string{"until: provider.day"}},
		"nothing chosen":                   {func(d *provider.Draft) { d.Groups, d.Tasks = nil, nil }, []string{"groups: provider.no_groups", "tasks: provider.no_tasks"}},
		"a group not offered":              {func(d *provider.Draft) { d.Groups = []string{"13", "3"} }, []string{"groups: provider.group"}},
		"a group that is no number":        {func(d *provider.Draft) { d.Groups = []string{"13\x00"} }, []string{"groups: provider.group"}},
		"a group taken":                    {func(d *provider.Draft) { d.Groups = []string{"13", "17"} }, []string{"groups: provider.overlap"}},
		"a group twice is one":             {func(d *provider.Draft) { d.Groups = []string{"13", "13"} }, nil},
		"a task there is not":              {func(d *provider.Draft) { d.Tasks = []string{"orders", "all"} }, []string{"tasks: provider.task_unknown"}},
		"orders where we issue nothing":    {func(d *provider.Draft) { d.Groups = []string{"13", "15"} }, []string{"tasks: provider.not_issuer"}},
		"reports where we issue nothing":   {func(d *provider.Draft) { d.Groups, d.Tasks = []string{"15"}, []string{"aggregation"} }, nil},
		"everything wrong is said at once": {func(d *provider.Draft) { *d = provider.Draft{} }, []string{"groups: provider.no_groups", "tasks: provider.no_tasks", "until: provider.day"}},
	} {
		d := good
		tt.change(&d)
		_, err := d.Open(o, noon, "en")
		var got []string
		cs, _ := fault.ComplaintsOf(err)
		for _, c := range cs {
			got = append(got, c.Field+": "+c.Key)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	g, err := good.Open(o, noon, "en")
	if err != nil || !g.Until.Equal(time.Date(2025, 12, 31, 19, 0, 0, 0, time.UTC)) {
		t.Errorf("the last day is not whole: %v, %v", g.Until, err)
	}
}
