package memberview

import (
	"context"
	"slices"
	"time"

	"kabinet/internal/core/perm"
	"kabinet/internal/member"
	"kabinet/internal/platform/i18n"
	"kabinet/web/ui"
)

// MatrixPage is who can do what.
type MatrixPage struct {
	ListPage
	At time.Time // of printing
}

func (p MatrixPage) matrixActions(ctx context.Context) []ui.Action {
	return []ui.Action{{Text: i18n.T(ctx, "member.export"), URL: "/org/roles.csv"}}
}

// MatrixTitles are the columns of the file.
func MatrixTitles(ctx context.Context) []string {
	titles := []string{i18n.T(ctx, "member.column.name"), i18n.T(ctx, "member.column.position")}
	for _, r := range perm.MemberRoles() {
		titles = append(titles, RoleName(ctx, r))
	}
	return append(titles, i18n.T(ctx, "member.column.groups"), i18n.T(ctx, "member.column.places"))
}

// MatrixCells are the cells of one user in the file.
func MatrixCells(ctx context.Context, l member.Listed) []string {
	cells := []string{l.Names.In(lang(ctx)), l.Positions.In(lang(ctx))}
	for _, r := range perm.MemberRoles() {
		cells = append(cells, mark(ctx, slices.Contains(l.Roles, r)))
	}
	return append(cells, groupsOf(ctx, l), placesOf(ctx, l))
}

func mark(ctx context.Context, has bool) string {
	if has {
		return i18n.T(ctx, "member.matrix.has")
	}
	return ""
}

// rights are what a role allows, in words.
func rights(ctx context.Context, r perm.Role) []string {
	var list []string
	for _, c := range MemberRights() {
		if r.Rights().Has(c.Code) {
			list = append(list, i18n.T(ctx, c.Key))
		}
	}
	return list
}

// Right is a right of members with the key of its words.
type Right struct {
	Code perm.Code
	Key  string
}

// MemberRights lists the rights of members in the order of the matrix.
func MemberRights() []Right {
	return []Right{
		{perm.OrgRead, "member.right.org_read"},
		{perm.OrgEdit, "member.right.org_edit"},
		{perm.MemberManage, "member.right.member_manage"},
		{perm.GroupManage, "member.right.group_manage"},
		{perm.PlaceManage, "member.right.place_manage"},
		{perm.EventRead, "member.right.event_read"},
		{perm.KeyManage, "member.right.key_manage"},
		{perm.CodeLookup, "member.right.code_lookup"},
		{perm.CardLookup, "member.right.card_lookup"},
		{perm.CodeRead, "member.right.code_read"},
		{perm.DocumentRead, "member.right.document_read"},
		{perm.CardRead, "member.right.card_read"},
		{perm.CardEdit, "member.right.card_edit"},
		{perm.CardPublish, "member.right.card_publish"},
		{perm.OrderRead, "member.right.order_read"},
		{perm.OrderManage, "member.right.order_manage"},
		{perm.ProviderOrderRead, "member.right.provider_order_read"},
		{perm.ProviderManage, "member.right.provider_manage"},
		{perm.DocApplication, "member.right.doc_application"},
		{perm.DocAggregation, "member.right.doc_aggregation"},
		{perm.DocCorrection, "member.right.doc_correction"},
		{perm.DocDisaggregation, "member.right.doc_disaggregation"},
		{perm.DocImport, "member.right.doc_import"},
		{perm.DocWithdrawal, "member.right.doc_withdrawal"},
		{perm.DocAIC, "member.right.doc_aic"},
		{perm.DocAccept, "member.right.doc_accept"},
	}
}
