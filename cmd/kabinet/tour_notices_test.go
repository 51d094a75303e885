//go:build dev

package main

// readsNotices is the director of the company at work with what the portal tells
// and explains.
func (r reader) readsNotices() {
	r.t.Helper()
	r.looksAt("told", "/notices?unread=1", "/notices?kind=decision", "/notices?kind=maintenance", "/dates", "/dates?kind=certificate", "/dates?kind=invitation")
	r.looksAt("help-member", "/help", "/help/users", "/help?q=ключ", "/help?q=qqqq")
}

// toursHelp looks at help as a visitor does.
func (r reader) toursHelp() {
	r.t.Helper()
	r.looksAt("help", "/help", "/help?q=emitent", "/help?q=qqqq", "/help/start", "/help/start?thanks=1", "/help/api-keys", "/help/glossary")
}

// toursOpinions looks at what readers said of help.
func (r reader) toursOpinions() {
	r.t.Helper()
	r.looksAt("opinions", "/op/help", "/help/operator")
}
