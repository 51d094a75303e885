// Package password turns passwords into hashes and compares them: argon2id with
// the parameters of performance.md 2.5.
//
// A hash takes 19 MiB and a core for some 26 ms, so only as many are made at once
// as there are cores: a flood of sign-ins makes callers wait or turns them away,
// and leaves every page its memory and its tail.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"kabinet/internal/core/fault"
)

// What a hash costs. Hashes with other parameters are still compared.
const (
	memory  = 19 * 1024 // KiB
	passes  = 2
	threads = 1
	saltLen = 16
	keyLen  = 32
)

// Bounds of parameters in a stored hash, so that a damaged row cannot take the
// machine's memory.
const (
	maxMemory = 256 * 1024
	maxPasses = 16
	maxLen    = 128
)

// patience is how long a caller waits for its turn.
const patience = 2 * time.Second

// ErrBusy says that too many passwords are being compared.
var ErrBusy = fault.New(fault.Unavailable, "fault.busy").After(2 * time.Second)

// errShape says that a stored hash is none.
var errShape = errors.New("not a password hash")

// Hasher makes and compares hashes. All callers of a process share one.
type Hasher struct {
	turns    chan struct{}
	patience time.Duration
	dummy    string
}

// New makes a hasher for the cores there are.
func New() *Hasher {
	h := &Hasher{turns: make(chan struct{}, runtime.GOMAXPROCS(0)), patience: patience}
	h.dummy = encode(argon2.IDKey([]byte("nobody"), make([]byte, saltLen), passes, memory, threads, keyLen), make([]byte, saltLen))
	return h
}

// Hash makes a hash with a salt of its own, in the form everybody writes it
// ($argon2id$v=19$m=…). ErrBusy when the wait for a turn is too long.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return encode(argon2.IDKey([]byte(password), salt, passes, memory, threads, keyLen), salt), nil
}

// Fits reports whether a password is the one that was hashed. An empty hash fits
// no password and takes as long as any other: who asks cannot learn from the
// time whether there is one.
func (h *Hasher) Fits(ctx context.Context, password, hash string) (bool, error) {
	none := hash == ""
	if none {
		hash = h.dummy
	}
	c, err := decode(hash)
	if err != nil {
		return false, err
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	key := argon2.IDKey([]byte(password), c.salt, c.passes, c.memory, c.threads, uint32(len(c.key))) //nolint:gosec // at most maxLen
	return subtle.ConstantTimeCompare(key, c.key) == 1 && !none, nil
}

// enter takes a turn; the caller gives it back.
func (h *Hasher) enter(ctx context.Context) (leave func(), err error) {
	wait := time.NewTimer(h.patience)
	defer wait.Stop()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-wait.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func encode(key, salt []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads, b64(salt), b64(key))
}

// cost is a stored hash with what it takes to make it again.
type cost struct {
	memory, passes uint32
	threads        uint8
	salt, key      []byte
}

func decode(hash string) (c cost, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost{}, errShape
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil {
		return cost{}, errShape
	}
	c.salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return cost{}, errShape
	}
	c.key, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || !c.bounded() {
		return cost{}, errShape
	}
	return c, nil
}

// bounded reports whether the hash may be made again.
func (c cost) bounded() bool {
	return c.memory > 0 && c.memory <= maxMemory && c.passes > 0 && c.passes <= maxPasses && c.threads > 0 &&
		len(c.salt) > 0 && len(c.salt) <= maxLen && len(c.key) >= saltLen && len(c.key) <= maxLen
}
