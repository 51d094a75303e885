package feed_test

import (
	"testing"

	"kabinet/internal/core/fault"
	"kabinet/internal/feed"
)

// TestNoSourceIsCalledLikeThePortal: under that name stand documents that were made
// and signed here.
func TestNoSourceIsCalledLikeThePortal(t *testing.T) {
	t.Parallel()
	for code, good := range map[string]bool{
		"portal": false, " portal ": false, "Portal": false, "../customs": false, "p": false, "": false, "portal-2": true, "edo": true,
	} {
		_, err := feed.Draft{Code: code, Kind: feed.Operation, Uz: "A", Ru: "A", En: "A", Expected: "60"}.Open()
		wrong, _ := fault.ComplaintsOf(err)
		if complained := len(wrong) == 1 && wrong[0].Field == "code"; complained == good || good != (err == nil) {
			t.Errorf("%q: %v", code, err)
		}
	}
}
