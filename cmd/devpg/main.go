// Command devpg runs another command with a throw-away PostgreSQL server at its
// disposal:
//
//	go run ./cmd/devpg -- go test ./...
//
// The command finds the server's address in KABINET_TEST_DATABASE_URL; when that
// is set already, that server is used and none is started. Signals are passed on
// and the command's exit code is returned. When devpg is killed, the server ends
// by itself.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"kabinet/internal/platform/pg/devpg"
)

const (
	addressVar = "KABINET_TEST_DATABASE_URL"
	binVar     = "KABINET_PG_BIN"

	exitTrouble  = 125 // devpg itself failed; timeout(1) and env(1) use the same
	exitNotFound = 127
	exitSignal   = 128 // plus the number of the signal, as in a shell
)

func main() {
	os.Exit(run())
}

func run() int {
	npm := flag.Bool("npm", false, "use the server binaries from npm even if others are installed")
	bin := flag.String("bin", os.Getenv(binVar), "folder of the server binaries; default: "+binVar+", then the usual places")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: devpg [-npm] [-bin folder] -- command [argument ...]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		return exitTrouble
	}

	// From here on a signal ends the command, not us: the server must be stopped.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)

	address, stop, err := server(signals, devpg.Options{BinDir: *bin, NPM: *npm})
	if err != nil {
		fmt.Fprintln(os.Stderr, "devpg:", err)
		return exitTrouble
	}
	code := execute(signals, address, flag.Args())
	if err := stop(); err != nil {
		fmt.Fprintln(os.Stderr, "devpg:", err)
	}
	return code
}

// server returns the address of a server and how to end it. A signal meanwhile
// gives up.
func server(signals <-chan os.Signal, o devpg.Options) (address string, stop func() error, err error) {
	if address = os.Getenv(addressVar); address != "" {
		return address, func() error { return nil }, nil
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	started := make(chan struct{})
	go func() {
		select {
		case s := <-signals:
			cancel(fmt.Errorf("given up: %s", s))
		case <-started:
		}
	}()
	s, err := devpg.Start(ctx, o)
	close(started)
	if err != nil {
		return "", nil, err
	}
	return s.URL, s.Stop, nil
}

// execute runs the command to its end and returns its exit code.
func execute(signals <-chan os.Signal, address string, args []string) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(cmd.Environ(), addressVar+"="+address)
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "devpg:", err)
		return exitNotFound
	}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				// Ctrl-C reaches the command from the terminal as well; a second one
				// does no harm. An error means that it has just ended.
				_ = cmd.Process.Signal(s)
			case <-done:
				return
			}
		}
	}()
	err := cmd.Wait()
	close(done)
	return exitCode(err)
}

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &exit):
		return exitTrouble
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignal + int(status.Signal())
	}
	return exit.ExitCode()
}
