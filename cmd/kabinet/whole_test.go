//go:build dev

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/platform/mail/mailtest"
	"kabinet/internal/platform/pg/pgtest"
)

// whole is the real binary running as `kabinet dev` on an own database, with a
// mail relay of the test's.
type whole struct {
	URL     string
	Admin   string
	Mail    *mailtest.Server
	DB      *pgxpool.Pool
	DBURL   string
	Control string // of the simulator
	tour    tour
	cmd     *exec.Cmd
	ended   chan struct{}
	dir     string
	env     []string
	out     *transcript
}

// builds of the program, each made by the first test that needs it.
var (
	developed = build{tags: "dev"}
	shipped   build
)

type build struct {
	tags string
	once sync.Once
	path string
	err  error
}

// binary gives the path of the program.
func (b *build) binary(t *testing.T) string {
	t.Helper()
	b.once.Do(func() { b.path, b.err = compile(b.tags) })
	if b.err != nil {
		t.Fatal(b.err)
	}
	return b.path
}

func compile(tags string) (string, error) {
	dir, err := os.MkdirTemp("", "kabinet-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "kabinet")
	if out, err := exec.Command("go", "build", "-tags", tags, "-ldflags=-s", "-o", path, ".").CombinedOutput(); err != nil {
		return path, fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
}

// remove deletes what was built.
func (b *build) remove() {
	if b.path != "" {
		_ = os.RemoveAll(filepath.Dir(b.path)) // it lies in a temporary folder anyway
	}
}

// startWhole starts the program on free ports and waits until it is ready.
func startWhole(t *testing.T, env ...string) *whole {
	t.Helper()
	w := &whole{Mail: mailtest.New(t, mailtest.Options{}), DBURL: pgtest.URL(t), dir: t.TempDir()}
	db, err := pgxpool.New(t.Context(), w.DBURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	w.DB = db
	w.settings(t, append(env, "KABINET_DATABASE_URL="+w.DBURL)...)
	w.start(t)
	t.Cleanup(func() { w.stop(syscall.SIGTERM) })
	return w
}

// settings chooses free ports and puts together the environment.
func (w *whole) settings(t *testing.T, env ...string) {
	t.Helper()
	port, admin := freePort(t), freePort(t)
	w.URL, w.Admin = "http://localhost:"+port, "http://127.0.0.1:"+admin
	w.env = append(ours(os.Environ()), "KABINET_BASE_URL="+w.URL,
		"KABINET_LISTEN=127.0.0.1:"+port, "KABINET_ADMIN_LISTEN=127.0.0.1:"+admin, "KABINET_DB_MAX_CONNS=8")
	if w.Mail != nil {
		smtp := w.Mail.Config()
		w.env = append(w.env, "KABINET_SMTP_HOST="+smtp.Host, fmt.Sprintf("KABINET_SMTP_PORT=%d", smtp.Port))
	}
	w.env = append(w.env, env...)
}

// ours is the environment without what somebody set for an own portal.
func ours(environ []string) []string {
	return slices.DeleteFunc(environ, func(line string) bool { return strings.HasPrefix(line, "KABINET_") })
}

// start runs the program; also used again after a kill.
func (w *whole) start(t *testing.T) {
	t.Helper()
	w.out = newTranscript()
	w.cmd = exec.Command(developed.binary(t), "dev")
	w.cmd.Dir, w.cmd.Env, w.cmd.Stdout, w.cmd.Stderr = w.dir, w.env, w.out, w.out
	if err := os.Symlink(repository(t), filepath.Join(w.dir, "testdata")); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	w.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) {
		_ = cmd.Wait() // how it ended stands in ProcessState
		close(ended)
		cancel()
	}(w.cmd, w.ended)
	line, err := w.out.wait(ctx, "Switch the simulator")
	if err != nil {
		t.Fatalf("the program did not become ready: %v\n%s", err, w.out)
	}
	w.Control = line[strings.Index(line, "http"):]
}

// stop ends the program and waits for it.
func (w *whole) stop(sig syscall.Signal) {
	_ = w.cmd.Process.Signal(sig) // it may have ended already
	<-w.ended
}

func repository(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// freePort finds a port that nobody else is given: it lies below those that the
// system hands out, so that it is still free when the program starts again.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(20000 + rand.IntN(10000))
		if _, taken := ports.LoadOrStore(port, true); taken {
			continue
		}
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			_ = l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// ports are those given to other tests.
var ports sync.Map

// transcript is what the program wrote.
type transcript struct {
	mu      sync.Mutex
	buf     bytes.Buffer
	changed chan struct{}
}

func newTranscript() *transcript { return &transcript{changed: make(chan struct{})} }

func (o *transcript) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.buf.Write(p)
}

func (o *transcript) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// wait gives the first whole line that holds text.
func (o *transcript) wait(ctx context.Context, text string) (string, error) {
	for {
		o.mu.Lock()
		changed, so := o.changed, o.buf.String()
		o.mu.Unlock()
		lines := bufio.NewScanner(strings.NewReader(so))
		for lines.Scan() {
			if strings.Contains(lines.Text(), text) && strings.Contains(so, lines.Text()+"\n") {
				return lines.Text(), nil
			}
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-changed:
		}
	}
}

func TestTheProgramStartsAndStops(t *testing.T) {
	t.Parallel()
	w := startWhole(t)
	for _, address := range []string{w.Admin + "/healthz", w.Admin + "/readyz", w.URL + "/", w.URL + "/dev"} {
		answer, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s answers %s", address, answer.Status)
		}
	}
	w.stop(syscall.SIGTERM)
	if status := w.cmd.ProcessState.ExitCode(); status != 0 {
		t.Errorf("ended with status %d\n%s", status, w.out)
	}
}
