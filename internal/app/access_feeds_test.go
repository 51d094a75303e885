package app

import "testing"

// feed makes what addresses of feeds name: a token, a delivery with a message that
// was set aside, a replay, all with the number 6.
func (a *App) feed(t *testing.T) {
	t.Helper()
	for _, q := range []string{
		`insert into feed_tokens (id, feed_id, hash, last4, created_name) overriding system value select 6, id, '\x06', 'wxyz', 'W' from feeds where code = 'customs'`,
		`insert into feed_deliveries (id, feed_id, way, messages) overriding system value select 6, id, 'push', 1 from feeds where code = 'customs'`,
		`insert into feed_messages (id, feed_id, delivery_id, position, source_id, version, tin, hash, raw, state, outcome)
			overriding system value select 6, id, 6, 1, 'a', 1, '', '\x06', '{}', 'aside', 'poison' from feeds where code = 'customs'`,
		`insert into feed_replays (id, feed_id, by_name, max_id, total) overriding system value select 6, id, 'W', 6, 1 from feeds where code = 'customs'`,
	} {
		a.exec(t, q)
	}
}
