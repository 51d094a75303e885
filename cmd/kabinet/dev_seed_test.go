//go:build dev

package main

import (
	"testing"

	"kabinet/internal/platform/pg/pgtest"
	"kabinet/internal/platform/seal"
)

// A first start that was interrupted leaves the staff behind; the next one goes
// on from there.
func TestAnInterruptedSeedGoesOn(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	box, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := seedStaff(t.Context(), db, box, cast()); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := db.QueryRow(t.Context(), `select count(*) from staff`).Scan(&n); err != nil || n != 2 {
		t.Errorf("%d people, %v; want two", n, err)
	}
}
