package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"

	"kabinet/internal/app"
	"kabinet/internal/legacy"
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
	apply := flags.Bool("apply", false, "import the good rows; without it the file is only checked")
	if err := understand(flags, t, args[1:]); err != nil {
		return err
	}
	if flags.NArg() != 1 {
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
