package devpg

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

var childHome = flag.String("devpg.child", "", "for TestChild: the data folder, or \"-\" for a throw-away cluster")

// TestChild is not a test but the program that others start and kill: it starts
// a server, prints its address and its folder and waits for the end of its input.
func TestChild(t *testing.T) {
	if *childHome == "" {
		t.Skip("only a part of other tests")
	}
	o := Options{DataDir: *childHome, Database: "kabinet"}
	if *childHome == "-" {
		o = Options{}
	}
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("ready", s.URL, s.Home)
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
}

func TestThrowAway(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	conn := connect(t, s.URL)

	t.Run("folds and compares Cyrillic as production does", func(t *testing.T) {
		exec1(t, conn, `create extension pg_trgm`)
		want(t, conn, "true", `select lower('Ў') = 'ў' and 'ТОШКЕНТ' ilike 'тошкент'`)
		want(t, conn, "true", `select similarity('Ташкент', 'Тошкент') > 0`)
		want(t, conn, "UTF8", `show server_encoding`)
	})
	t.Run("trades durability for speed and listens to a socket only", func(t *testing.T) {
		want(t, conn, "off", `show fsync`)
		want(t, conn, "", `show listen_addresses`)
		want(t, conn, "200", `show max_connections`)
	})
	t.Run("keeps its socket to its own user", func(t *testing.T) {
		info, err := os.Stat(filepath.Join(s.Home, "sock"))
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Fatalf("mode = %v, %v", info.Mode(), err)
		}
	})
	t.Run("is gone after Stop, which may be called twice", func(t *testing.T) {
		pid := serverPID(filepath.Join(s.Home, "data"))
		for range 2 {
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
		}
		if pid == 0 || len(commandLine(pid)) != 0 {
			t.Errorf("server %d still runs", pid)
		}
		if _, err := os.Stat(s.Home); !os.IsNotExist(err) {
			t.Errorf("its folder is still there: %v", err)
		}
	})
}

func TestThrowAwayWhoseProcessIsKilled(t *testing.T) {
	t.Parallel()
	c := startChild(t, "-", nil)
	pid := c.serverPID(t)
	c.kill(t)
	eventually(t, "the server ends", func() bool { return len(commandLine(pid)) == 0 })
	// Another start on this machine may be at it already, or a child of the server
	// still be writing: the folder is then left to the next start.
	eventually(t, "a start after it removes "+c.home, func() bool {
		sweep()
		_, err := os.Stat(c.home)
		return os.IsNotExist(err)
	})
}

func TestThrowAwayForOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("every other test is this one")
	}
	c := startChild(t, "-", &syscall.Credential{Uid: 65534, Gid: 65534})
	info, err := os.Stat(filepath.Join(c.home, "data"))
	if err != nil {
		t.Fatal(err)
	}
	if uid := info.Sys().(*syscall.Stat_t).Uid; uid != 65534 {
		t.Errorf("the data belongs to user %d", uid)
	}
	c.finish(t)
	if _, err := os.Stat(c.home); !os.IsNotExist(err) {
		t.Errorf("its folder is still there: %v", err)
	}
}

func TestKept(t *testing.T) {
	t.Parallel()
	home := filepath.Join(openDir(t), "pg")
	o := Options{DataDir: home, Database: "kabinet"}

	t.Run("makes the database and keeps what is stored", func(t *testing.T) {
		s := start(t, o)
		conn := connect(t, s.URL)
		want(t, conn, "kabinet", `select current_database()`)
		want(t, conn, "on", `show fsync`)
		exec1(t, conn, `create table kept (n int)`)
		stop(t, s)
	})
	t.Run("starts again at once", func(t *testing.T) {
		began := time.Now()
		s := start(t, o)
		took := time.Since(began)
		want(t, connect(t, s.URL), "true", `select to_regclass('kept') is not null`)
		stop(t, s)
		t.Logf("second start: %v", took)
		if took > 30*time.Second {
			t.Errorf("took %v", took)
		}
	})
	t.Run("belongs to one process at a time", func(t *testing.T) {
		s := start(t, o)
		_, err := lockHome(t.Context(), home, 10*time.Millisecond)
		if err == nil || !strings.Contains(err.Error(), "in use by process "+strconv.Itoa(os.Getpid())) {
			t.Errorf("error = %v", err)
		}
		stop(t, s)
	})
	t.Run("recovers when its process is killed", func(t *testing.T) {
		c := startChild(t, home, nil)
		exec1(t, connect(t, c.url), `create table before_kill (n int)`)
		c.kill(t)
		s := start(t, o)
		want(t, connect(t, s.URL), "true", `select to_regclass('before_kill') is not null`)
		stop(t, s)
	})
	t.Run("recovers when server and process are killed", func(t *testing.T) {
		c := startChild(t, home, nil)
		if err := syscall.Kill(c.serverPID(t), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		c.kill(t)
		stop(t, start(t, o))
	})
	t.Run("stops a server that lost its watchdog", func(t *testing.T) {
		pid := orphan(t, home)
		s := start(t, o)
		if len(commandLine(pid)) != 0 {
			t.Errorf("the orphan %d still runs", pid)
		}
		stop(t, s)
	})
	t.Run("is not held up by the number of another program", func(t *testing.T) {
		stranger := exec.Command("sleep", "60")
		if err := stranger.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = stranger.Process.Kill(); _ = stranger.Wait() }()
		leftover := fmt.Sprintf("%d\n%s\n1700000000\n5432\n/nowhere\n\n  1 1\nready\n", stranger.Process.Pid, filepath.Join(home, "data"))
		if err := os.WriteFile(filepath.Join(home, "data", "postmaster.pid"), []byte(leftover), 0o600); err != nil {
			t.Fatal(err)
		}
		stop(t, start(t, o))
	})
	t.Run("begins anew when making the cluster was interrupted", func(t *testing.T) {
		other := filepath.Join(openDir(t), "pg")
		if err := os.MkdirAll(filepath.Join(other, "data.new", "base"), 0o755); err != nil {
			t.Fatal(err)
		}
		stop(t, start(t, Options{DataDir: other}))
	})
}

func TestKeptWhereServerUserMayNotGo(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root hands the server to another user")
	}
	owner, err := serverUser()
	if err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(openDir(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, ".kabinet", "pg")
	first, note, err := resolveHome(dir, owner)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(first) })
	again, _, err := resolveHome(dir, owner)
	if err != nil || first != again {
		t.Errorf("%q, then %q (%v): want the same folder", first, again, err)
	}
	if strings.HasPrefix(first, closed) || !strings.Contains(note, first) || !strings.Contains(note, closed) {
		t.Errorf("home %q, note %q", first, note)
	}
	s := start(t, Options{DataDir: dir})
	if s.Home != first || len(s.Notes) != 1 {
		t.Errorf("home %q, notes %q", s.Home, s.Notes)
	}
	stop(t, s)
}

func TestBinaries(t *testing.T) {
	t.Parallel()
	owner, err := serverUser()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("a folder without a server is one sentence", func(t *testing.T) {
		t.Parallel()
		_, err := Start(t.Context(), Options{BinDir: t.TempDir()})
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "not usable") {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("data of another version is not touched", func(t *testing.T) {
		t.Parallel()
		home := t.TempDir()
		if err := os.MkdirAll(filepath.Join(home, "data"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, "data", "PG_VERSION"), []byte("9\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		own, err := find(t.Context(), Options{}, owner, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = find(t.Context(), Options{BinDir: own.dir}, owner, dataVersion(filepath.Join(home, "data")))
		if err == nil || !strings.Contains(err.Error(), "made by PostgreSQL 9") {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("the newest of a place comes first", func(t *testing.T) {
		t.Parallel()
		if newestFirst("/usr/lib/postgresql/9/bin", "/usr/lib/postgresql/16/bin") <= 0 {
			t.Error("9 goes before 16")
		}
	})
	t.Run("a list of links cannot leave its package", func(t *testing.T) {
		t.Parallel()
		root := t.TempDir()
		if err := linkInside(root, "../../etc/passwd", "lib.so"); err == nil {
			t.Error("a source outside was taken")
		}
		if err := linkInside(root, "lib.so.1", "../lib.so"); err == nil {
			t.Error("a target outside was taken")
		}
		for range 2 { // an existing link is fine
			if err := linkInside(root, "lib.so.1", "lib.so"); err != nil {
				t.Error(err)
			}
		}
		if to, err := os.Readlink(filepath.Join(root, "lib.so")); err != nil || to != "lib.so.1" {
			t.Errorf("link to %q, %v", to, err)
		}
	})
}

func TestSweepSparesOthers(t *testing.T) {
	t.Parallel()
	mine, err := newRunDir(account{uid: uint32(os.Geteuid())}, false)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(os.TempDir(), runPrefix) // another process is just making it
	if err != nil {
		t.Fatal(err)
	}
	sweep()
	for _, dir := range []string{mine.path, fresh} {
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("%s was removed: %v", dir, err)
		}
	}
	if err := errors.Join(mine.remove(), os.RemoveAll(fresh)); err != nil {
		t.Error(err)
	}
}

// child is another process that has a server.
type child struct {
	cmd       *exec.Cmd
	stdin     io.Closer
	url, home string
}

func startChild(t *testing.T, home string, as *syscall.Credential) *child {
	t.Helper()
	program := reachable(t)
	cmd := exec.Command(program, "-test.run=^TestChild$", "-devpg.child="+home)
	cmd.Dir = "/"
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: cmd, stdin: stdin}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(stdout)
	var said []string
	for lines.Scan() {
		if n, _ := fmt.Sscanf(lines.Text(), "ready %s %s", &c.url, &c.home); n == 2 {
			return c
		}
		said = append(said, lines.Text())
	}
	t.Fatalf("the child ended: %s", strings.Join(said, "\n"))
	return nil
}

// reachable copies the test program to where every user may start it.
func reachable(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(openDir(t), "child")
	// A process that another test starts in this moment would keep the file open for
	// writing a little longer, and what is open for writing cannot be started.
	syscall.ForkLock.RLock()
	err = os.WriteFile(copied, program, 0o755)
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	return copied
}

// openDir is a temporary folder that every user may enter, unlike t.TempDir.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(os.TempDir(), "devpg-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// serverPID is the number of the child's server. Never 0: signals to that number
// reach the tests themselves.
func (c *child) serverPID(t *testing.T) int {
	t.Helper()
	pid := serverPID(filepath.Join(c.home, "data"))
	if pid == 0 {
		t.Fatal("the child has no server")
	}
	return pid
}

func (c *child) kill(t *testing.T) {
	t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.cmd.Wait() // it says "killed"
}

func (c *child) finish(t *testing.T) {
	t.Helper()
	_ = c.stdin.Close()
	if err := c.cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

// orphan starts a server on existing data and kills its watchdog.
func orphan(t *testing.T, home string) (pid int) {
	t.Helper()
	owner, err := serverUser()
	if err != nil {
		t.Fatal(err)
	}
	bin, err := find(t.Context(), Options{}, owner, dataVersion(filepath.Join(home, "data")))
	if err != nil {
		t.Fatal(err)
	}
	run, err := newRunDir(owner, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.remove() })
	p, err := launch(t.Context(), bin, owner, home, run.sock(), keptSettings)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	pid = serverPID(filepath.Join(home, "data"))
	if pid == 0 {
		t.Fatal("the server ended with its watchdog")
	}
	return pid
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func exec1(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// want compares the only value of a statement, as text.
func want(t *testing.T, conn *pgx.Conn, value, sql string) {
	t.Helper()
	var got any
	if err := conn.QueryRow(t.Context(), sql).Scan(&got); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if fmt.Sprint(got) != value {
		t.Errorf("%s: %v, want %s", sql, got, value)
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); {
		if time.Now().After(end) {
			t.Fatalf("not within a minute: %s", what)
		}
		_ = pause(context.Background(), 10*time.Millisecond)
	}
}
