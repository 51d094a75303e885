//go:build dev

package main

// agrees is the director of the company at work on the pages about agreements and
// on the tasks that a person ticks; dev_agreement.go has one that waits to be signed.
func (r reader) agrees() {
	r.t.Helper()
	one := "/org/agreement/" + r.id(`select id from agreements join organizations using (org_id) where tin = '`+string(companyTIN)+`' order by id desc limit 1`)
	r.looksAt("agreement", "/org/agreement", "/org/agreement/offer", one, one+"?text=ru", one+"/print", one+"/sign", one+"/withdraw",
		"/setup/documents", "/setup/receipts", "/setup/apps", "/setup/gs1", "/setup/users", "/setup/api_key")
	r.open(one + "/sign")
	r.signAgain()
	r.see("agreement.flash.signed")
	r.looksAt("agreement-signed", one, one+"/check")
}

// toursAgreements looks at the operator's pages about agreements and readiness.
func (r reader) toursAgreements() {
	r.t.Helper()
	one := func(status string) string {
		r.t.Helper()
		return "/op/agreements/" + r.id(`select org_id from agreements where status = '`+status+`' order by org_id, id limit 1`) +
			"/" + r.id(`select id from agreements where status = '`+status+`' order by org_id, id limit 1`)
	}
	r.changes(`insert into agreements (org_id, id, requested_by, requested_name) select m.org_id, nextval('agreement_ids'), m.id, m.name from members m
		where m.status = 'active' and not exists (select 1 from agreements a where a.org_id = m.org_id) order by m.org_id limit 1`)
	asked, signed, active := one("requested"), one("signed"), one("active")
	r.looksAt("desk-agreements", "/op/agreements", "/op/agreements?status=sent", "/op/agreements?q=yoq", asked, asked+"/send", signed+"/refuse",
		signed, signed+"/activate", active, active+"/end",
		"/op/readiness", "/op/readiness?step=activate", "/op/readiness?region=SA&weeks=4", "/op/readiness/remind?step=cards_returned",
		"/op/readiness/reminders/"+r.id(`insert into readiness_mailings (step, since, staff_id, staff_name, counted, sent, spared, ended_at)
			values ('address', now(), 1, 'Staff', 10, 8, 2, now()) returning id`))
	r.complains(active+"/end", "agreement-end-wrong")
}
