package perm_test

import (
	"testing"

	"pgregory.net/rapid"

	"kabinet/internal/core/perm"
)

func TestSet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOf(rapid.Uint8()).Draw(t, "in")
		also := rapid.Uint8().Draw(t, "also")
		codes := make([]perm.Code, len(in))
		want := map[perm.Code]bool{perm.Code(also): true}
		for i, c := range in {
			codes[i] = perm.Code(c)
			want[perm.Code(c)] = true
		}
		s := perm.Of(codes...).Or(perm.Of(perm.Code(also)))
		for c := range 256 {
			if s.Has(perm.Code(c)) != want[perm.Code(c)] {
				t.Fatalf("right %d: %v", c, s.Has(perm.Code(c)))
			}
		}
	})
}

// TestMatrix is who may do what, as a person would review it.
func TestMatrix(t *testing.T) {
	t.Parallel()
	all := []perm.Code{
		perm.OrgRead, perm.OrgEdit, perm.MemberManage, perm.GroupManage, perm.PlaceManage,
		perm.OpOrgRead, perm.OpOrgImport, perm.OpCampaignRead, perm.OpCampaignRun, perm.OpLetterSend,
		perm.OpJobRead, perm.OpJobManage, perm.OpAuditRead, perm.OpStaffManage,
		perm.OpRequestRead, perm.OpRequestDecide, perm.OpSupportRead, perm.OpSupportAnswer, perm.OpPrefixManage,
		perm.OpDictionaryRead, perm.OpDictionaryManage, perm.OpCardRead, perm.OpCardModerate,
		perm.OpFeedRead, perm.OpFeedManage, perm.OpMaintenance,
	}
	for role, want := range map[perm.Role]string{
		perm.RoleDefault:     "x.........................",
		perm.RoleOrgAdmin:    "xxxxx.....................",
		perm.RoleKeyManager:  "..........................",
		perm.RoleOpWatcher:   ".....x.x..x.x.x.x..x.x.x..",
		perm.RoleOpSupport:   ".....x.x.x....x.xx.x......",
		perm.RoleOpLauncher:  ".....xxxxxx........x......",
		perm.RoleOpRegistrar: ".....x........xxxxxxx.....",
		perm.RoleOpModerator: ".....x.............x.xx...",
		perm.RoleOpAdmin:     ".....xxxxxxxxxxxxxxxxxxxxx",
		"invented":           "..........................",
	} {
		got := make([]byte, len(all))
		for i, c := range all {
			got[i] = '.'
			if perm.Rights([]string{string(role)}).Has(c) {
				got[i] = 'x'
			}
		}
		if string(got) != want {
			t.Errorf("%s may %s, want %s", role, got, want)
		}
	}
}

func TestRolesWith(t *testing.T) {
	t.Parallel()
	got := perm.RolesWith(perm.OpStaffManage)
	if len(got) != 1 || got[0] != perm.RoleOpAdmin {
		t.Errorf("got %v", got)
	}
	for _, r := range perm.StaffRoles() {
		if !perm.Rights([]string{string(r)}).Has(perm.OpOrgRead) {
			t.Errorf("%s cannot even look", r)
		}
	}
}

func TestPresetOf(t *testing.T) {
	t.Parallel()
	for _, p := range perm.Presets() {
		codes := []string{}
		for _, r := range p.Roles() {
			codes = append(codes, string(r))
		}
		if got, ok := perm.PresetOf(codes); !ok || got != p {
			t.Errorf("%s: %s, %v", p, got, ok)
		}
		if got, ok := perm.PresetOf(codes[1:]); ok {
			t.Errorf("%s without a role is %s", p, got)
		}
	}
}
