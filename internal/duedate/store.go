package duedate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

// What is read of each kind, as kind, at, id, name, more, n, mine.
const (
	// invoices that wait for an answer, within the reader's groups.
	invoices = `
		(select 'invoice', d.deadline_at, d.id, d.number, d.party_name, 1, false
		 from documents d
		 where d.org_id = @org and d.answer = 'waiting' and (@all_groups or d.group_id = any (@groups::smallint[]))
		 order by d.deadline_at, d.id limit @limit)`
	// keys of the reader, and of everybody for whoever manages users. One that ended
	// by itself stays for a month: nobody replaced it, so a program stands still.
	keys = `
		(select 'key', k.expires_at, k.id, k.name, case when k.member_id = @member then '' else m.name end, 1, k.member_id = @member
		 from api_keys k join members m on m.org_id = k.org_id and m.id = k.member_id
		 where k.org_id = @org and (@keys or k.member_id = @member) and m.status = 'active'
		   and (k.ended_at is null or k.ending = 'expired' and k.expires_at > now() - interval '30 days'
		        and not exists (select 1 from api_keys o where o.org_id = k.org_id and o.member_id = k.member_id and o.id > k.id))
		 order by k.expires_at, k.id limit @limit)`
	// certificates: the one of the reader's last signature for the organization.
	certificates = `
		(select 'certificate', e.key_until, 0, e.signer_name, e.issuer, 1, true
		 from accounts a join eds_signatures e on e.org_id = @org and e.pinfl_mac = a.pinfl_mac
		 where a.id = @account
		 order by e.id desc limit 1)`
	// agreements with a last day; one that ended by itself stays for a month, as keys do.
	agreements = `
		(select 'agreement', g.until, g.id, '', '', 1, false
		 from agreements g
		 where g.org_id = @org and g.until is not null and (g.status = 'active' or g.status = 'ended' and g.ending = 'expired' and g.until > now() - interval '30 days')
		   and not exists (select 1 from agreements o where o.org_id = g.org_id and o.id > g.id)
		 order by g.until limit @limit)`
	// authorizations that the organization gave to service providers.
	authorizations = `
		(select 'authorization', z.expires_at, z.id, case when @lang = 'ru' then z.provider_name_ru else z.provider_name_uz end, '', 1, false
		 from authorizations z
		 where z.org_id = @org and z.status = 'active'
		 order by z.expires_at, z.id limit @limit)`
	// invitations that nobody has taken up.
	invitations = `
		(select 'invitation', i.expires_at, i.member_id, m.name, '', 1, false
		 from invitations i join members m on m.org_id = i.org_id and m.id = i.member_id
		 where i.org_id = @org and i.status = 'sent' and i.expires_at is not null and m.status = 'not_activated'
		 order by i.expires_at, i.id limit @limit)`
	// questions the operator put to the reader, closed when nobody answers.
	questions = `
		(select 'question', r.closes_at, r.id, r.title, '', 1, true
		 from support_requests r
		 where r.org_id = @org and r.member_id = @member and r.status = 'waiting'
		 order by r.closes_at, r.id limit @limit)`
	// moderations: cards of the reader's groups, one line for each day by whose end the
	// operator answers.
	moderations = `
		(select 'moderation', max(w.deadline_at), 0, '', '', count(*), false
		 from (select v.deadline_at from card_versions v join cards c on c.org_id = v.org_id and c.id = v.card_id
		       where v.org_id = @org and v.status = 'moderation' and (@all_groups or c.group_id = any (@groups::smallint[])) limit 10000) w
		 group by (w.deadline_at at time zone 'Asia/Tashkent')::date
		 order by 2 limit @limit)`
	// maintenances that are announced, to everybody.
	maintenances = `
		(select 'maintenance', w.starts_at, w.id, case @lang when 'ru' then w.reason_ru when 'en' then coalesce(nullif(w.reason_en, ''), w.reason_uz) else w.reason_uz end,
		        '', 1, false
		 from maintenance_windows w
		 where w.called_off_at is null and w.ends_at > now() and w.announce_at <= now()
		 order by w.starts_at limit @limit)`
)

// statements are what reads each kind.
func statements() map[Kind]string {
	return map[Kind]string{
		Invoice:       invoices,
		Key:           keys,
		Certificate:   certificates,
		Agreement:     agreements,
		Authorization: authorizations,
		Invitation:    invitations,
		Question:      questions,
		Moderation:    moderations,
		Maintenance:   maintenances,
	}
}

// datesOf reads the dates of some kinds in one statement, and what time it is.
// It is joined from constants: a kind the reader may not see is not asked for.
func datesOf(ctx context.Context, q pg.Querier, a actor.Actor, kinds []Kind) (dates []Date, now time.Time, err error) {
	parts, of := make([]string, 0, len(kinds)+1), statements()
	for _, k := range kinds {
		parts = append(parts, of[k])
	}
	// A row of its own says what time it is, also when there is no date.
	parts = append(parts, `(select '', now(), 0, '', '', 0, false)`)
	rows, err := q.Query(ctx, strings.Join(parts, ` union all `), arguments(ctx, a))
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("dates to keep: %w", err)
	}
	var d Date
	_, err = pgx.ForEachRow(rows, []any{&d.Kind, &d.At, &d.ID, &d.Name, &d.More, &d.N, &d.Mine}, func() error {
		if d.Kind == "" {
			now = d.At
		} else {
			dates = append(dates, d)
		}
		return nil
	})
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("dates to keep: %w", err)
	}
	return dates, now, nil
}

func arguments(ctx context.Context, a actor.Actor) pgx.NamedArgs {
	return pgx.NamedArgs{
		"org": a.OrgID, "member": a.MemberID, "account": a.AccountID, "keys": a.Rights.Has(perm.MemberManage),
		"all_groups": a.Scope.AllGroups, "groups": append([]int16{}, a.Scope.Groups...),
		"lang": i18n.From(ctx).Code(), "limit": perKind + 1,
	}
}
