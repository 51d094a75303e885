package migrations_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kabinet/internal/platform/pg/pgtest"
	"kabinet/migrations"
)

// kind says how a table would be spread over several machines.
type kind string

const (
	// tenant: spread by org_id; everything of one organization stays together.
	tenant kind = "tenant"
	// registry: what is unique in the whole system, spread by that value.
	registry kind = "registry"
	// dictionary: small and the same everywhere; a copy on each machine.
	dictionary kind = "dictionary"
	// system: stays on one machine.
	system kind = "system"
)

// kinds lists every table. A new one is added here in the commit that makes it.
var kinds = map[string]kind{
	"api_answers":             tenant,
	"api_keys":                tenant,
	"access_requests":         tenant,
	"agreements":              tenant,
	"audit_log":               tenant,
	"bank_accounts":           tenant,
	"email_changes":           tenant,
	"authorization_groups":    tenant,
	"authorizations":          tenant,
	"card_bulks":              tenant,
	"card_claims":             tenant,
	"card_decisions":          tenant,
	"card_exports":            tenant,
	"card_import_photos":      tenant,
	"card_import_rows":        tenant,
	"cards":                   tenant,
	"card_versions":           tenant,
	"card_photos":             tenant,
	"catalogue":               tenant,
	"card_imports":            tenant,
	"document_answers":        tenant,
	"document_codes":          tenant,
	"document_lines":          tenant,
	"document_links":          tenant,
	"documents":               tenant,
	"document_signatures":     tenant,
	"document_unnamed":        tenant,
	"document_versions":       tenant,
	"eds_signatures":          tenant,
	"gs1_gtins":               tenant,
	"gs1_prefixes":            tenant,
	"import_orgs":             tenant,
	"invitations":             tenant,
	"letters":                 tenant,
	"list_choices":            tenant,
	"member_groups":           tenant,
	"member_imports":          tenant,
	"member_places":           tenant,
	"member_roles":            tenant,
	"members":                 tenant,
	"announcement_reads":      tenant,
	"notice_choices":          tenant,
	"notices":                 tenant,
	"onboarding_ticks":        tenant,
	"org_readiness":           tenant,
	"readiness_reminders":     tenant,
	"org_product_groups":      tenant,
	"organizations":           tenant,
	"technical_users":         tenant,
	"place_imports":           tenant,
	"places":                  tenant,
	"received_authorizations": tenant,
	"aic_lines":               tenant,
	"aic_versions":            tenant,
	"aics":                    tenant,
	"receipt_versions":        tenant,
	"receipts":                tenant,
	"requests":                tenant,
	"register_entries":        tenant,
	"saved_views":             tenant,
	"support_files":           tenant,
	"support_messages":        tenant,
	"support_notes":           tenant,
	"support_reads":           tenant,
	"support_requests":        tenant,

	"api_key_registry":        registry, // by hash of a key
	"account_members":         registry, // by account: which organizations it belongs to
	"eds_signature_registry":  registry,
	"gs1_gtin_registry":       registry,
	"gs1_prefix_registry":     registry,
	"invitation_key_registry": registry,
	"letter_key_registry":     registry,
	"login_registry":          registry,
	"technical_tokens":        registry,
	"person_registry":         registry,
	"tin_registry":            registry,

	"announcements":   dictionary,
	"attribute_sets":  dictionary,
	"calendar_days":   dictionary,
	"card_codes":      dictionary,
	"product_groups":  dictionary,
	"return_reasons":  dictionary,
	"support_answers": dictionary,

	"accounts":            system,
	"audit_seals":         system,
	"blob_chunks":         system,
	"blobs":               system,
	"campaigns":           system,
	"card_decision_days":  system,
	"code_imports":        system,
	"maintenance_windows": system,
	"eds_challenges":      system,
	"enrollments":         system,
	"feed_deliveries":     system,
	"feed_messages":       system,
	"feed_replays":        system,
	"feed_rounds":         system,
	"document_strangers":  system,
	"feed_strangers":      system,
	"feed_tokens":         system,
	"feeds":               system,
	"help_votes":          system,
	"import_complaints":   system,
	"imports":             system,
	"job_processes":       system,
	"rate_limits":         system,
	"readiness_counts":    system,
	"readiness_mailings":  system,
	"readiness_marks":     system,
	"sessions":            system,
	"support_days":        system,
	"staff":               system,
}

// mayRefer lists which kinds a foreign key may lead to. Nothing leads from one
// spread in one way to one spread in another.
var mayRefer = map[kind][]kind{
	tenant:     {tenant, dictionary},
	registry:   {dictionary},
	dictionary: {dictionary},
	system:     {system, dictionary},
}

// TestSchema holds the schema to the rules that let data be spread over several
// machines later without a rewrite, and to those that keep it quick and legible.
func TestSchema(t *testing.T) {
	t.Parallel()
	for _, complaint := range complaints(read(t, pgtest.New(t)), kinds, migrationText(t)) {
		t.Error(complaint)
	}
}

// complaints checks tables of known kinds. text is that of all migrations, where
// every name that somebody chose can be found.
func complaints(tables []table, kinds map[string]kind, text string) (all []string) {
	names := words(text)
	present := map[string]bool{}
	for _, at := range tables {
		present[at.Name] = true
		k, known := kinds[at.Name]
		if !known {
			all = append(all, fmt.Sprintf("table %s has no kind: add it to the list in schema_test.go as tenant, registry, dictionary or system", at.Name))
			continue
		}
		for _, check := range []func(table, kind, map[string]kind) []string{
			keyRules, tenantRules, foreignKeyRules, columnRules, hookRules,
		} {
			all = append(all, check(at, k, kinds)...)
		}
		all = append(all, nameRules(at, names)...)
	}
	for name := range kinds {
		if !present[name] {
			all = append(all, fmt.Sprintf("table %s is listed in schema_test.go and does not exist", name))
		}
	}
	slices.Sort(all)
	return all
}

func keyRules(at table, _ kind, _ map[string]kind) []string {
	if slices.ContainsFunc(at.Keys, func(k key) bool { return k.Type == "p" }) {
		return nil
	}
	return []string{fmt.Sprintf("table %s has no primary key", at.Name)}
}

// tenantRules: org_id leads every key, so that uniqueness can be judged by the
// machine that holds the organization.
func tenantRules(at table, k kind, _ map[string]kind) (all []string) {
	org, found := at.column("org_id")
	switch {
	case k == dictionary && found:
		return []string{fmt.Sprintf("dictionary %s has a column org_id: what belongs to an organization is no dictionary", at.Name)}
	case k != tenant:
		return nil
	case !found:
		return []string{fmt.Sprintf("tenant table %s has no column org_id", at.Name)}
	case !org.NotNull:
		all = append(all, fmt.Sprintf("%s.org_id may be null", at.Name))
	}
	for _, x := range at.Indexes {
		if x.Unique && x.Columns[0] != "org_id" {
			all = append(all, fmt.Sprintf("unique index %s does not begin with org_id: what is unique in the whole system belongs into a registry", x.Name))
		}
	}
	for _, c := range at.Keys {
		if c.Type == "x" && !slices.Contains(c.Columns, "org_id") {
			all = append(all, fmt.Sprintf("exclusion %s does not name org_id", c.Name))
		}
	}
	return all
}

func foreignKeyRules(at table, k kind, kinds map[string]kind) (all []string) {
	for _, f := range at.Keys {
		if f.Type != "f" {
			continue
		}
		target := kinds[f.Target]
		if !slices.Contains(mayRefer[k], target) {
			all = append(all, fmt.Sprintf("foreign key %s leads from a %s table to %s, a %s table: keep the id and let the program compare", f.Name, k, f.Target, target))
		}
		if k == tenant && target == tenant && (f.Columns[0] != "org_id" || f.TargetColumns[0] != "org_id") {
			all = append(all, fmt.Sprintf("foreign key %s does not begin with org_id on both sides", f.Name))
		}
		if f.OnDelete == "n" || f.OnDelete == "d" {
			all = append(all, fmt.Sprintf("foreign key %s sets columns when its target is deleted, which a spread table cannot", f.Name))
		}
		if !indexed(at, f) {
			all = append(all, fmt.Sprintf("foreign key %s has no index that begins with %s", f.Name, strings.Join(f.Columns, ", ")))
		}
	}
	return all
}

// indexed reports whether an index over all rows begins with the columns of the
// foreign key, in any order.
func indexed(at table, f key) bool {
	return slices.ContainsFunc(at.Indexes, func(x index) bool {
		n := len(f.Columns)
		if x.Partial || len(x.Columns) < n {
			return false
		}
		return !slices.ContainsFunc(x.Columns[:n], func(c string) bool { return !slices.Contains(f.Columns, c) })
	})
}

// columnRules: a volatile default would be computed by each machine for itself.
func columnRules(at table, k kind, _ map[string]kind) (all []string) {
	if k == system {
		return nil
	}
	for _, c := range at.Columns {
		if len(c.Calls) > 0 {
			all = append(all, fmt.Sprintf("the default of %s.%s calls %s: let the statement pass the value", at.Name, c.Name, strings.Join(c.Calls, ", ")))
		}
	}
	return all
}

func hookRules(at table, _ kind, _ map[string]kind) (all []string) {
	for _, name := range at.Triggers {
		all = append(all, fmt.Sprintf("table %s has the trigger %s: write what happens in the program", at.Name, name))
	}
	for _, name := range at.Rules {
		all = append(all, fmt.Sprintf("table %s has the rule %s: write what happens in the program", at.Name, name))
	}
	return all
}

// nameRules: the program compares names of constraints, and a script must be able
// to drop and make them again, so none may be the server's invention.
func nameRules(at table, names map[string]bool) (all []string) {
	for _, c := range at.Keys {
		if !names[c.Name] {
			all = append(all, fmt.Sprintf("constraint %s of table %s is named by the server: write \"constraint <name>\" in the migration", c.Name, at.Name))
		}
	}
	for _, x := range at.Indexes {
		if !names[x.Name] {
			all = append(all, fmt.Sprintf("index %s of table %s is named by the server: name it in the migration", x.Name, at.Name))
		}
	}
	return all
}

func migrationText(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, name := range upFiles(t) {
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

var word = regexp.MustCompile(`\w+`)

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range word.FindAllString(text, -1) {
		set[w] = true
	}
	return set
}

// TestComplaints breaks every rule once and wants to hear of it.
func TestComplaints(t *testing.T) {
	t.Parallel()
	byInitial := map[string]kind{"t": tenant, "r": registry, "d": dictionary, "s": system}
	for _, tc := range []struct {
		name, sql string
		want      string // a part of a complaint; empty: there is none
	}{
		{"all is well", `create table t_a (org_id bigint not null, id int, at timestamptz default now(), constraint t_a_pkey primary key (org_id, id))`, ""},
		{"a table without a kind", `create table unlisted (id int, constraint unlisted_pkey primary key (id))`, "unlisted has no kind"},
		{"a listed table that is missing", `drop table t_gone`, "t_gone is listed"},
		{"a table without a primary key", `create table s_a (id int)`, "has no primary key"},
		{"a tenant table without org_id", `create table t_a (id int)`, "t_a has no column org_id"},
		{"a tenant's primary key on the id alone", `create table t_a (org_id bigint not null, id int, constraint t_a_pkey primary key (id))`, "t_a_pkey does not begin with org_id"},
		{"a tenant's primary key with org_id last", `create table t_a (org_id bigint, id int, constraint t_a_pkey primary key (id, org_id))`, "t_a_pkey does not begin with org_id"},
		{"a unique key across organizations", `create table t_a (org_id bigint, id int, constraint t_a_pkey primary key (org_id, id), constraint t_a_id_key unique (id))`, "t_a_id_key does not begin with org_id"},
		{"a unique index across organizations on an expression", `create table t_a (org_id bigint, n text, constraint t_a_pkey primary key (org_id, n)); create unique index t_a_n_key on t_a (lower(n), org_id)`, "t_a_n_key does not begin with org_id"},
		{"a nullable org_id", `create table t_a (org_id bigint, id int, constraint t_a_org_id_key unique (org_id, id))`, "t_a.org_id may be null"},
		{"a dictionary of one organization", `create table d_a (org_id bigint, id int, constraint d_a_pkey primary key (id))`, "dictionary d_a has a column org_id"},
		{"a foreign key between tenants that begins with the id", `alter table t_ok add constraint t_ok_turned_key unique (id, org_id); create table t_a (org_id bigint, id int, x int, constraint t_a_pkey primary key (org_id, id)); create index t_a_x_idx on t_a (x, org_id); alter table t_a add constraint t_a_x_fkey foreign key (x, org_id) references t_ok (id, org_id)`, "t_a_x_fkey does not begin with org_id"},
		{"a foreign key from a registry to a tenant", `create table r_a (org_id bigint, id int, constraint r_a_pkey primary key (org_id, id), constraint r_a_fkey foreign key (org_id, id) references t_ok (org_id, id))`, "r_a_fkey leads from a registry table to t_ok, a tenant table"},
		{"a foreign key from a dictionary to a tenant", `create table d_a (o bigint, id int, constraint d_a_pkey primary key (o, id), constraint d_a_fkey foreign key (o, id) references t_ok (org_id, id))`, "d_a_fkey leads from a dictionary table"},
		{"a foreign key from the system to a tenant", `create table s_a (org_id bigint, id int, constraint s_a_pkey primary key (org_id, id), constraint s_a_fkey foreign key (org_id, id) references t_ok (org_id, id))`, "s_a_fkey leads from a system table"},
		{"a foreign key without an index", `create table t_a (org_id bigint, id int, x int, constraint t_a_pkey primary key (org_id, id), constraint t_a_fkey foreign key (org_id, x) references t_ok (org_id, id))`, "t_a_fkey has no index"},
		{"a foreign key with an index over some rows only", `create table t_a (org_id bigint, id int, x int, constraint t_a_pkey primary key (org_id, id), constraint t_a_fkey foreign key (org_id, x) references t_ok (org_id, id)); create index t_a_x_idx on t_a (org_id, x) where x > 0`, "t_a_fkey has no index"},
		{"a foreign key that sets null", `create table t_a (org_id bigint, id int, constraint t_a_pkey primary key (org_id, id), constraint t_a_fkey foreign key (org_id, id) references t_ok (org_id, id) on delete set null (id))`, "t_a_fkey sets columns"},
		{"a volatile default", `create table t_a (org_id bigint, id uuid default gen_random_uuid(), constraint t_a_pkey primary key (org_id, id))`, "calls gen_random_uuid"},
		{"a trigger", `create table s_a (id int, constraint s_a_pkey primary key (id)); create trigger s_a_trigger before update on s_a for each row execute function suppress_redundant_updates_trigger()`, "has the trigger s_a_trigger"},
		{"a rewrite rule", `create table s_a (id int, constraint s_a_pkey primary key (id)); create rule s_a_rule as on delete to s_a do instead nothing`, "has the rule s_a_rule"},
		{"a primary key without a name", `create table s_a (id int primary key)`, "s_a_pkey of table s_a is named by the server"},
		{"an index without a name", `create table s_a (id int, constraint s_a_pkey primary key (id)); create index on s_a (id)`, "s_a_id_idx of table s_a is named by the server"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.Empty(t)
			const base = `
				create table t_ok (org_id bigint, id int, constraint t_ok_pkey primary key (org_id, id));
				create table t_gone (org_id bigint, constraint t_gone_pkey primary key (org_id));`
			if _, err := db.Exec(t.Context(), base+tc.sql); err != nil {
				t.Fatal(err)
			}
			listed := map[string]kind{"t_ok": tenant, "t_gone": tenant}
			tables := read(t, db)
			for _, at := range tables {
				initial, _, _ := strings.Cut(at.Name, "_")
				if k, ok := byInitial[initial]; ok {
					listed[at.Name] = k
				}
			}
			heard := complaints(tables, listed, base+tc.sql)
			found := slices.ContainsFunc(heard, func(c string) bool { return strings.Contains(c, tc.want) })
			if found != (tc.want != "") {
				t.Errorf("heard %q, want %q", heard, tc.want)
			}
		})
	}
}
