//go:build dev

package main

// readsReceipts is the director of the company at work on every page about
// receipts and AICs; dev_receipts.go and dev_aics.go have one of each kind.
func (r reader) readsReceipts() {
	r.t.Helper()
	one := func(table, where string) string {
		r.t.Helper()
		return r.id(`select min(id) from ` + table + ` where org_id = (select org_id from organizations where tin = '` + string(companyTIN) + `') and ` + where)
	}
	r.looksAt("receipts", "/receipts", "/receipts?period=all&match=unmatched", "/receipts?code=010478010116439421zzzzzzzzzzzzz", "/receipts?code=12",
		"/receipts?code=%20"+"01"+glovesGTIN+"210000500Qw%27Z%2Ba_x001D_93aB00",
		"/receipts/"+one("receipts", `version = 2`), "/receipts/"+one("receipts", `kind = 'return' and sale_id is null`), "/receipts/"+one("receipts", `trouble & 5 = 5`))
	formed := one("aics", `status = 'formed'`)
	r.looksAt("aics", "/aics", "/aics?state=formed", "/aics?q=9", "/aics/"+formed, "/aics/"+one("aics", `status = 'refused'`), "/aics/"+one("aics", `late <> ''`), "/aics/"+one("aics", `status = 'released'`),
		"/aics/disband?id="+formed+"&id="+one("aics", `status = 'declared'`), "/aics/disband?id="+formed+"&id="+one("aics", `status = 'released'`))
}
