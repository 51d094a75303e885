package devpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// watchdog runs the server, waits until standard input ends and then sends the
// signal named by $1. Standard input is a pipe from this process, so its death,
// however sudden, ends the server; unlike Linux's parent-death signal this works
// on macOS too. File 3 stays open in the server and its children only: its end
// tells us that all of them are gone.
const watchdog = `sig=$1; shift
"$@" & p=$!
exec 3>&-
cat >/dev/null
kill -"$sig" $p 2>/dev/null
wait $p`

const (
	stopLimit     = 15 * time.Second // for an orderly end, before SIGKILL
	leftoverLimit = 8 * time.Second  // for each signal to a server left running

	// attempts to launch: the children of a server that was killed may hold its
	// shared memory for some moments.
	attempts = 5
)

// settings of a server: the signal that ends it, and its parameters.
type settings struct {
	signal string
	params []string
}

var (
	// keptSettings are the defaults besides synchronous_commit: a crash of the
	// machine may cost the last moments of development data, never its consistency.
	keptSettings = settings{"INT", []string{"synchronous_commit=off"}}

	throwAwaySettings = settings{"QUIT", []string{
		"fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=200",
		"dynamic_shared_memory_type=mmap", // in the data folder, so that nothing of a killed server stays in memory
	}}
)

// process is a running server with its watchdog.
type process struct {
	cmd  *exec.Cmd
	pipe io.Closer
	done chan struct{} // closed when the server and the watchdog are gone
}

// initCluster makes the data folder unless it exists. It works beside it and
// renames at the end, so an interrupted one is not taken for a cluster.
func initCluster(ctx context.Context, bin binaries, owner account, data string) error {
	if dataVersion(data) != 0 {
		return nil
	}
	fresh := data + ".new"
	if err := errors.Join(os.RemoveAll(fresh), os.RemoveAll(data)); err != nil {
		return fmt.Errorf("remove an unfinished cluster: %w", err)
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if err := owner.own(fresh); err != nil {
		return err
	}
	ctype := "C.UTF-8"
	if runtime.GOOS == "darwin" {
		ctype = "en_US.UTF-8" // older macOS has no C.UTF-8
	}
	out, err := owner.command(ctx, filepath.Join(bin.dir, "initdb"), "-D", fresh,
		"--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8",
		"--locale-provider=icu", "--icu-locale=und", "--lc-collate=C", "--lc-ctype="+ctype).CombinedOutput()
	if err != nil {
		return fmt.Errorf("make a database cluster in %s: %w: %s", fresh, err, lastLine(out))
	}
	if err := os.Rename(fresh, data); err != nil {
		return fmt.Errorf("finish the cluster: %w", err)
	}
	return nil
}

// launch starts the server and returns when it answers.
func launch(ctx context.Context, bin binaries, owner account, home, sock string, set settings) (*process, error) {
	for attempt := 1; ; attempt++ {
		p, err := spawn(bin, owner, home, sock, set)
		if err != nil {
			return nil, err
		}
		if err = p.ready(ctx, sock); err == nil {
			return p, nil
		}
		err = errors.Join(fmt.Errorf("PostgreSQL %d did not start: %w: %s", bin.major, err, logTail(home)), p.stop())
		if attempt == attempts || ctx.Err() != nil || !strings.Contains(err.Error(), "shared memory") {
			return nil, err
		}
		if err := pause(ctx, 500*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func spawn(bin binaries, owner account, home, sock string, set settings) (*process, error) {
	log, err := os.Create(filepath.Join(home, logName))
	if err != nil {
		return nil, fmt.Errorf("make the server's log: %w", err)
	}
	defer func() { _ = log.Close() }()
	alive, held, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	defer func() { _ = held.Close() }()

	args := []string{
		"-c", watchdog, "devpg", set.signal, filepath.Join(bin.dir, "postgres"),
		"-D", filepath.Join(home, "data"), "-k", sock, "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700",
	}
	for _, param := range set.params {
		args = append(args, "-c", param)
	}
	// Not bound to a context: the server must outlive the start.
	cmd := owner.command(context.Background(), "/bin/sh", args...)
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = log, log, []*os.File{held}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, errors.Join(err, alive.Close())
	}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the server: %w", err), alive.Close())
	}
	p := &process{cmd: cmd, pipe: stdin, done: make(chan struct{})}
	go p.watch(alive)
	return p, nil
}

// watch waits for the end of the server, whoever caused it.
func (p *process) watch(alive *os.File) {
	defer close(p.done)
	_, _ = io.Copy(io.Discard, alive) // nothing is ever written; it ends with the server
	_ = alive.Close()
	_ = p.pipe.Close()
	_ = p.cmd.Wait() // the watchdog's status says nothing that matters
}

// ready waits until the server answers, or is gone.
func (p *process) ready(ctx context.Context, sock string) error {
	for {
		select {
		case <-p.done:
			return errors.New("it ended at once")
		default:
		}
		if conn, err := pgx.Connect(ctx, socketURL(sock, "postgres")); err == nil {
			return conn.Close(ctx)
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return fmt.Errorf("it does not answer: %w", err)
		}
	}
}

// stop ends the server: in order, then by force.
func (p *process) stop() error {
	_ = p.pipe.Close() // closed already when the server went first
	select {
	case <-p.done:
		return nil
	case <-time.After(stopLimit):
	}
	if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill the database server: %w", err)
	}
	<-p.done
	return nil
}

// logTail is the last complaint in the server's log.
func logTail(home string) string {
	text, err := os.ReadFile(filepath.Join(home, logName))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "FATAL:") || strings.Contains(line, "PANIC:") {
			return strings.TrimSpace(line)
		}
	}
	return lastLine(text)
}

// stopLeftover ends a server that an earlier process left running on the data,
// in order if it can be had, and removes a process file that points to a
// stranger. Its own watchdog may be at it already, which does no harm.
func stopLeftover(ctx context.Context, data string) error {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		pid := serverPID(data)
		if pid == 0 {
			return dropStranger(data)
		}
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the server that an earlier start left running: %w", err)
		}
		for end := time.Now().Add(leftoverLimit); serverPID(data) != 0 && time.Now().Before(end); {
			if err := pause(ctx, 20*time.Millisecond); err != nil {
				return err
			}
		}
	}
	if pid := serverPID(data); pid != 0 {
		return fmt.Errorf("the server with the number %d, left by an earlier start, does not end", pid)
	}
	return nil
}

// serverPID is the number of the live server on the data, 0 if there is none.
func serverPID(data string) int {
	pid := writtenPID(data)
	if pid == 0 || !bytes.Contains(commandLine(pid), []byte(data)) {
		return 0
	}
	return pid
}

// dropStranger removes the process file when its number now belongs to another
// program, as happens after a restart of the machine or the container: the
// server would take that for itself and refuse. A number that belongs to nobody
// is left to the server, which also checks the shared memory named there.
func dropStranger(data string) error {
	pid := writtenPID(data)
	if pid == 0 || len(commandLine(pid)) == 0 {
		return nil
	}
	if err := os.Remove(filepath.Join(data, "postmaster.pid")); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("remove a stale process file: %w", err)
	}
	return nil
}

func writtenPID(data string) int {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 {
		return 0
	}
	return pid
}

// commandLine is what a process was started with, empty if there is none.
func commandLine(pid int) []byte {
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); err == nil {
		return text
	}
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return nil
	}
	return out
}
