//go:build dev

package main

// writesOperator is the director of the company at work on every page about
// requests to the operator; dev_support.go has one in each state.
func (r reader) writesOperator() {
	r.t.Helper()
	one := func(status string) string {
		r.t.Helper()
		return "/support/" + r.id(`select min(s.id) from support_requests s join organizations o using (org_id) where o.tin = '`+string(companyTIN)+`' and s.status = '`+status+`'`)
	}
	open, waiting, answered := one("open"), one("waiting"), one("answered")
	r.looksAt("support", "/support", "/support?status=waiting", "/support?q=yoq", "/support?status=over", "/support/new", "/support/new?about=other", "/support/new?about=director",
		open, waiting, answered, open+"/withdraw")
	r.complains("/support/new?about=payment", "support-new-wrong")
}

// toursSupport looks at the desk on which staff answer, and at ready answers.
func (r reader) toursSupport() {
	r.t.Helper()
	one := func(status string) string {
		r.t.Helper()
		return "/op/support/" + r.id(`select org_id from support_requests where status = '`+status+`' order by org_id, id limit 1`) +
			"/" + r.id(`select id from support_requests where status = '`+status+`' order by org_id, id limit 1`)
	}
	r.looksAt("desk-support", "/op/support", "/op/support?q=yoq", "/op/support?tab=mine", "/op/support?tab=answered", "/op/support/stats", "/op/support/stats?days=7",
		one("open"), one("work"), one("waiting"), one("answered"),
		"/op/dictionaries/answers", "/op/dictionaries/answers/new", "/op/dictionaries/answers/1")
	r.complains("/op/dictionaries/answers/new", "support-ready-wrong")
}
