package card

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/pg"
)

// Sweep runs the job that clears photos away.
func Sweep(ctx context.Context, s *Service) error { return s.sweep(ctx, SweepArgs{}) }

// CopyPhotos is what copying a card does with its photos.
func CopyPhotos(t testing.TB, db *pgxpool.Pool, orgID, to int64, photos []Photo) (copies []Photo) {
	t.Helper()
	err := pg.InTx(t.Context(), db, func(tx pg.Tx) (err error) {
		copies, err = copyPhotosTx(t.Context(), tx, orgID, to, photos)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return copies
}

// DeletePhotos is what deleting a card does with its photos.
func DeletePhotos(t testing.TB, db *pgxpool.Pool, orgID, id int64) {
	t.Helper()
	err := pg.InTx(t.Context(), db, func(tx pg.Tx) error { return deletePhotosTx(t.Context(), tx, orgID, id) })
	if err != nil {
		t.Fatal(err)
	}
}

// JSON is how photos are stored in a content.
func JSON(photos []Photo) string {
	text, _ := json.Marshal(photos)
	return string(text)
}
