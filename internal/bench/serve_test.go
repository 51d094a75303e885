package bench

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"kabinet/internal/platform/pg"
)

// Each side runs in a process of its own, this test program started again, so
// that its processor time can be told from that of the clients.
var (
	serveSide = flag.String("side", "", "serve this side of a benchmark and nothing else")
	database  = flag.String("database", "", "address of the benchmark's database, with -side")
)

// bareProgram is how the bare page's connections are told from others.
const bareProgram = "bench bare"

func TestMain(m *testing.M) {
	flag.Parse()
	if *serveSide == "" {
		os.Exit(m.Run())
	}
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, *serveSide+":", err)
		os.Exit(1)
	}
}

// serve says its address, then its processor time whenever it is sent a line.
// It ends when the other end does, however that came about.
func serve(in io.Reader, out io.Writer) error {
	ctx, stop := context.WithCancel(context.Background())
	failed := make(chan error, 1)
	ready := func(address string) { fmt.Fprintln(out, address) }
	go func() { failed <- sides[*serveSide](ctx, ready) }()
	lines := make(chan struct{})
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			lines <- struct{}{}
		}
	}()
	for {
		select {
		case err := <-failed:
			stop()
			return err
		case _, open := <-lines:
			if !open {
				stop()
				return <-failed
			}
			fmt.Fprintln(out, ownCPU().Microseconds())
		}
	}
}

var sides = map[string]func(ctx context.Context, ready func(address string)) error{
	"bare":    serveBare,
	"product": serveProduct,
}

func serveBare(ctx context.Context, ready func(string)) error {
	db, err := pg.Open(ctx, pg.Config{URL: *database, MaxConns: bareConns, AppName: bareProgram})
	if err != nil {
		return err
	}
	defer db.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &http.Server{Handler: bare(db), ReadHeaderTimeout: time.Second}
	go func() {
		<-ctx.Done()
		_ = s.Close()
	}()
	ready(l.Addr().String())
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// process is a started side.
type process struct {
	address string
	pid     int
	in      io.WriteCloser
	out     *bufio.Scanner
}

// start runs a side until the benchmark ends; more are lines for its environment.
func start(tb testing.TB, side, url string, more ...string) *process {
	tb.Helper()
	cmd := exec.Command(os.Args[0], "-side", side, "-database", url)
	cmd.Env = append(append(cmd.Environ(), "KABINET_DATABASE_URL="+url), more...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			tb.Error(side, err)
		}
	})
	p := &process{pid: cmd.Process.Pid, in: in, out: bufio.NewScanner(out)}
	p.address = p.line(tb)
	return p
}

func (p *process) line(tb testing.TB) string {
	tb.Helper()
	if !p.out.Scan() {
		tb.Fatal("a server ended: ", p.out.Err())
	}
	return p.out.Text()
}

// cpu is the processor time the process has used so far.
func (p *process) cpu(tb testing.TB) time.Duration {
	tb.Helper()
	if _, err := io.WriteString(p.in, "cpu\n"); err != nil {
		tb.Fatal(err)
	}
	us, err := strconv.ParseInt(strings.TrimSpace(p.line(tb)), 10, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return time.Duration(us) * time.Microsecond
}
