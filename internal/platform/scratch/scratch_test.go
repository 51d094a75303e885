package scratch

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestWhatEndedProcessesLeftIsRemoved(t *testing.T) {
	base := t.TempDir()
	t.Setenv("TMPDIR", base) // and back again at the end
	write := func(path string, age time.Duration) string {
		t.Helper()
		at := time.Now().Add(-age)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{path, filepath.Dir(path)} {
			if err := os.Chtimes(p, at, at); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	there := func(path string, want bool) {
		t.Helper()
		if _, err := os.Lstat(path); (err == nil) != want {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
	}

	killed := write(filepath.Join(base, prefix+"killed", "multipart-1"), time.Hour)
	starting := write(filepath.Join(base, prefix+"starting", "multipart-1"), 0)
	foreign := write(filepath.Join(base, "another-program", "multipart-1"), time.Hour)
	file := write(filepath.Join(base, prefix+"file-of-somebody"), time.Hour)
	living, err := Open(base)
	if err != nil {
		t.Fatal(err)
	}
	if err := living.tidy(time.Now()); err != nil {
		t.Error(err)
	}
	there(filepath.Dir(killed), false)
	there(starting, true)
	there(foreign, true)
	there(file, true)

	upload, err := os.CreateTemp("", "multipart-*")
	if err != nil || filepath.Dir(upload.Name()) != living.path {
		t.Fatalf("%v, %v", upload, err)
	}
	_ = upload.Close()
	old := write(filepath.Join(living.path, "multipart-old"), stale+time.Hour)
	if err := living.tidy(time.Now()); err != nil {
		t.Error(err)
	}
	there(old, false)
	there(upload.Name(), true)

	long := time.Now().Add(-time.Hour) // it lives for long already
	if err := os.Chtimes(living.path, long, long); err != nil {
		t.Fatal(err)
	}
	next, err := Open(base)
	if err != nil {
		t.Fatal(err)
	}
	if err := next.tidy(time.Now()); err != nil {
		t.Error(err)
	}
	there(upload.Name(), true)
	if err := living.Close(); err != nil {
		t.Error(err)
	}
	if err := next.Close(); err != nil {
		t.Error(err)
	}
	there(living.path, false)
	there(next.path, false)
}
