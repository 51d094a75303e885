// Package migrations holds the history of the database schema, one numbered
// pair of files for each step, and embeds it into the program.
//
// Rules for a new file (migrations_test.go checks them):
//
//   - The name is NNNNNN_words.up.sql with NNNNNN_words.down.sql beside it, and
//     numbers run without gaps.
//   - One DDL statement, so that the schema can be spread over several machines
//     later, where more than one in a transaction is refused.
//   - The last statement is "update schema_migrations set dirty = false;". A file
//     is one implicit transaction, so a version that is still marked dirty was
//     never applied, and pg.Migrate may repeat it without asking anybody.
//   - A released file is never edited; the next one corrects it.
//
// Files named NNNNNN_river_vN belong to the job queue and are copied from the
// library: after an update of River that brings a new schema version, run
// "go test ./migrations -run TestRiverFiles -update", which adds it under the
// next free number. They keep River's own licence (MPL-2.0).
package migrations

import "embed"

// FS holds every .sql file of this folder at its root.
//
//go:embed *.sql
var FS embed.FS
