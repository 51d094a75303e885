package perm

// Role is the code under which a role is stored and named in messages
// ("role.<code>").
type Role string

// Roles of members. The first user of an organization gets both (domain.md
// 2.7: "Default Role" and "Administrator").
const (
	RoleDefault  Role = "default"
	RoleOrgAdmin Role = "org_admin"
)

// Roles of the operator's staff (our own design: the operator's are not public).
const (
	RoleOpAdmin    Role = "op_admin"    // everything, also staff
	RoleOpLauncher Role = "op_launcher" // imports and campaigns
	RoleOpSupport  Role = "op_support"  // sees all, sends letters again
	RoleOpWatcher  Role = "op_watcher"  // sees, changes nothing
)

var watch = Of(OpOrgRead, OpCampaignRead, OpJobRead, OpAuditRead)

var bundles = map[Role]Set{
	RoleDefault:    Of(OrgRead),
	RoleOrgAdmin:   Of(OrgRead, OrgEdit, MemberManage, GroupManage, PlaceManage),
	RoleOpWatcher:  watch,
	RoleOpSupport:  watch.Or(Of(OpLetterSend)),
	RoleOpLauncher: watch.Or(Of(OpLetterSend, OpOrgImport, OpCampaignRun)),
	RoleOpAdmin:    watch.Or(Of(OpLetterSend, OpOrgImport, OpCampaignRun, OpJobManage, OpStaffManage)),
}

// Rights joins what the roles allow; an unknown role allows nothing.
func Rights(roles []string) Set {
	var s Set
	for _, r := range roles {
		s = s.Or(bundles[Role(r)])
	}
	return s
}

// StaffRoles lists the roles staff can have, widest first.
func StaffRoles() []Role {
	return []Role{RoleOpAdmin, RoleOpLauncher, RoleOpSupport, RoleOpWatcher}
}

// RolesWith names the roles of an area that hold a right: what a refusal tells
// the person to ask for.
func RolesWith(c Code) []Role {
	var rs []Role
	for _, r := range []Role{RoleDefault, RoleOrgAdmin, RoleOpWatcher, RoleOpSupport, RoleOpLauncher, RoleOpAdmin} {
		if bundles[r].Has(c) {
			rs = append(rs, r)
		}
	}
	return rs
}
