package onboarding

import (
	"testing"

	"kabinet/internal/core/perm"
)

func TestReachCountsWhatTheReaderHas(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		scope          perm.Scope
		groups, places int
	}{
		"nothing":    {perm.Scope{}, 0, 0},
		"some":       {perm.Scope{Groups: []int16{3, 7}, Places: []int32{1}}, 2, 1},
		"everything": {perm.Scope{AllGroups: true, AllPlaces: true}, 3, 4},
	} {
		s := State{Groups: make([]Group, 3), Places: 4}
		s.reach(tt.scope)
		if s.MyGroups != tt.groups || s.MyPlaces != tt.places {
			t.Errorf("%s: %d groups and %d places, want %d and %d", name, s.MyGroups, s.MyPlaces, tt.groups, tt.places)
		}
	}
}
