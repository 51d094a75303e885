package archtest

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// statement is SQL text found in a function.
type statement struct {
	file file
	fn   string
	doc  string
	text string
	pos  token.Pos
}

var looksLikeSQL = regexp.MustCompile(`(?is)^\s*(with\s+\w+\s+as|select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(temp|temporary|table)\b|lock\s+table\s|truncate\s|merge\s+into\s|listen\s)`)

func statements(t *testing.T) []statement {
	t.Helper()
	var out []statement
	for _, f := range files(t) {
		for _, d := range f.ast.Decls {
			name, doc := "", ""
			if fn, ok := d.(*ast.FuncDecl); ok {
				name, doc = fn.Name.Name, fn.Doc.Text()+raw(fn.Doc)
			}
			if g, ok := d.(*ast.GenDecl); ok {
				doc = g.Doc.Text() + raw(g.Doc)
			}
			ast.Inspect(d, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(lit.Value)
				if err == nil && looksLikeSQL.MatchString(text) {
					out = append(out, statement{f, name, doc, text, lit.Pos()})
				}
				return true
			})
		}
	}
	if len(out) < 20 {
		t.Fatalf("only %d statements found: the search is broken", len(out))
	}
	return out
}

// raw gives comment directives, which Doc.Text leaves out.
func raw(g *ast.CommentGroup) string {
	if g == nil {
		return ""
	}
	var b strings.Builder
	for _, c := range g.List {
		b.WriteString(c.Text + "\n")
	}
	return b.String()
}

// TestSQLLivesInStores is rule R6.
func TestSQLLivesInStores(t *testing.T) {
	for _, s := range statements(t) {
		base := s.file.path[strings.LastIndex(s.file.path, "/")+1:]
		inStore := base == "store.go" || strings.HasSuffix(base, "_store.go")
		if r := ring(s.file.pkg); inStore && r == "feature" || r == "platform" {
			continue
		}
		t.Errorf("%s: SQL outside a store: %.60q", fset.Position(s.pos), s.text)
	}
}

// system features have no tenant: their statements need not name one.
var system = []string{"account", "staff", "system", "help"}

// TestStatementsNameTheirTenant is rule R7.
func TestStatementsNameTheirTenant(t *testing.T) {
	for _, s := range statements(t) {
		own := feature(s.file.pkg)
		if own == "" || slices.Contains(system, own) || !touchesTenant(s.text) {
			continue
		}
		if strings.Contains(s.text, "org_id") || strings.Contains(s.doc, "//tenant:any ") {
			continue
		}
		t.Errorf("%s: %s names no org_id and gives no //tenant:any reason: %.60q", fset.Position(s.pos), s.fn, s.text)
	}
}

// owners says which package writes a table (rule R8); "*" are platform's own.
var owners = map[string]string{
	"organizations": "org", "tin_registry": "org",
	"maintenance_windows": "maintenance",
	"product_groups":      "productgroup", "org_product_groups": "productgroup",
	"attribute_sets": "attribute", "card_codes": "attribute", "code_imports": "attribute", "calendar_days": "workday",
	"gs1_prefixes": "gs1prefix", "gs1_prefix_registry": "gs1prefix", "gs1_gtins": "gs1prefix", "gs1_gtin_registry": "gs1prefix",
	"documents": "document", "document_versions": "document", "document_lines": "document", "document_codes": "document",
	"document_links": "document", "document_signatures": "document", "document_answers": "document", "document_unnamed": "document", "document_strangers": "document",
	"requests": "request", "card_claims": "moderation", "card_decisions": "moderation", "card_decision_days": "moderation", "return_reasons": "moderation",
	"places": "place", "place_imports": "place",
	"accounts": "account", "person_registry": "account",
	"members": "member", "account_members": "member", "member_roles": "member", "member_groups": "member", "member_places": "member", "member_imports": "member",
	"staff":       "staff",
	"api_answers": "publicapi", "api_keys": "apikey", "api_key_registry": "apikey",
	"notices": "notice", "notice_choices": "notice", "announcements": "notice", "announcement_reads": "notice", "help_votes": "help",
	"agreements":       "agreement",
	"onboarding_ticks": "onboarding",
	"org_readiness":    "readiness", "readiness_counts": "readiness", "readiness_marks": "readiness", "readiness_mailings": "readiness", "readiness_reminders": "readiness",
	"authorizations": "provider", "authorization_groups": "provider", "received_authorizations": "provider",
	"invitations": "invite", "invitation_key_registry": "invite",
	"technical_users": "technical", "technical_tokens": "technical", "login_registry": "technical",
	"access_requests": "access",
	"eds_challenges":  "proof", "eds_signatures": "proof", "eds_signature_registry": "proof",
	"register_entries": "register", "bank_accounts": "profile", "email_changes": "profile", "enrollments": "enroll",
	"imports": "legacy", "import_complaints": "legacy", "import_orgs": "legacy",
	"cards": "card", "card_versions": "card", "card_photos": "card", "catalogue": "card",
	"card_imports": "cardfile", "card_import_rows": "cardfile", "card_import_photos": "cardfile", "card_exports": "cardfile",
	"campaigns": "campaign", "letters": "campaign", "letter_key_registry": "campaign",
	"sessions": "internal/platform/session", "audit_log": "internal/platform/audit", "audit_seals": "internal/platform/audit", "rate_limits": "internal/platform/limit",
	"saved_views": "savedview", "list_choices": "savedview",
	"support_requests": "support", "support_messages": "support", "support_files": "support", "support_reads": "support", "support_days": "support", "support_notes": "support", "support_answers": "support",
	"card_bulks": "card",
	"aics":       "aic", "aic_lines": "aic", "aic_versions": "aic",
	"receipts": "receipt", "receipt_versions": "receipt",
	"blobs": "internal/platform/blob", "blob_chunks": "internal/platform/blob",
	"feeds": "feed", "feed_tokens": "feed", "feed_deliveries": "feed", "feed_messages": "feed", "feed_rounds": "feed", "feed_replays": "feed", "feed_strangers": "feed",
	"river_job": "internal/platform/jobs", "job_processes": "internal/platform/jobs",
}

var tenantTables = []string{
	"receipts", "receipt_versions", "aics", "aic_lines", "aic_versions",
	"support_requests", "support_messages", "support_files", "support_reads", "support_notes",
	"api_keys", "cards", "card_versions", "card_photos", "catalogue", "organizations", "org_product_groups", "gs1_prefixes", "gs1_gtins", "requests", "places", "place_imports", "members", "member_roles",
	"member_groups", "member_places", "eds_signatures", "invitations", "technical_users", "technical_tokens", "letters", "audit_log", "import_orgs", "access_requests",
}

var namesTenantTable = regexp.MustCompile(`(?i)\b(?:` + strings.Join(tenantTables, "|") + `)\b`)

func touchesTenant(sql string) bool { return namesTenantTable.MatchString(sql) }

var writes = regexp.MustCompile(`(?i)\b(?:insert\s+into|update|delete\s+from|merge\s+into)\s+([a-z_0-9]+)`)

// TestOnePackageWritesATable is rule R8.
func TestOnePackageWritesATable(t *testing.T) {
	for _, s := range statements(t) {
		own := feature(s.file.pkg)
		if own == "" {
			own = s.file.pkg
		}
		for _, m := range writes.FindAllStringSubmatch(s.text, -1) {
			owner, known := owners[strings.ToLower(m[1])]
			if known && owner != own && !strings.HasPrefix(own, owner) {
				t.Errorf("%s: %s writes %s, which belongs to %s", fset.Position(s.pos), own, m[1], owner)
			}
		}
	}
}
