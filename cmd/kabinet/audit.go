package main

import (
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"strings"

	"kabinet/internal/app"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/pg"
)

// errBroken ends the command with a status that a watching program sees.
var errBroken = errors.New("the log was meddled with")

// verifyAudit computes the chain over the audit log anew. With -expect it also
// wants a hash that was noted earlier to stand in the chain still: without it a
// chain that somebody made anew from the beginning looks whole.
func verifyAudit(ctx context.Context, t terminal, args []string) error {
	if len(args) == 0 || args[0] != "verify" {
		return errUsage
	}
	flags := flag.NewFlagSet("audit verify", flag.ContinueOnError)
	expect := flags.String("expect", "", "newest hash of an earlier run, which must still be in the chain")
	if err := understand(flags, t, args[1:]); err != nil {
		return err
	}
	noted, err := hex.DecodeString(strings.TrimSpace(*expect))
	if err != nil {
		return errUsage
	}
	conf, log, err := settings(t)
	if err != nil {
		return err
	}
	db, err := app.Open(ctx, conf, log)
	if err != nil {
		return err
	}
	defer db.Close()
	return printProof(ctx, t, db, noted)
}

func printProof(ctx context.Context, t terminal, db pg.Querier, noted []byte) error {
	proof, err := audit.Verify(ctx, db)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(t.out, proof); err != nil {
		return err
	}
	if proof.Broken != nil {
		return errBroken
	}
	if len(noted) == 0 {
		return nil
	}
	known, err := audit.Knows(ctx, db, noted)
	if err == nil && !known {
		return fmt.Errorf("the noted hash is no longer in the chain: %w", errBroken)
	}
	return err
}
