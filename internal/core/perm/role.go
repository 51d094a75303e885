package perm

// Role is the code under which a role is stored and named in messages:
// "role.<code>" is its name, "role.<code>.about" what it is for.
type Role string

// Roles of members (domain.md 2.7). The first user of an organization gets the
// first two.
const (
	RoleDefault          Role = "default"
	RoleOrgAdmin         Role = "org_admin"
	RoleObserver         Role = "observer"
	RoleCardObserver     Role = "card_observer"
	RoleCardEditor       Role = "card_editor"
	RoleCardPublisher    Role = "card_publisher"
	RoleOrderObserver    Role = "order_observer"
	RoleCodeIssuer       Role = "code_issuer"
	RoleProviderObserver Role = "provider_observer"
	RoleProviderManager  Role = "provider_manager"
	RoleDocApplication   Role = "doc_application"
	RoleDocAggregation   Role = "doc_aggregation"
	RoleDocCorrection    Role = "doc_correction"
	RoleDocDisaggregate  Role = "doc_disaggregation"
	RoleDocImport        Role = "doc_import"
	RoleDocWithdrawal    Role = "doc_withdrawal"
	RoleDocAIC           Role = "doc_aic"
	RoleDocAcceptor      Role = "doc_acceptor"
	RoleKeyManager       Role = "key_manager"
)

// Roles of the operator's staff (our own design: the operator's are not public).
const (
	RoleOpAdmin     Role = "op_admin"     // everything, also staff
	RoleOpLauncher  Role = "op_launcher"  // imports and campaigns
	RoleOpRegistrar Role = "op_registrar" // decides requests, answers questions, keeps prefixes and dictionaries
	RoleOpModerator Role = "op_moderator" // publishes and returns product cards
	RoleOpSupport   Role = "op_support"   // answers questions, sends letters again
	RoleOpWatcher   Role = "op_watcher"   // reads every desk, changes nothing: oversight
)

// desk is what everybody of the staff sees: whom the work is about, and by what
// rules. What organizations write, send and ask for is read by those who work on
// it, and by oversight.
var desk = Of(OpOrgRead, OpDictionaryRead)

var watch = desk.Or(Of(OpCampaignRead, OpJobRead, OpAuditRead, OpRequestRead, OpSupportRead, OpCardRead, OpFeedRead))

var bundles = map[Role]Set{
	RoleDefault:          Of(OrgRead, CodeLookup, CardLookup),
	RoleOrgAdmin:         Of(OrgRead, OrgEdit, MemberManage, GroupManage, PlaceManage, EventRead, DocumentRead, DocAccept),
	RoleObserver:         Of(CodeRead, DocumentRead),
	RoleCardObserver:     Of(CardRead),
	RoleCardEditor:       Of(CardRead, CardEdit),
	RoleCardPublisher:    Of(CardRead, CardEdit, CardPublish),
	RoleOrderObserver:    Of(OrderRead),
	RoleCodeIssuer:       Of(OrderRead, OrderManage, CodeRead),
	RoleProviderObserver: Of(ProviderOrderRead),
	RoleProviderManager:  Of(ProviderOrderRead, ProviderManage),
	RoleDocApplication:   Of(DocumentRead, DocApplication),
	RoleDocAggregation:   Of(DocumentRead, DocAggregation),
	RoleDocCorrection:    Of(DocumentRead, DocCorrection),
	RoleDocDisaggregate:  Of(DocumentRead, DocDisaggregation),
	RoleDocImport:        Of(DocumentRead, DocImport),
	RoleDocWithdrawal:    Of(DocumentRead, DocWithdrawal),
	RoleDocAIC:           Of(DocumentRead, DocAIC),
	RoleDocAcceptor:      Of(DocumentRead, DocAccept),
	RoleKeyManager:       Of(KeyManage),
	RoleOpWatcher:        watch,
	RoleOpSupport:        desk.Or(Of(OpSupportRead, OpSupportAnswer, OpRequestRead, OpCampaignRead, OpLetterSend)),
	RoleOpLauncher:       desk.Or(Of(OpOrgImport, OpCampaignRead, OpCampaignRun, OpLetterSend, OpJobRead)),
	RoleOpRegistrar:      desk.Or(Of(OpRequestRead, OpRequestDecide, OpSupportRead, OpSupportAnswer, OpPrefixManage, OpDictionaryManage)),
	RoleOpModerator:      desk.Or(Of(OpCardRead, OpCardModerate)),
	RoleOpAdmin: watch.Or(Of(OpLetterSend, OpOrgImport, OpCampaignRun, OpJobManage, OpFeedManage, OpStaffManage,
		OpRequestDecide, OpSupportAnswer, OpPrefixManage, OpDictionaryManage, OpCardModerate, OpMaintenance)),
}

// Rights joins what the roles allow; an unknown role allows nothing.
func Rights(roles []string) Set {
	var s Set
	for _, r := range roles {
		s = s.Or(bundles[Role(r)])
	}
	return s
}

// Rights is what the role allows.
func (r Role) Rights() Set { return bundles[r] }

// NeedsIssuer reports whether the role is of use only to an organization that
// issues codes in at least one product group (domain.md F14).
func (r Role) NeedsIssuer() bool { return r == RoleCodeIssuer }

// MemberRoles lists the roles users of organizations can have, in the order of
// forms and of the matrix. The default role is everybody's and cannot be taken.
func MemberRoles() []Role {
	return []Role{
		RoleDefault, RoleOrgAdmin, RoleObserver,
		RoleCardObserver, RoleCardEditor, RoleCardPublisher,
		RoleOrderObserver, RoleCodeIssuer, RoleProviderObserver, RoleProviderManager,
		RoleDocApplication, RoleDocAggregation, RoleDocCorrection, RoleDocDisaggregate,
		RoleDocImport, RoleDocWithdrawal, RoleDocAIC, RoleDocAcceptor, RoleKeyManager,
	}
}

// StaffRoles lists the roles staff can have, widest first.
func StaffRoles() []Role {
	return []Role{RoleOpAdmin, RoleOpLauncher, RoleOpRegistrar, RoleOpModerator, RoleOpSupport, RoleOpWatcher}
}

// RolesWith names the roles of an area that hold a right: what a refusal tells
// the person to ask for. The narrowest role comes first.
func RolesWith(c Code) []Role {
	var rs []Role
	for _, r := range narrowestFirst() {
		if bundles[r].Has(c) {
			rs = append(rs, r)
		}
	}
	return rs
}

// narrowestFirst puts the administrator behind the roles of one job.
func narrowestFirst() []Role {
	rs := make([]Role, 0, len(bundles))
	for _, r := range MemberRoles() {
		if r != RoleOrgAdmin {
			rs = append(rs, r)
		}
	}
	return append(rs, RoleOrgAdmin, RoleOpWatcher, RoleOpSupport, RoleOpModerator, RoleOpRegistrar, RoleOpLauncher, RoleOpAdmin)
}
