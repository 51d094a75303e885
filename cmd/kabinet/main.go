// Command kabinet is the account portal and everything needed to run it.
//
// `kabinet help` lists the commands; each reads its settings from KABINET_…
// variables, which `kabinet config` prints.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"

	"kabinet/internal/platform/config"
)

// version is set when the program is built (see the Makefile).
var version = "local"

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// command is one thing the program can be asked to do.
type command struct {
	name, args, about string
	run               func(ctx context.Context, t terminal, args []string) error
}

func commands() []command {
	return append([]command{
		{"serve", "", "answer requests and work jobs (production)", serve},
		{"migrate", "", "bring the database to this version's schema", migrate},
		{"doctor", "", "say whether configuration and database are fit, and what to do", doctor},
		{"config", "[-help]", "print the effective settings without secrets", printConfig},
		{"import", "organizations [-apply] FILE", "check or import records of the old personal account", importFile},
		{"operator", "add -name NAME -pinfl FILE|- [-role ROLE]", "give one of the operator's staff access", operator},
		{"audit", "verify [-expect HASH]", "compute the chain over the audit log anew and say whether it is whole", verifyAudit},
		{"healthcheck", "", "ask the running server whether it is well", healthcheck},
		{"version", "", "print the version", printVersion},
	}, devCommands()...)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, terminal{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
}

// run does what the arguments ask for and gives the exit status: 0 done, 1
// failed, 2 not understood.
func run(ctx context.Context, t terminal, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(t.out)
		return 0
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, t, args[1:])
		if err == nil || errors.Is(err, flag.ErrHelp) { // help was asked for and given
			return 0
		}
		fmt.Fprintf(t.err, "kabinet %s: %v\n", c.name, err)
		return status(err)
	}
	fmt.Fprintf(t.err, "kabinet: there is no command %q\n\n", args[0])
	usage(t.err)
	return 2
}

var errUsage = errors.New("wrong arguments; see kabinet help")

// understand reads the flags of a command. They stand before what is not a flag.
func understand(flags *flag.FlagSet, t terminal, args []string) error {
	flags.SetOutput(t.err)
	err := flags.Parse(args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return err
	}
	return errUsage
}

func status(err error) int {
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}

func usage(w io.Writer) {
	fmt.Fprintf(w, "kabinet %s - the account portal of ASL BELGISI\n\n", version)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(tw, "  kabinet %s %s\t%s\n", c.name, c.args, c.about)
	}
	_ = tw.Flush() // the terminal is gone; there is nobody to tell
}

func printVersion(_ context.Context, t terminal, _ []string) error {
	_, err := fmt.Fprintln(t.out, version)
	return err
}

func printConfig(_ context.Context, t terminal, args []string) error {
	if len(args) > 0 {
		return config.Usage(t.out)
	}
	conf, problems := config.FromEnvironment()
	if err := conf.Print(t.out); err != nil {
		return err
	}
	return problems.Err()
}
