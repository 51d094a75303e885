// Package bench measures the portal against a fixed bare page, both sides in
// one run: `make bench`, or this package alone with
//
//	go run ./cmd/devpg -- go test -tags dev -run '^$' -bench . ./internal/bench
//
// The bare page is chi, one indexed query for 25 of 1,000,000 rows and a templ
// page of 12.4 kB with a table of 25 rows and 8 columns; no session and no
// middleware. It stands for what this stack costs before there is a product,
// and it is the denominator of every goal for pages. It therefore has its own
// table, statement and template, imports nothing of the portal (a rule of
// archtest) and must not change when the portal does: a yardstick that grows
// with the child measures nothing.
//
// Figures are ratios of medians over interleaved, shuffled rounds; absolute
// numbers belong to one machine and one hour. CPU per request survives a busy
// machine better than requests per second do, so both are reported, and when
// other programs took too much of the machine meanwhile the run says that it
// judges nothing.
//
// Goals that need no clock (statements per page, allocations per row, size of
// the program) are ordinary tests here.
package bench
