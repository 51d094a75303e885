package cms

import (
	"bytes"
	"errors"
	"testing"

	"kabinet/internal/platform/eds"
)

func FuzzVerifyLogin(f *testing.F) {
	b := newBench(f)
	b.verifier.revocation = nil
	m := b.message()
	f.Add(m.Encode())
	m.BER = false
	f.Add(m.Encode())
	m.NoAttributes = true
	f.Add(m.Encode())
	serial := b.key.Certificate.SerialNumber.Text(16)
	f.Fuzz(func(t *testing.T, message []byte) {
		s, err := b.login(message)
		switch {
		case err == nil && s.Serial != serial:
			t.Errorf("accepted a signer nobody made: %+v", s)
		case err != nil && !oneOfOurs(err):
			t.Errorf("an error outside the closed set: %v", err)
		}
	})
}

func oneOfOurs(err error) bool {
	for _, kind := range []error{
		eds.ErrUnavailable, eds.ErrMalformed, eds.ErrSignature, eds.ErrCertificate, eds.ErrExpired,
		eds.ErrRevoked, eds.ErrClock, eds.ErrChallenge, eds.ErrTimestamp,
	} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// TestEveryByteCounts damages a good message byte by byte. What is still
// accepted (an unneeded root, say) must name the same person at the same time.
func TestEveryByteCounts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.verifier.revocation = nil
	good := b.message().Encode()
	want, err := b.login(good)
	must(t, err)
	accepted := 0
	for i := range good {
		damaged := bytes.Clone(good)
		damaged[i] ^= 1 << (i % 8)
		got, err := b.login(damaged)
		switch {
		case err != nil && !oneOfOurs(err):
			t.Errorf("byte %d: an error outside the closed set: %v", i, err)
		case err == nil && (got.Serial != want.Serial || got.PINFL != want.PINFL || got.OrgTIN != want.OrgTIN || !got.SignedAt.Equal(want.SignedAt)):
			t.Errorf("byte %d: another signer: %+v", i, got)
		case err == nil:
			accepted++
		}
	}
	if unneeded := len(b.Root.Certificate.Raw) + 64; accepted > unneeded {
		t.Errorf("%d of %d damaged messages accepted", accepted, len(good))
	}
	for n := range len(good) {
		if _, err := b.login(good[:n]); !errors.Is(err, eds.ErrMalformed) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
}

// FuzzDamage explores what TestEveryByteCounts walks through once: every
// process of the fuzzer has its own keys, so damage is applied to a message of
// its own instead of being kept as bytes.
func FuzzDamage(f *testing.F) {
	b := newBench(f)
	b.verifier.revocation = nil
	good := b.message().Encode()
	want := b.key.Certificate.SerialNumber.Text(16)
	f.Add(uint16(0), []byte{0x30}, uint16(1))
	f.Add(uint16(40), []byte{}, uint16(2))
	f.Add(uint16(100), []byte("insert"), uint16(0))
	f.Fuzz(func(t *testing.T, at uint16, put []byte, drop uint16) {
		start := int(at) % len(good)
		end := min(start+int(drop)%64, len(good))
		damaged := append(append(bytes.Clone(good[:start]), put...), good[end:]...)
		s, err := b.login(damaged)
		switch {
		case err == nil && (s.Serial != want || s.PINFL != director.PINFL):
			t.Errorf("another signer: %+v", s)
		case err != nil && !oneOfOurs(err):
			t.Errorf("an error outside the closed set: %v", err)
		}
	})
}
