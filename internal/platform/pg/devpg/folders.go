package devpg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	runPrefix = "kabinet-pg-"
	lockName  = "owner.lock"
	logName   = "postgres.log"

	// sharedMemory is a file system in memory on Linux: a cluster there is several
	// times faster than on a busy disk.
	sharedMemory     = "/dev/shm"
	sharedMemoryNeed = 1 << 30 // bytes free; a container's default is 64 MiB

	// maxSocketDir keeps the path of the socket within the 103 bytes that every
	// Unix allows: "/sock/.s.PGSQL.5432.lock" and MkdirTemp's digits come on top.
	maxSocketDir = 60

	// homeWait is how long an earlier process may take to let go of the data.
	homeWait = 10 * time.Second
	// sweepAge protects a folder that another process is just making.
	sweepAge = time.Minute
)

// runDir belongs to one running process: the socket, and the data too of a
// throw-away cluster. Its lock file is locked while the process lives.
type runDir struct {
	path string
	lock *os.File
}

func (r runDir) sock() string { return filepath.Join(r.path, "sock") }

func (r runDir) remove() error {
	return errors.Join(os.RemoveAll(r.path), r.lock.Close())
}

func newRunDir(owner account, throwAway bool) (runDir, error) {
	path, err := os.MkdirTemp(runBase(owner, throwAway), runPrefix)
	if err != nil {
		return runDir{}, fmt.Errorf("make a folder for the server: %w", err)
	}
	r := runDir{path: path}
	if r.lock, err = tryLock(filepath.Join(path, lockName)); err != nil {
		return r, errors.Join(err, os.RemoveAll(path))
	}
	err = os.Mkdir(r.sock(), 0o700)
	if err == nil && owner.other {
		err = os.Chmod(path, 0o755)
	}
	if err == nil {
		err = owner.own(r.sock())
	}
	if err != nil {
		return r, errors.Join(err, r.remove())
	}
	return r, nil
}

// runBase picks the folder for run folders: in memory if a throw-away cluster
// fits there, otherwise the first temporary folder whose name is short and which
// the server's user may enter.
func runBase(owner account, throwAway bool) string {
	if throwAway && freeBytes(sharedMemory) >= sharedMemoryNeed {
		return sharedMemory
	}
	if tmp := os.TempDir(); len(tmp) <= maxSocketDir && owner.canEnter(tmp) {
		return tmp
	}
	return "/tmp"
}

func freeBytes(dir string) uint64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0
	}
	return st.Bavail * uint64(st.Bsize)
}

// sweep removes run folders whose process is gone, and stops a throw-away server
// that still runs in one. It only touches folders of its own user, and an error
// is no reason not to start: the next sweep tries again.
func sweep() {
	for _, base := range []string{sharedMemory, os.TempDir(), "/tmp"} {
		found, _ := filepath.Glob(filepath.Join(base, runPrefix+"*")) // a constant pattern after a path
		for _, dir := range found {
			sweepOne(dir)
		}
	}
}

func sweepOne(dir string) {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || int(st.Uid) != os.Geteuid() {
		return
	}
	if _, err := os.Lstat(filepath.Join(dir, lockName)); err != nil && time.Since(info.ModTime()) < sweepAge {
		return
	}
	lock, err := tryLock(filepath.Join(dir, lockName))
	if err != nil {
		return
	}
	defer func() { _ = lock.Close() }()
	if pid := serverPID(filepath.Join(dir, "data")); pid != 0 {
		_ = syscall.Kill(pid, syscall.SIGKILL) // nothing there is worth an orderly end
	}
	// The data first: children of a killed server may write for some moments, and
	// a folder left without its lock file would look like one just being made.
	if os.RemoveAll(filepath.Join(dir, "data")) == nil {
		_ = os.RemoveAll(dir)
	}
}

var errLocked = errors.New("locked by another process")

// tryLock opens and locks a file until it is closed or the process ends in
// whatever way. It does not wait: errLocked says that somebody has it.
func tryLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the lock file: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errLocked
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// resolveHome makes the folder of a persistent cluster and returns its path: dir
// or, when the server's user cannot enter that, a folder of the system, with a
// note for the person at the terminal.
func resolveHome(dir string, owner account) (home, note string, err error) {
	if home, err = filepath.Abs(dir); err != nil {
		return "", "", fmt.Errorf("find the data folder: %w", err)
	}
	if !owner.canEnter(nearest(home)) {
		sum := sha256.Sum256([]byte(home))
		other := filepath.Join("/var/lib/kabinet-devpg", hex.EncodeToString(sum[:6]))
		note = fmt.Sprintf("the database is kept in %s, because the user %s, who runs it, cannot enter %s", other, owner.name, nearest(home))
		home = other
	}
	if err := os.MkdirAll(home, 0o755); err != nil {
		return "", "", fmt.Errorf("make the data folder: %w", err)
	}
	return home, note, nil
}

// nearest is the deepest existing folder at or above path.
func nearest(path string) string {
	for path != "/" {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			break
		}
		path = filepath.Dir(path)
	}
	return path
}

// lockHome takes a persistent cluster for this process. It waits for an earlier
// process that is just ending.
func lockHome(ctx context.Context, home string, wait time.Duration) (unlock func() error, err error) {
	path := filepath.Join(home, lockName)
	deadline := time.Now().Add(wait)
	for {
		f, err := tryLock(path)
		if err == nil {
			if err := writePID(f); err != nil {
				return nil, errors.Join(err, f.Close())
			}
			return f.Close, nil
		}
		if !errors.Is(err, errLocked) {
			return nil, err
		}
		if time.Now().After(deadline) {
			holder, _ := os.ReadFile(path) // only for the sentence
			return nil, fmt.Errorf("the database in %s is in use by process %s: stop that first", home, strings.TrimSpace(string(holder)))
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("write the lock file: %w", err)
	}
	if _, err := f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0); err != nil {
		return fmt.Errorf("write the lock file: %w", err)
	}
	return nil
}

// pause waits for d or the end of the context, whose error it returns.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
