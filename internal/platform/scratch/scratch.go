// Package scratch gives a process a folder of its own for what it writes to disk
// for a while: uploads, exports under way, parts of a workbook. The libraries that
// write such files (mime/multipart, excelize) choose the folder by TMPDIR, and
// leave them behind when the process is killed; files of a quarter of a gigabyte
// would fill a disk that way.
//
// So each process has a folder that is locked while it lives. Whoever starts later
// on the same machine removes the folders that nobody holds any more, and each
// process goes through its own for files that nobody can be writing any more.
package scratch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"kabinet/internal/core/clock"
)

const (
	prefix = "kabinet-scratch-"
	lock   = ".lock"

	// keepEvery is how often a process looks for what is left over.
	keepEvery = time.Hour
	// stale is the age from which on a file is left over: an upload lasts minutes,
	// the longest job an hour.
	stale = 12 * time.Hour
	// fresh protects a folder that another process is just making.
	fresh = time.Minute
)

// Dir is the folder of this process.
type Dir struct {
	path string
	lock *os.File
}

// Open makes the folder inside base and lets TMPDIR name it. Close it at the end.
func Open(base string) (*Dir, error) {
	path, err := os.MkdirTemp(base, prefix)
	if err != nil {
		return nil, fmt.Errorf("folder for temporary files: %w", err)
	}
	d := &Dir{path: path}
	if d.lock, err = hold(path); err == nil {
		err = os.Setenv("TMPDIR", path)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("folder for temporary files: %w", err), os.RemoveAll(path))
	}
	return d, nil
}

// Close removes the folder with all that is in it.
func (d *Dir) Close() error { return errors.Join(os.RemoveAll(d.path), d.lock.Close()) }

// Keep removes what is left over, at once and from time to time, until ctx ends.
func (d *Dir) Keep(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		if err := d.tidy(clock.System()); err != nil {
			log.Warn("temporary files stay", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (d *Dir) tidy(now time.Time) error {
	return errors.Join(d.clear(now.Add(-stale)), sweep(filepath.Dir(d.path), now.Add(-fresh)))
}

// clear removes files that were not written to since before.
func (d *Dir) clear(before time.Time) error {
	inside, err := os.ReadDir(d.path)
	if err != nil {
		return fmt.Errorf("temporary files: %w", err)
	}
	var failed error
	for _, e := range inside {
		info, err := e.Info()
		if err != nil || e.Name() == lock || info.ModTime().After(before) {
			continue // gone meanwhile, ours, or in use
		}
		failed = errors.Join(failed, os.RemoveAll(filepath.Join(d.path, e.Name())))
	}
	return failed
}

// sweep removes the folders in base, made before, whose process has ended.
func sweep(base string, before time.Time) error {
	found, err := filepath.Glob(filepath.Join(base, prefix+"*"))
	for _, dir := range found {
		info, statErr := os.Lstat(dir)
		if statErr != nil || !info.IsDir() || info.ModTime().After(before) {
			continue
		}
		if s, ok := info.Sys().(*syscall.Stat_t); !ok || int(s.Uid) != os.Geteuid() {
			continue // another user's
		}
		held, lockErr := hold(dir)
		if lockErr != nil {
			continue // its process lives
		}
		err = errors.Join(err, os.RemoveAll(dir), held.Close())
	}
	return err
}

// hold locks a folder; the lock ends with the process, however that ends.
func hold(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lock), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // a name of ours
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
