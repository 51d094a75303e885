package menu

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/notice"
	"kabinet/internal/platform/pg"
)

// countsStatement counts in indexes alone: cards in cards_tabs_idx, notices and invoices in
// those of what is unread and unanswered, requests in support_requests_asked_idx. What
// is not asked for is not looked at. An announcement that is over counts as read.
const countsStatement = `
		select case when @returned then (
		         select count(*) from (
		           select 1 from cards c
		           where c.org_id = @org and c.standing in ('new', 'published', 'blocked') and c.editing = 'returned' and c.archived_at is null
		             and (@all_groups or c.group_id = any (@groups::smallint[]))
		           limit @max_returned) r)
		       else 0 end,
		       case when @unread then (
		         select count(*) from (
		           select 1
		           from (` + notice.Mine + `) mine
		           join notices n on n.org_id = mine.org_id and n.member_id = mine.member_id and n.read_at is null and n.announcement is null
		           limit @max_unread) u)
		         + (
		         select count(*) from announcements a
		         where a.until > now() and not exists (
		           select 1 from announcement_reads r
		           where r.org_id = @org and r.member_id = @member and r.announcement_id = a.id))
		       else 0 end,
		       case when @unread then (
		         select count(*) from support_requests r
		         where r.org_id = @org and r.member_id = @member and r.status in ('waiting', 'answered') and r.last_side = 'staff'
		           and r.last_id > coalesce((
		             select s.read_to from support_reads s
		             where s.org_id = @org and s.request_id = r.id and s.member_id = @member), 0))
		       else 0 end,
		       case when @waiting then (
		         select count(*) from (
		           select 1 from documents d
		           where d.org_id = @org and d.answer = 'waiting' and d.deadline_at > now()
		             and (@all_groups or d.group_id = any (@groups::smallint[]))
		           limit @max_waiting) w)
		       else 0 end`

func countsOf(ctx context.Context, q pg.Querier, a actor.Actor, ask wants) (c Counts, err error) {
	args := pgx.NamedArgs{
		"org": a.OrgID, "member": a.MemberID, "account": a.AccountID, "all_groups": a.Scope.AllGroups, "groups": append([]int16{}, a.Scope.Groups...),
		"returned": ask.returned, "unread": ask.unread, "waiting": ask.waiting,
		"max_returned": MaxReturned, "max_unread": MaxUnread, "max_waiting": MaxWaiting,
	}
	if err := q.QueryRow(ctx, countsStatement, args).Scan(&c.Returned, &c.Unread, &c.Answers, &c.Waiting); err != nil {
		return Counts{}, fmt.Errorf("count for the menu: %w", err)
	}
	c.Unread = min(c.Unread, MaxUnread)
	return c, nil
}
