package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/platform/pg"
)

func insertCampaign(ctx context.Context, tx pg.Tx, c Campaign, staffID int64) (id int64, err error) {
	const q = `
		insert into campaigns (id, name, letter_kind, opens_at, closes_at, selection, status, staff_id, staff_name)
		values (nextval('campaign_ids'), $1, $2, $3, $4, $5, 'draft', $6, $7)
		returning id`
	err = tx.QueryRow(ctx, q, c.Name, c.Kind, c.OpensAt, c.ClosesAt, c.Selection, staffID, c.StaffName).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("insert campaign: %w", err)
	}
	return id, nil
}

func campaignByID(ctx context.Context, q pg.Querier, id int64) (Campaign, error) {
	const stmt = `
		select id, name, letter_kind, opens_at, closes_at, selection,
		       case when status in ('starting', 'running') and now() >= closes_at then 'closed' else status end,
		       now() >= opens_at, picked, skipped, staff_name, created_at, started_at, stopped_at,
		       version, edited_by, edited_at
		from campaigns
		where id = $1`
	rows, err := q.Query(ctx, stmt, id)
	if err != nil {
		return Campaign{}, fmt.Errorf("campaign by id: %w", err)
	}
	c, err := pgx.CollectExactlyOneRow(rows, scanCampaign)
	switch {
	case pg.NoRows(err):
		return Campaign{}, ErrNoCampaign
	case err != nil:
		return Campaign{}, fmt.Errorf("campaign by id: %w", err)
	}
	return c, nil
}

// campaignsBefore lists campaigns older than id, the newest first; 0 starts at
// the newest of all.
func campaignsBefore(ctx context.Context, q pg.Querier, id int64, limit int) ([]Campaign, error) {
	const stmt = `
		select id, name, letter_kind, opens_at, closes_at, selection,
		       case when status in ('starting', 'running') and now() >= closes_at then 'closed' else status end,
		       now() >= opens_at, picked, skipped, staff_name, created_at, started_at, stopped_at,
		       version, edited_by, edited_at
		from campaigns
		where $1::bigint = 0 or id < $1
		order by id desc
		limit $2`
	rows, err := q.Query(ctx, stmt, id, limit)
	if err != nil {
		return nil, fmt.Errorf("list campaigns: %w", err)
	}
	cs, err := pgx.CollectRows(rows, scanCampaign)
	if err != nil {
		return nil, fmt.Errorf("list campaigns: %w", err)
	}
	return cs, nil
}

func scanCampaign(row pgx.CollectableRow) (c Campaign, err error) {
	var started, stopped, edited *time.Time
	err = row.Scan(&c.ID, &c.Name, &c.Kind, &c.OpensAt, &c.ClosesAt, &c.Selection, &c.Phase,
		&c.Opened, &c.Picked, &c.Skipped, &c.StaffName, &c.CreatedAt, &started, &stopped,
		&c.Version, &c.EditedBy, &edited)
	c.StartedAt, c.StoppedAt, c.EditedAt = orZero(started), orZero(stopped), orZero(edited)
	return c, err
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// updateDraft stores c in place of the version of a draft that it was made from.
func updateDraft(ctx context.Context, tx pg.Tx, c Campaign) error {
	const q = `
		update campaigns
		set name = $3, letter_kind = $4, opens_at = $5, closes_at = $6, selection = $7,
		    version = version + 1, edited_by = $8, edited_at = now()
		where id = $1 and version = $2 and status = 'draft'`
	tag, err := tx.Exec(ctx, q, c.ID, c.Version, c.Name, c.Kind, c.OpensAt, c.ClosesAt, c.Selection, c.EditedBy)
	if err != nil {
		return fmt.Errorf("change campaign: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return whyNotDraft(ctx, tx, c.ID)
	}
	return nil
}

// whyNotDraft says why no draft of that version was found.
func whyNotDraft(ctx context.Context, tx pg.Tx, id int64) error {
	c, err := campaignByID(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case c.Phase == Draft:
		return ErrStale
	}
	return ErrNotDraft
}

// startCampaign turns a draft into a campaign that is starting and gives when
// its letters may leave, and whether that is yet to come. A campaign whose end
// has come is not started, nor one of another version; version 0 is any.
func startCampaign(ctx context.Context, tx pg.Tx, id int64, version int) (opensAt time.Time, wait bool, err error) {
	const q = `
		update campaigns set status = 'starting', started_at = now()
		where id = $1 and status = 'draft' and $2 in (0, version) and now() < closes_at
		returning opens_at, now() < opens_at`
	err = tx.QueryRow(ctx, q, id, version).Scan(&opensAt, &wait)
	if pg.NoRows(err) {
		return time.Time{}, false, whyNotStarted(ctx, tx, id, version)
	}
	if err != nil {
		return time.Time{}, false, fmt.Errorf("start campaign: %w", err)
	}
	return opensAt, wait, nil
}

func whyNotStarted(ctx context.Context, tx pg.Tx, id int64, version int) error {
	c, err := campaignByID(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case c.Phase == Draft && version != 0 && version != c.Version:
		return ErrStale
	case c.Phase == Draft:
		return ErrOver
	}
	return ErrNotDraft
}

// stopCampaign ends a campaign that is starting or running.
func stopCampaign(ctx context.Context, tx pg.Tx, id int64) error {
	const q = `
		update campaigns set status = 'stopped', stopped_at = now()
		where id = $1 and status in ('starting', 'running')`
	tag, err := tx.Exec(ctx, q, id)
	if err != nil {
		return fmt.Errorf("stop campaign: %w", err)
	}
	if tag.RowsAffected() == 0 {
		if _, err := campaignByID(ctx, tx, id); err != nil {
			return err
		}
		return ErrNotStoppable
	}
	return nil
}

// withdrawQueued ends the letters of a campaign of which no copy can have left.
//
//tenant:any a campaign spans organizations
func withdrawQueued(ctx context.Context, tx pg.Tx, campaignID int64) (int64, error) {
	const q = `
		update letters set status = 'withdrawn', ended_at = now()
		where campaign_id = $1 and status = 'queued' and issued_at is null and send_before is not null`
	tag, err := tx.Exec(ctx, q, campaignID)
	if err != nil {
		return 0, fmt.Errorf("withdraw letters: %w", err)
	}
	return tag.RowsAffected(), nil
}

// progress is where a starting campaign goes on.
type progress struct {
	Kind      Kind
	ClosesAt  time.Time
	Selection Selection
	NextOrg   int64
	Opened    bool
}

// holdStarting locks a campaign that is choosing organizations; ok is false when
// it was stopped, has ended or has chosen all already.
func holdStarting(ctx context.Context, tx pg.Tx, id int64) (p progress, ok bool, err error) {
	const q = `
		select letter_kind, closes_at, selection, next_org, now() >= opens_at
		from campaigns
		where id = $1 and status = 'starting' and now() < closes_at
		for update`
	err = tx.QueryRow(ctx, q, id).Scan(&p.Kind, &p.ClosesAt, &p.Selection, &p.NextOrg, &p.Opened)
	switch {
	case pg.NoRows(err):
		return progress{}, false, nil
	case err != nil:
		return progress{}, false, fmt.Errorf("hold campaign: %w", err)
	}
	return p, true, nil
}

// keepProgress notes how far choosing came; done ends it.
func keepProgress(ctx context.Context, tx pg.Tx, id, nextOrg int64, picked, skipped int, done bool) error {
	const q = `
		update campaigns
		set next_org = $2, picked = picked + $3, skipped = skipped + $4,
		    status = case when $5 then 'running' else status end
		where id = $1`
	if _, err := tx.Exec(ctx, q, id, nextOrg, picked, skipped, done); err != nil {
		return fmt.Errorf("keep progress of campaign: %w", err)
	}
	return nil
}

// recipient is an organization as a letter needs it.
type recipient struct {
	OrgID    int64
	Email    string
	Language string
}

// recipientsAfter takes the next organizations of a selection, by id.
//
//tenant:any a campaign spans organizations
func recipientsAfter(ctx context.Context, q pg.Querier, s Selection, orgID int64, limit int) ([]recipient, error) {
	const stmt = `
		select o.org_id, o.email, o.language
		from organizations o
		where o.status = 'imported' and o.org_id > $1
		  and (cardinality($2::text[]) = 0 or o.region = any($2))
		  and (cardinality($3::smallint[]) = 0 or exists (
		      select from org_product_groups g where g.org_id = o.org_id and g.group_id = any($3)))
		  and (cardinality($4::text[]) = 0 or o.tin = any($4))
		  and (cardinality($5::bigint[]) = 0 or exists (
		      select from import_orgs i where i.org_id = o.org_id and i.import_id = any($5)))
		order by o.org_id
		limit $6`
	rows, err := q.Query(ctx, stmt, orgID, list(s.Regions), list(s.Groups), list(s.TINs), list(s.Imports), limit)
	if err != nil {
		return nil, fmt.Errorf("choose organizations: %w", err)
	}
	rs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[recipient])
	if err != nil {
		return nil, fmt.Errorf("choose organizations: %w", err)
	}
	return rs, nil
}

// countRecipients says how many organizations a selection has now, and how many
// of them have a live letter already and would be left out.
//
//tenant:any a campaign spans organizations
func countRecipients(ctx context.Context, q pg.Querier, s Selection) (p Preview, err error) {
	const stmt = `
		select count(*), count(l.org_id)
		from organizations o
		left join letters l on l.org_id = o.org_id and l.status in ('queued', 'sent')
		where o.status = 'imported'
		  and (cardinality($1::text[]) = 0 or o.region = any($1))
		  and (cardinality($2::smallint[]) = 0 or exists (
		      select from org_product_groups g where g.org_id = o.org_id and g.group_id = any($2)))
		  and (cardinality($3::text[]) = 0 or o.tin = any($3))
		  and (cardinality($4::bigint[]) = 0 or exists (
		      select from import_orgs i where i.org_id = o.org_id and i.import_id = any($4)))`
	err = q.QueryRow(ctx, stmt, list(s.Regions), list(s.Groups), list(s.TINs), list(s.Imports)).Scan(&p.Chosen, &p.WithLetter)
	if err != nil {
		return Preview{}, fmt.Errorf("count organizations: %w", err)
	}
	return p, nil
}

// list makes an empty array of a missing one: cardinality(null) is null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// productGroups lists the groups a selection may name.
func productGroups(ctx context.Context, q pg.Querier) ([]Group, error) {
	const stmt = `select id, name_uz, name_ru, name_en from product_groups order by id`
	rows, err := q.Query(ctx, stmt)
	if err != nil {
		return nil, fmt.Errorf("list product groups: %w", err)
	}
	gs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Group])
	if err != nil {
		return nil, fmt.Errorf("list product groups: %w", err)
	}
	return gs, nil
}

// offeredImports is how many files a form offers; older ones have had their
// letters long ago.
const offeredImports = 30

// imports lists the newest files that were applied and brought something, and
// those named.
func imports(ctx context.Context, q pg.Querier, named []int64) ([]Import, error) {
	const stmt = `
		with brought as (
		    select id, file_name, finished_at, good, row_number() over (order by id desc) as age
		    from imports
		    where mode = 'apply' and finished_at is not null and good > 0
		)
		select id, file_name, finished_at, good
		from brought
		where age <= $1 or id = any($2)
		order by id desc`
	rows, err := q.Query(ctx, stmt, offeredImports, list(named))
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	is, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Import])
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	return is, nil
}

// countLetters counts a campaign's letters by status: from letters_campaign_idx
// alone, or in one go through the table when most letters are the campaign's.
//
//tenant:any a campaign spans organizations
func countLetters(ctx context.Context, q pg.Querier, campaignID int64) (map[Status]int, error) {
	const stmt = `select status, count(*) from letters where campaign_id = $1 group by status order by status`
	rows, err := q.Query(ctx, stmt, campaignID)
	if err != nil {
		return nil, fmt.Errorf("count letters: %w", err)
	}
	counts := map[Status]int{}
	var s Status
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&s, &n}, func() error { counts[s] = n; return nil }); err != nil {
		return nil, fmt.Errorf("count letters: %w", err)
	}
	return counts, nil
}

// refusalsOf lists the newest letters of a campaign that the relay refused.
//
//tenant:any a campaign spans organizations
func refusalsOf(ctx context.Context, q pg.Querier, campaignID int64, limit int) ([]Refusal, error) {
	const stmt = `
		select l.id, l.email, l.reason, o.tin, o.name_uz, o.name_ru, o.name_en
		from letters l
		join organizations o on o.org_id = l.org_id
		where l.campaign_id = $1 and l.status = 'refused'
		order by l.id desc
		limit $2`
	rows, err := q.Query(ctx, stmt, campaignID, limit)
	if err != nil {
		return nil, fmt.Errorf("list refusals: %w", err)
	}
	rs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Refusal])
	if err != nil {
		return nil, fmt.Errorf("list refusals: %w", err)
	}
	return rs, nil
}
