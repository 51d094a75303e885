// Package devpg starts a private PostgreSQL server for development and tests:
// on a machine with nothing but Go and either server binaries or npm, as root or
// not, without a TCP port and without anything to clean up afterwards.
//
// Two flavours exist. With a data folder the cluster lives on between starts, as
// "make run" wants it; without one it is made anew, with durability switched off,
// and deleted on Stop, as "make test" wants it. In both the server is a child of
// a small shell that waits for the end of a pipe held by this process: however
// this process ends, even by SIGKILL, the server ends with it.
//
// The cluster is made with the locale production needs (ICU collation, a UTF-8
// character type): with any other, case folding and trigram search fail for
// Cyrillic. The package is for Unix systems and prints nothing.
package devpg

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// startLimit bounds everything Start does besides downloading binaries.
const startLimit = 60 * time.Second

// Options say which server to start. The zero value is a throw-away cluster on
// whatever binaries the machine has.
type Options struct {
	// DataDir is the folder that keeps a persistent cluster, made when absent.
	// Empty means throw-away. Run by root, the server has to be another user; when
	// that user cannot enter DataDir, the data goes to a folder of the system that
	// is always the same for the same DataDir, and Server.Notes says so.
	DataDir string
	// Database is made in a persistent cluster when absent, and the URL leads
	// there. Empty means "postgres".
	Database string
	// BinDir is the only folder searched for server binaries. Empty means the
	// usual places, then npm.
	BinDir string
	// NPM skips the usual places, so that tests can be run on the newest
	// PostgreSQL whatever is installed. Ignored when BinDir is set.
	NPM bool
}

// Server is a running private server. It accepts only its own user and root,
// without a password, through a socket in a folder closed to everybody else.
type Server struct {
	URL     string   // to connect as superuser
	Home    string   // folder with the data and postgres.log
	BinDir  string   // folder of the binaries in use
	Version int      // major version, 15 or newer
	Notes   []string // what its user should know, one sentence each; mostly empty

	process *process
	release []func() error
}

// Start finds binaries, makes the cluster when there is none, starts the server
// and returns when it answers. The context bounds the start only; the server
// runs until Stop or the end of this process. Leftovers of earlier processes
// that were killed are removed first.
//
// An error is one sentence for the person at the terminal.
func Start(ctx context.Context, o Options) (*Server, error) {
	owner, err := serverUser()
	if err != nil {
		return nil, err
	}
	sweep()
	s := &Server{}
	if err := s.start(ctx, o, owner); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, o Options, owner account) error {
	run, err := newRunDir(owner, o.DataDir == "")
	if err != nil {
		return err
	}
	s.release = append(s.release, run.remove)
	s.Home = run.path
	if o.DataDir != "" {
		if owner, err = s.openHome(ctx, o.DataDir, owner); err != nil {
			return err
		}
		if err := owner.own(run.sock()); err != nil {
			return err
		}
	}
	data := filepath.Join(s.Home, "data")
	bin, err := find(ctx, o, owner, dataVersion(data))
	if err != nil {
		return err
	}
	s.BinDir, s.Version = bin.dir, bin.major

	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := initCluster(ctx, bin, owner, data); err != nil {
		return err
	}
	settings := keptSettings
	if o.DataDir == "" {
		settings = throwAwaySettings
	}
	if s.process, err = launch(ctx, bin, owner, s.Home, run.sock(), settings); err != nil {
		return err
	}
	s.URL = socketURL(run.sock(), "postgres")
	if o.DataDir == "" || o.Database == "" {
		return nil
	}
	if err := createDatabase(ctx, s.URL, o.Database); err != nil {
		return err
	}
	s.URL = socketURL(run.sock(), o.Database)
	return nil
}

// openHome takes the folder of a persistent cluster for this process alone and
// stops what an earlier one left running there. It returns the user that must
// run the server, which is whoever owns existing data.
func (s *Server) openHome(ctx context.Context, dir string, owner account) (account, error) {
	home, note, err := resolveHome(dir, owner)
	if err != nil {
		return owner, err
	}
	if note != "" {
		s.Notes = append(s.Notes, note)
	}
	s.Home = home
	unlock, err := lockHome(ctx, home, homeWait)
	if err != nil {
		return owner, err
	}
	s.release = append(s.release, unlock)
	data := filepath.Join(home, "data")
	if owner, err = owner.orOwnerOf(data); err != nil {
		return owner, err
	}
	return owner, stopLeftover(ctx, data)
}

// Stop ends the server and gives its folders back; a throw-away cluster is
// deleted. Calling it again does nothing.
func (s *Server) Stop() error {
	var errs []error
	if s.process != nil {
		errs = append(errs, s.process.stop())
		s.process = nil
	}
	for _, release := range slices.Backward(s.release) {
		errs = append(errs, release())
	}
	s.release = nil
	return errors.Join(errs...)
}

func socketURL(sock, database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.User("postgres"),
		Path:     "/" + database,
		RawQuery: url.Values{"host": {sock}}.Encode(),
	}
	return u.String()
}

func createDatabase(ctx context.Context, admin, name string) error {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return fmt.Errorf("connect to the private server: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var exists bool
	const q = `select exists (select from pg_database where datname = $1)`
	if err := conn.QueryRow(ctx, q, name).Scan(&exists); err != nil || exists {
		return err
	}
	if _, err := conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize()); err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// dataVersion is the major version that made the data, 0 when there is none.
func dataVersion(data string) int {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return 0
	}
	var major int
	if _, err := fmt.Sscanf(string(text), "%d", &major); err != nil {
		return 0
	}
	return major
}
