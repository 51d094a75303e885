//go:build dev

package main

import "strconv"

// toursFeeds looks at what staff see of other state systems, with messages in every
// state.
func (r reader) toursFeeds() {
	r.t.Helper()
	delivery := r.id(`insert into feed_deliveries (feed_id, way, ip, messages) select id, 'push', '192.0.2.7', 4 from feeds where code = 'customs' returning id`)
	message := func(n int, outcome, raw string) string {
		r.t.Helper()
		return "/op/feeds/customs/messages/" + r.id(`insert into feed_messages (feed_id, delivery_id, position, source_id, version, tin, occurred_at, hash, raw, state, outcome, settled_at)
			select id, `+delivery+`, `+strconv.Itoa(n)+`, 'GTD-`+strconv.Itoa(n)+`', 1, '301118447', now(), sha256('`+outcome+`'), convert_to('`+raw+`', 'UTF8'), 'aside', '`+outcome+`', now()
			from feeds where code = 'customs' returning id`)
	}
	poison := message(1, "poison", `{"id":"GTD-1","body":{"pinfl":"31503850000014","number":"26010"}}`)
	conflict := message(2, "conflict", `{"id":"GTD-2","body":{}}`)
	nobodys := message(3, "nobodys", `{"id":"GTD-3","body":{}}`)
	token := r.id(`insert into feed_tokens (feed_id, hash, last4, created_name) select id, sha256('tour'), 'wxyz', 'Timur' from feeds where code = 'operations' returning id`)
	file := r.id(`insert into feed_deliveries (feed_id, way, name, state, messages, reason) select id, 'file', 'deklaratsiyalar.ndjson.gz', 'failed', 12, 'feed.refusal.gzip' from feeds where code = 'customs' returning id`)
	replay := r.id(`insert into feed_replays (feed_id, outcome, by_name, max_id, total) select id, 'poison', 'Timur', 1, 40 from feeds where code = 'customs' returning id`)
	r.looksAt("feeds", "/op/feeds", "/op/feeds/new", "/op/feeds/customs", "/op/feeds/customs/edit", "/op/feeds/customs/upload", "/op/feeds/operations",
		"/op/feeds/operations/tokens/"+token+"/revoke", "/op/feeds/customs/messages", "/op/feeds/customs/messages?outcome=nobodys", "/op/feeds/fiscal/messages",
		poison, conflict, nobodys, poison+"/discard", "/op/feeds/customs/discard?outcome=poison", "/op/feeds/customs/replay", "/op/feeds/customs/replay?outcome=poison",
		"/op/feeds/customs/replay?outcome=&from=x", "/op/feeds/customs/deliveries/"+delivery, "/op/feeds/customs/deliveries/"+file, "/op/feeds/customs/replays/"+replay,
		"/feeds/v1/docs")
	r.complains("/op/feeds/new", "feeds-new-wrong")
	r.complains(poison+"/discard", "feeds-discard-wrong")
}
