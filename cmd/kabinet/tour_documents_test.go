//go:build dev

package main

// readsDocuments is the director of the company at work on every page about
// documents; dev_documents.go has them of every type and status.
func (r reader) readsDocuments() {
	r.t.Helper()
	one := func(where string) string {
		r.t.Helper()
		return r.id(`select min(id) from documents where org_id = (select org_id from organizations where tin = '` + string(companyTIN) + `') and ` + where)
	}
	waiting, unseen, corrected, declared := one(`source_id = 'EHF-1101'`), one(`source_id = 'EHF-1102'`), one(`source_id = 'EHF-1107'`), one(`source_id = 'gtd-1'`)
	accepted, wrong := one(`source_id = 'EHF-1104'`), one(`kind = 'UTILISATION' and status = 'error'`)
	signature := r.id(`select min(s.id) from document_signatures s where s.document_id = ` + accepted)
	r.looksAt("documents", "/documents", "/documents?action=yes", "/documents?type=customs", "/documents?q=yoq", "/documents?period=all&status=error&side=in", "/documents?from=2001-01-01&to=2001-01-02",
		"/documents/"+waiting, "/documents/"+unseen, "/documents/"+corrected, "/documents/"+declared, "/documents/"+accepted, "/documents/"+wrong,
		"/documents/answer?act=accept&ids="+waiting, "/documents/answer?act=reject&ids="+waiting, "/documents/answer?act=reject&reason=x&ids="+waiting,
		"/documents/answer?act=reject&reason=wrong+goods&ids="+waiting+","+unseen,
		"/documents/"+accepted+"/signatures/"+signature, "/documents/"+accepted+"/signatures/"+signature+"?check=yes")
}
