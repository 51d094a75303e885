package devpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// minVersion is the oldest PostgreSQL that Kabinet supports.
const minVersion = 15

// binaries is a folder with a usable postgres and initdb.
type binaries struct {
	dir   string
	major int
}

var (
	versionText  = regexp.MustCompile(`PostgreSQL\) (\d+)`)
	versionInDir = regexp.MustCompile(`\d+`)

	errNoBinaries = errors.New("no PostgreSQL " + strconv.Itoa(minVersion) +
		" or newer was found: install the server (Debian and Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17), or npm so that it can be fetched, or set KABINET_PG_BIN to the folder of its binaries")
)

// find returns the first binaries that fit. Existing data fixes the major
// version; 0 accepts any supported one.
func find(ctx context.Context, o Options, owner account, major int) (binaries, error) {
	if o.BinDir != "" {
		b, err := inspect(ctx, owner, o.BinDir)
		if err != nil {
			return b, fmt.Errorf("the folder of PostgreSQL binaries %s is not usable: %w", o.BinDir, err)
		}
		return b, fits(b, major)
	}
	var unfit error
	if !o.NPM {
		for _, dir := range candidates(ctx) {
			b, err := inspect(ctx, owner, dir)
			if err != nil {
				continue
			}
			if unfit = fits(b, major); unfit == nil {
				return b, nil
			}
		}
	}
	dir, err := fetchBinaries(ctx, owner)
	if err != nil {
		return binaries{}, cmp.Or(unfit, fmt.Errorf("%w (%w)", errNoBinaries, err))
	}
	b, err := inspect(ctx, owner, dir)
	if err != nil {
		return b, fmt.Errorf("the fetched PostgreSQL in %s does not start: %w", dir, err)
	}
	return b, cmp.Or(unfit, fits(b, major))
}

func fits(b binaries, major int) error {
	if major == 0 || b.major == major {
		return nil
	}
	return fmt.Errorf("the data was made by PostgreSQL %d and only %d was found: install %d, or delete the data folder to begin anew", major, b.major, major)
}

// inspect asks the server in dir for its version, as the user that will run it.
func inspect(ctx context.Context, owner account, dir string) (binaries, error) {
	if _, err := exec.LookPath(filepath.Join(dir, "initdb")); err != nil {
		return binaries{}, err
	}
	out, err := owner.command(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return binaries{}, fmt.Errorf("postgres --version: %w", err)
	}
	m := versionText.FindSubmatch(out)
	if m == nil {
		return binaries{}, fmt.Errorf("postgres --version says %q", out)
	}
	major, err := strconv.Atoi(string(m[1]))
	if err != nil || major < minVersion {
		return binaries{}, fmt.Errorf("version %s is older than %d", m[1], minVersion)
	}
	return binaries{dir: dir, major: major}, nil
}

// candidates lists folders that may hold server binaries, the likeliest first.
// Debian and Ubuntu keep them off PATH.
func candidates(ctx context.Context) []string {
	var dirs []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",                               // Debian, Ubuntu
		"/usr/pgsql-*/bin",                                        // Red Hat with the project's own packages
		"/opt/homebrew/opt/postgresql@*/bin",                      // Homebrew on Apple silicon
		"/usr/local/opt/postgresql@*/bin",                         // Homebrew on Intel
		"/Applications/Postgres.app/Contents/Versions/[0-9]*/bin", // Postgres.app
	} {
		found, _ := filepath.Glob(pattern) // the patterns are constants and valid
		slices.SortFunc(found, newestFirst)
		dirs = append(dirs, found...)
	}
	return dirs
}

func newestFirst(a, b string) int {
	return cmp.Compare(numberIn(b), numberIn(a))
}

func numberIn(dir string) int {
	n, _ := strconv.Atoi(versionInDir.FindString(dir)) // no number sorts last
	return n
}
