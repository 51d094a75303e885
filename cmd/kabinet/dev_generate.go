//go:build dev

package main

import (
	"context"
	"flag"
	"fmt"

	"kabinet/internal/legacy/legacygen"
)

// generate writes organizations that nobody has, for trying and measuring.
func generate(_ context.Context, t terminal, args []string) error {
	if len(args) == 0 || args[0] != "organizations" {
		return errUsage
	}
	flags := flag.NewFlagSet("generate organizations", flag.ContinueOnError)
	n := flags.Int("n", 500, "how many")
	seed := flags.Uint64("seed", 1, "the same seed gives the same file")
	format := flags.String("format", "csv", "csv or xlsx")
	if err := understand(flags, t, args[1:]); err != nil {
		return err
	}
	switch {
	case *n < 1 || *n > legacygen.Most:
		return fmt.Errorf("-n must be between 1 and %d", legacygen.Most)
	case *format == "csv":
		return legacygen.WriteCSV(t.out, *n, *seed)
	case *format == "xlsx":
		return legacygen.WriteXLSX(t.out, *n, *seed)
	}
	return errUsage
}
