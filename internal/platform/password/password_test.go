package password

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
)

const secret = "quiet river under stones"

func TestAPasswordFitsItsHashOnly(t *testing.T) {
	t.Parallel()
	h := New()
	hash, err := h.Hash(t.Context(), secret)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(hash, secret) {
		t.Fatalf("%q, %v", hash, err)
	}
	if again, _ := h.Hash(t.Context(), secret); again == hash {
		t.Error("two hashes share a salt")
	}
	for password, want := range map[string]bool{secret: true, secret + " ": false, "": false, strings.ToUpper(secret): false} {
		if fits, err := h.Fits(t.Context(), password, hash); err != nil || fits != want {
			t.Errorf("%q: %v, %v", password, fits, err)
		}
	}
	if fits, err := h.Fits(t.Context(), "nobody", ""); err != nil || fits {
		t.Errorf("nobody's password fits: %v, %v", fits, err)
	}
}

func TestADamagedHashTakesNoMemory(t *testing.T) {
	t.Parallel()
	h := New()
	good, err := h.Hash(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{
		"x", "$", good[1:], good + "$", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=19456", "m=4294967295", 1), strings.Replace(good, "t=2", "t=900", 1), strings.Replace(good, "p=1", "p=0", 1),
		good[:len(good)-43], good[:40] + "!" + good[41:],
	} {
		if fits, err := h.Fits(t.Context(), secret, hash); err == nil || fits {
			t.Errorf("%q: %v, %v", hash, fits, err)
		}
	}
}

func TestAnOlderHashIsStillCompared(t *testing.T) {
	t.Parallel()
	salt := []byte("0123456789abcdef")
	older := strings.Replace(encode(argon2.IDKey([]byte(secret), salt, 1, 8*1024, 1, keyLen), salt), "m=19456,t=2", "m=8192,t=1", 1)
	if fits, err := New().Fits(t.Context(), secret, older); err != nil || !fits {
		t.Errorf("%v, %v", fits, err)
	}
}

func TestWhoWaitsTooLongIsToldWhenToComeBack(t *testing.T) {
	t.Parallel()
	h := New()
	h.patience = time.Millisecond
	for range cap(h.turns) {
		h.turns <- struct{}{}
	}
	if _, err := h.Fits(t.Context(), secret, ""); !errors.Is(err, ErrBusy) {
		t.Errorf("%v", err)
	}
	h.patience = time.Hour
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(gone, secret); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	<-h.turns
	if _, err := h.Fits(t.Context(), secret, ""); err != nil {
		t.Errorf("after a turn came free: %v", err)
	}
}

// TestNoPasswordTakesAsLongAsAWrongOne: what is compared when there is nothing to
// compare with costs the same.
func TestNoPasswordTakesAsLongAsAWrongOne(t *testing.T) {
	t.Parallel()
	c, err := decode(New().dummy)
	if err != nil || c.memory != memory || c.passes != passes || c.threads != threads || len(c.salt) != saltLen || len(c.key) != keyLen {
		t.Errorf("%+v, %v", c, err)
	}
}

// BenchmarkBare is what no program gets below; BenchmarkFits is ours. Compare
// cpu-ms/op: other work on the machine does not change it.
func BenchmarkBare(b *testing.B) {
	salt := make([]byte, saltLen)
	defer reportCPU(b)()
	for b.Loop() {
		argon2.IDKey([]byte(secret), salt, passes, memory, threads, keyLen)
	}
}

func BenchmarkFits(b *testing.B) {
	h := New()
	h.patience = time.Hour
	hash, err := h.Hash(b.Context(), secret)
	if err != nil {
		b.Fatal(err)
	}
	defer reportCPU(b)()
	for b.Loop() {
		if fits, err := h.Fits(b.Context(), secret, hash); err != nil || !fits {
			b.Fatal(fits, err)
		}
	}
}

// reportCPU measures until what it returns is called.
func reportCPU(b *testing.B) (stop func()) {
	b.Helper()
	before := cpu(b)
	return func() {
		b.Helper()
		b.ReportMetric((cpu(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
	}
}

func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
