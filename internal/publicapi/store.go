package publicapi

import (
	"context"
	"fmt"

	"kabinet/internal/apikey"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
)

// enter is the one statement of a call: the key, its owner, the owner's roles,
// and the organization asked about. Each step goes by a primary key.
//
//tenant:any the key itself says which organization it belongs to
func enter(ctx context.Context, q pg.Querier, hash []byte, tin taxid.TIN) (Call, error) {
	const stmt = `
		select ` + apikey.Columns + `,
		       o.org_id, o.tin, o.status, m.status, coalesce(m.account_id, 0),
		       array(select r.role from member_roles r where r.org_id = m.org_id and r.member_id = m.id),
		       m.all_groups, m.all_places,
		       array(select g.group_id from member_groups g where g.org_id = m.org_id and g.member_id = m.id and not m.all_groups),
		       array(select l.place_id from member_places l where l.org_id = m.org_id and l.member_id = m.id and not m.all_places),
		       coalesce(p.org_id, 0), coalesce(p.tin, ''), coalesce(p.legal_form, ''),
		       coalesce(p.name_uz, ''), coalesce(p.name_ru, ''), coalesce(p.name_en, ''), coalesce(p.status, ''),
		       (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'slug', g.slug, 'uz', g.name_uz, 'ru', g.name_ru, 'en', g.name_en,
		               'issuer', og.issuer, 'status', og.status, 'connected_at', og.connected_at) order by g.id), '[]')
		        from org_product_groups og join product_groups g on g.id = og.group_id
		        where og.org_id = p.org_id)
		from api_key_registry x
		join api_keys k on k.org_id = x.org_id and k.id = x.key_id
		join members m on m.org_id = k.org_id and m.id = k.member_id
		join organizations o on o.org_id = k.org_id
		left join tin_registry t on t.tin = $2
		left join organizations p on p.org_id = t.org_id
		where x.key_hash = $1`
	var c Call
	var roles []string
	p := &c.Party
	into := append(c.Key.Targets(), &c.OrgID, &c.TIN, &c.OrgStatus, &c.Member, &c.AccountID, &roles,
		&c.Scope.AllGroups, &c.Scope.AllPlaces, &c.Scope.Groups, &c.Scope.Places,
		&p.OrgID, &p.TIN, &p.Form, &p.NameUz, &p.NameRu, &p.NameEn, &p.Status, &p.Groups)
	err := q.QueryRow(ctx, stmt, hash, tin).Scan(into...)
	switch {
	case pg.NoRows(err):
		return Call{}, ErrUnknownKey.Because(err)
	case err != nil:
		return Call{}, fmt.Errorf("read call: %w", err)
	}
	c.Rights = perm.Rights(roles)
	return c, nil
}
