package app

import (
	"fmt"
	"net/http"

	"kabinet/internal/core/perm"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/logx"
)

// countUnread is how many notices the reader of a page has not read, for the
// menu. A page is drawn without it when it cannot be read.
func (a *App) countUnread(r *http.Request) int {
	i := httpx.Identity(r)
	if r.Method != http.MethodGet || !i.Member() || !i.Rights.Has(perm.OrgRead) {
		return 0
	}
	key := unreadKey(r)
	if n, ok := a.unread.get(key); ok {
		return n
	}
	n, err := a.rooms.notices.Unread(r.Context(), httpx.Actor(r))
	if err != nil {
		logx.From(r.Context()).Warn("count unread notices", "err", err)
		return 0
	}
	a.unread.put(key, n)
	return n
}

// forgetUnread lets the next page count anew: its reader has just read something.
func (a *App) forgetUnread(r *http.Request) { a.unread.drop(unreadKey(r)) }

func unreadKey(r *http.Request) string {
	who := httpx.Actor(r)
	return fmt.Sprint(who.OrgID, " ", who.MemberID)
}
