// Package seal keeps secrets that must be read back, and makes fingerprints of
// secrets that must only be compared.
//
// Everything comes from one root secret (KABINET_SECRET_KEY). HKDF derives from
// it a key of its own for every purpose, so that what was sealed for one use
// never opens in another, and no key is used for two algorithms.
//
// What must never be forgotten: a fingerprint made with MAC is as lasting as
// the root it came from. Changing the root needs the older one beside it until
// everything stored was written again; see MACs and Stale.
package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
)

// RootLen is the length of a root secret in bytes.
const RootLen = 32

// Layout of what Seal returns: version, id of the root, nonce, ciphertext, tag.
const (
	version   = 1
	idLen     = 4
	headerLen = 1 + idLen
	nonceLen  = 12
	tagLen    = 16
)

// Overhead is how many bytes longer than its content a sealed value is.
const Overhead = headerLen + nonceLen + tagLen

// Purpose names a use of a key, "account.pinfl". Purposes are constants of the
// program: one derived key is kept in memory for each.
type Purpose string

// ErrRoot refuses a root secret of the wrong length or without any variety.
var ErrRoot = errors.New("seal: root secret must be 32 random bytes")

// ErrOpen says that a sealed value was altered, was sealed for another purpose
// or other data, or under a root that is not known any more. Which of them is
// not told apart on purpose.
var ErrOpen = errors.New("seal: value does not open")

// Box seals and opens. It is safe for concurrent use.
type Box struct {
	roots []*root // the current one first
}

// New makes a box from the root secret. Older roots still open what was sealed
// under them but seal nothing new.
func New(current []byte, older ...[]byte) (*Box, error) {
	b := &Box{}
	for _, secret := range append([][]byte{current}, older...) {
		r, err := newRoot(secret)
		if err != nil {
			return nil, err
		}
		b.roots = append(b.roots, r)
	}
	return b, nil
}

// Seal encrypts plain with AES-256-GCM under the key of its purpose. The
// additional data is not stored but must be the same when opening: it ties the
// value to its row ("account:17"), so that it cannot be moved to another.
//
// Nonces are random; one purpose bears 2^32 values before its root should be
// replaced (NIST SP 800-38D, 8.3).
func (b *Box) Seal(p Purpose, plain, additional []byte) []byte {
	r := b.roots[0]
	out := make([]byte, headerLen+nonceLen, Overhead+len(plain))
	out[0] = version
	copy(out[1:], r.id[:])
	nonce := out[headerLen:]
	_, _ = rand.Read(nonce) // never fails: crypto/rand ends the program instead
	return r.aead(p).Seal(out, nonce, plain, bound(out[:headerLen], additional))
}

// Open gives back what Seal took, or ErrOpen.
func (b *Box) Open(p Purpose, sealed, additional []byte) ([]byte, error) {
	if len(sealed) < Overhead || sealed[0] != version {
		return nil, ErrOpen
	}
	header, rest := sealed[:headerLen], sealed[headerLen:]
	for _, r := range b.roots {
		if !bytes.Equal(r.id[:], header[1:]) {
			continue
		}
		plain, err := r.aead(p).Open(nil, rest[:nonceLen], rest[nonceLen:], bound(header, additional))
		if err == nil {
			return plain, nil
		}
	}
	return nil, ErrOpen
}

// Stale reports whether a value was sealed under an older root and should be
// sealed again.
func (b *Box) Stale(sealed []byte) bool {
	return len(sealed) < headerLen || !bytes.Equal(b.roots[0].id[:], sealed[1:headerLen])
}

// MAC is the HMAC-SHA256 of the parts under the key of its purpose, 32 bytes.
// The length of every part goes in as well, so ("ab", "c") and ("a", "bc")
// differ.
func (b *Box) MAC(p Purpose, parts ...[]byte) []byte {
	return b.roots[0].mac(p, parts)
}

// MACs gives the fingerprint under every known root, the current one first: a
// look-up uses all of them ("where fingerprint = any($1)"), a write the first.
func (b *Box) MACs(p Purpose, parts ...[]byte) [][]byte {
	all := make([][]byte, len(b.roots))
	for i, r := range b.roots {
		all[i] = r.mac(p, parts)
	}
	return all
}

// bound ties the header to the value, so that it cannot be exchanged either.
func bound(header, additional []byte) []byte {
	return append(bytes.Clone(header), additional...)
}

// root is one root secret with the keys derived from it so far.
type root struct {
	secret []byte
	id     [idLen]byte // tells roots apart; says nothing about the secret
	aeads  sync.Map    // Purpose to cipher.AEAD
	macs   sync.Map    // Purpose to []byte
}

func newRoot(secret []byte) (*root, error) {
	if len(secret) != RootLen || bytes.Count(secret, secret[:1]) == RootLen {
		return nil, ErrRoot
	}
	r := &root{secret: bytes.Clone(secret)}
	copy(r.id[:], r.derive("id"))
	return r, nil
}

// derive makes a key of 32 bytes; the label keeps all uses apart.
func (r *root) derive(label string) []byte {
	key, err := hkdf.Key(sha256.New, r.secret, nil, "kabinet/"+label, sha256.Size)
	if err != nil {
		panic(fmt.Sprintf("seal: derive %s: %v", label, err)) // only for lengths over 8,160 bytes
	}
	return key
}

func (r *root) aead(p Purpose) cipher.AEAD {
	if a, ok := r.aeads.Load(p); ok {
		return a.(cipher.AEAD)
	}
	block, err := aes.NewCipher(r.derive("seal/" + string(p)))
	if err != nil {
		panic("seal: " + err.Error()) // only for a key of another length
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		panic("seal: " + err.Error()) // only for a block of another length
	}
	r.aeads.Store(p, a)
	return a
}

func (r *root) mac(p Purpose, parts [][]byte) []byte {
	key, ok := r.macs.Load(p)
	if !ok {
		key, _ = r.macs.LoadOrStore(p, r.derive("mac/"+string(p)))
	}
	h := hmac.New(sha256.New, key.([]byte))
	var length [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write(part)
	}
	return h.Sum(nil)
}
