package audit

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

func insertLine(ctx context.Context, tx pg.Tx, who actor.Subject, e Entry, details []byte) error {
	const q = `
		insert into audit_log (org_id, id, actor_kind, actor_id, actor_name, action, target, details, ip, request_id)
		values ($1, nextval('audit_ids'), $2, $3, $4, $5, $6, $7, $8, $9)`
	_, err := tx.Exec(ctx, q, e.OrgID, who.Kind, who.ID, who.Name, e.Action, e.Target, details, who.Origin.IP, who.Origin.RequestID)
	if err != nil {
		return fmt.Errorf("insert audit line: %w", err)
	}
	return nil
}

// selectLines reads one line more than asked, to know whether others follow.
//
//tenant:any see List
func selectLines(ctx context.Context, q pg.Querier, f Filter) ([]Line, error) {
	where, args := conditions(f)
	stmt := `
		select org_id, id, at, actor_kind, actor_id, actor_name, action, target, details, ip, request_id, seal is not null
		from audit_log
		where ` + where + `
		order by id desc
		limit @limit`
	rows, err := q.Query(ctx, stmt, args)
	if err != nil {
		return nil, fmt.Errorf("list audit lines: %w", err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Line])
	if err != nil {
		return nil, fmt.Errorf("list audit lines: %w", err)
	}
	return lines, nil
}

// conditions joins fixed fragments; text of people is only ever an argument.
func conditions(f Filter) (string, pgx.NamedArgs) {
	parts, args := []string{"true"}, pgx.NamedArgs{"limit": f.Limit + 1}
	add := func(use bool, fragment, name string, value any) {
		if use {
			parts, args[name] = append(parts, fragment), value
		}
	}
	add(f.OrgID != 0, "org_id = @org", "org", f.OrgID)
	add(f.Before != 0, "id < @before", "before", f.Before)
	add(f.Target != "", "target = @target", "target", f.Target)
	add(f.Actor != "", "actor_name ilike '%' || @actor || '%'", "actor", escapeLike(f.Actor))
	add(f.Target != "", "target = @target", "target", f.Target)
	add(!f.From.IsZero(), "at >= @from", "from", f.From)
	add(!f.Until.IsZero(), "at < @until", "until", f.Until)
	family := strings.HasSuffix(f.Action, ".")
	add(f.Action != "" && !family, "action = @action", "action", f.Action)
	add(family, "starts_with(action, @action)", "action", f.Action)
	return strings.Join(parts, " and "), args
}

// escapeLike makes the wildcards of people literal.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
