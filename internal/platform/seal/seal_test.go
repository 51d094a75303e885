package seal_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"kabinet/internal/platform/seal"
)

func rootOf(b byte) []byte {
	root := make([]byte, seal.RootLen)
	for i := range root {
		root[i] = b + byte(i)
	}
	return root
}

func box(t testing.TB, roots ...[]byte) *seal.Box {
	t.Helper()
	b, err := seal.New(roots[0], roots[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNewRefusesAWeakRoot(t *testing.T) {
	t.Parallel()
	for name, root := range map[string][]byte{
		"missing":       nil,
		"too short":     rootOf(1)[:31],
		"too long":      append(rootOf(1), 0),
		"all zero":      make([]byte, seal.RootLen),
		"one byte only": bytes.Repeat([]byte{'x'}, seal.RootLen),
	} {
		if _, err := seal.New(root); !errors.Is(err, seal.ErrRoot) {
			t.Errorf("%s: err = %v, want ErrRoot", name, err)
		}
		if _, err := seal.New(rootOf(1), root); !errors.Is(err, seal.ErrRoot) {
			t.Errorf("%s as an older root: err = %v, want ErrRoot", name, err)
		}
	}
}

func TestSealOpens(t *testing.T) {
	t.Parallel()
	b := box(t, rootOf(1))
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		additional := rapid.SliceOf(rapid.Byte()).Draw(t, "additional")
		sealed := b.Seal("test", plain, additional)
		if len(sealed) != len(plain)+seal.Overhead {
			t.Fatalf("sealed has %d bytes, want %d", len(sealed), len(plain)+seal.Overhead)
		}
		got, err := b.Open("test", sealed, additional)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("Open = %x, %v, want %x", got, err, plain)
		}
	})
}

func TestOpenRefusesWhateverChanged(t *testing.T) {
	t.Parallel()
	b := box(t, rootOf(1))
	sealed := b.Seal("pinfl", []byte("31234567890123"), []byte("account:1"))
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := b.Open("pinfl", altered, []byte("account:1")); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("byte %d altered: err = %v, want ErrOpen", i, err)
		}
	}
	for name, open := range map[string]func() ([]byte, error){
		"another purpose": func() ([]byte, error) { return b.Open("phone", sealed, []byte("account:1")) },
		"another row":     func() ([]byte, error) { return b.Open("pinfl", sealed, []byte("account:2")) },
		"cut":             func() ([]byte, error) { return b.Open("pinfl", sealed[:20], []byte("account:1")) },
		"nothing":         func() ([]byte, error) { return b.Open("pinfl", nil, nil) },
		"another root":    func() ([]byte, error) { return box(t, rootOf(9)).Open("pinfl", sealed, []byte("account:1")) },
	} {
		if plain, err := open(); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("%s: opened to %q, %v, want ErrOpen", name, plain, err)
		}
	}
}

func TestSealNeverRepeatsItself(t *testing.T) {
	t.Parallel()
	b := box(t, rootOf(1))
	if bytes.Equal(b.Seal("p", []byte("same"), nil), b.Seal("p", []byte("same"), nil)) {
		t.Error("the same value sealed twice looks the same")
	}
}

func TestANewRootKeepsTheOlderReadable(t *testing.T) {
	t.Parallel()
	before, after := box(t, rootOf(1)), box(t, rootOf(2), rootOf(1))
	sealed := before.Seal("p", []byte("kept"), nil)
	got, err := after.Open("p", sealed, nil)
	if err != nil || string(got) != "kept" {
		t.Fatalf("Open = %q, %v, want kept", got, err)
	}
	if !after.Stale(sealed) {
		t.Error("a value of the older root is not called stale")
	}
	if again := after.Seal("p", got, nil); after.Stale(again) || !box(t, rootOf(2)).Stale(sealed) {
		t.Error("a value of the current root is called stale")
	}
	if macs := after.MACs("p", []byte("x")); !bytes.Equal(macs[0], after.MAC("p", []byte("x"))) || !bytes.Equal(macs[1], before.MAC("p", []byte("x"))) {
		t.Error("MACs does not give the current and the older fingerprint in this order")
	}
}

func TestMAC(t *testing.T) {
	t.Parallel()
	b := box(t, rootOf(1))
	base := b.MAC("p", []byte("ab"), []byte("c"))
	for name, other := range map[string][]byte{
		"parts cut elsewhere": b.MAC("p", []byte("a"), []byte("bc")),
		"an empty part more":  b.MAC("p", []byte("ab"), []byte("c"), nil),
		"another purpose":     b.MAC("q", []byte("ab"), []byte("c")),
		"another root":        box(t, rootOf(2)).MAC("p", []byte("ab"), []byte("c")),
	} {
		if bytes.Equal(base, other) {
			t.Errorf("%s gives the same fingerprint", name)
		}
	}
	// Stored fingerprints outlive this version: the value must never change.
	const want = "28ec4e4f81c7cc3853e486e31d6c882b3a43c0820eadd96b44c91b4916bcc58b"
	if got := hex.EncodeToString(base); got != want {
		t.Errorf("MAC = %s, want %s", got, want)
	}
}

func BenchmarkSeal(b *testing.B) {
	x := box(b, rootOf(1))
	for b.Loop() {
		x.Seal("p", []byte("31234567890123"), []byte("account:1"))
	}
}

func BenchmarkMAC(b *testing.B) {
	x := box(b, rootOf(1))
	for b.Loop() {
		x.MAC("p", []byte("31234567890123"))
	}
}

func TestAValueOfVersion1StaysReadable(t *testing.T) {
	t.Parallel()
	sealed, err := hex.DecodeString("01f080636fb6ac3b8fb2ec3468c2d36170bc723330f7e581e75d953534173325957a5a7f23e9555d4fa41ac5882f00")
	if err != nil {
		t.Fatal(err)
	}
	got, err := box(t, rootOf(1)).Open("pinfl", sealed, []byte("account:1"))
	if err != nil || string(got) != "31234567890123" {
		t.Errorf("Open = %q, %v, want 31234567890123", got, err)
	}
}
