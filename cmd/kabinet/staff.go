package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"kabinet/internal/app"
	"kabinet/internal/core/perm"
	"kabinet/internal/staff"
)

// operator takes one of the operator's people on. The personal number comes
// from a file or from standard input, never from the command line, where every
// user of the machine could read it.
func operator(ctx context.Context, t terminal, args []string) error {
	if len(args) == 0 || args[0] != "add" {
		return errUsage
	}
	flags := flag.NewFlagSet("operator add", flag.ContinueOnError)
	name := flags.String("name", "", "full name")
	from := flags.String("pinfl", "-", "file with the personal number, - for standard input")
	role := flags.String("role", string(perm.RoleOpAdmin), "one of: "+roles())
	if err := understand(flags, t, args[1:]); err != nil {
		return err
	}
	pinfl, err := readSecret(*from, t.in)
	if err != nil {
		return err
	}
	return addOperator(ctx, t, staff.Draft{Name: *name, PINFL: pinfl, Roles: []string{*role}})
}

func addOperator(ctx context.Context, t terminal, d staff.Draft) error {
	conf, log, err := settings(t)
	if err != nil {
		return err
	}
	box, err := app.Box(conf)
	if err != nil {
		return err
	}
	db, err := app.Open(ctx, conf, log)
	if err != nil {
		return err
	}
	defer db.Close()
	s := staff.Service{DB: db, Box: box}
	id, err := s.AddByCommand(ctx, d)
	if err != nil {
		return spoken(err)
	}
	_, err = fmt.Fprintf(t.out, "%s can sign in at %s/op with an own EDS key (staff %d)\n", d.Name, conf.Web.BaseURL, id)
	return err
}

func roles() string {
	names := make([]string, 0, 4)
	for _, r := range perm.StaffRoles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// readSecret reads at most a line.
func readSecret(from string, in io.Reader) (string, error) {
	if from != "-" {
		f, err := os.Open(from) //nolint:gosec // the operator names the file
		if err != nil {
			return "", err
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, 100))
	return strings.TrimSpace(string(b)), err
}
