package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"

	"kabinet/internal/app"
	"kabinet/internal/legacy"
	"kabinet/internal/legacy/legacygen"
	"kabinet/internal/platform/config"
)

// errRows makes the exit status say that not every row was good.
var errRows = errors.New("some rows were not taken; see above")

// importFile checks a file of the old personal account, with -apply also
// imports its good rows. Interrupted, it is simply given again: what was
// imported is found unchanged.
func importFile(ctx context.Context, t terminal, args []string) error {
	if len(args) == 0 || args[0] != "organizations" {
		return errUsage
	}
	flags := flag.NewFlagSet("import organizations", flag.ContinueOnError)
	flags.SetOutput(t.err)
	apply := flags.Bool("apply", false, "import the good rows; without it the file is only checked")
	if err := flags.Parse(args[1:]); err != nil || flags.NArg() != 1 {
		return errUsage
	}
	conf, log, err := settings(t)
	if err != nil {
		return err
	}
	return runImport(ctx, conf, log, flags.Arg(0), *apply, t.out)
}

func runImport(ctx context.Context, conf config.Config, log *slog.Logger, path string, apply bool, out io.Writer) error {
	box, err := app.Box(conf)
	if err != nil {
		return err
	}
	db, err := app.Open(ctx, conf, log)
	if err != nil {
		return err
	}
	defer db.Close()
	imp, err := legacy.RunFile(ctx, &legacy.Service{DB: db, Box: box}, path, apply, out)
	switch {
	case err != nil:
		return spoken(err)
	case imp.Bad > 0 || imp.Status != legacy.Done:
		return errRows
	}
	return nil
}

// generate writes organizations that nobody has, for trying and measuring.
func generate(_ context.Context, t terminal, args []string) error {
	if len(args) == 0 || args[0] != "organizations" {
		return errUsage
	}
	flags := flag.NewFlagSet("generate organizations", flag.ContinueOnError)
	flags.SetOutput(t.err)
	n := flags.Int("n", 500, "how many")
	seed := flags.Uint64("seed", 1, "the same seed gives the same file")
	format := flags.String("format", "csv", "csv or xlsx")
	if err := flags.Parse(args[1:]); err != nil {
		return errUsage
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
