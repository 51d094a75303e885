//go:build dev

package eimzosim

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds/edstest"
)

// store keeps keys as PEM files, so that a developer's key is the same after a
// restart as the one the database knows. An empty dir keeps nothing.
type store struct{ dir string }

// authority loads an authority, or makes and keeps one when there is none or
// it was made for another address.
func (s store) authority(name, base string, now clock.Clock) (*edstest.Authority, error) {
	keys, err := s.load(name)
	if err != nil {
		return nil, err
	}
	if len(keys) == 2 && slices.Equal(keys[1].Certificate.CRLDistributionPoints, []string{base + "/root.crl"}) {
		return edstest.Restore(now, base, keys[0], keys[1]), nil
	}
	a, err := edstest.NewAuthority(now, base)
	if err != nil {
		return nil, err
	}
	return a, s.save(name, a.Root, a.Issuing)
}

// leaf loads a key of the authority if it is still usable, or makes and keeps one.
func (s store) leaf(name string, by *edstest.Authority,
	make func() (edstest.Key, error), usable func(*x509.Certificate) bool,
) (edstest.Key, error) {
	keys, err := s.load(name)
	if err != nil {
		return edstest.Key{}, err
	}
	if len(keys) == 1 && usable(keys[0].Certificate) && keys[0].Certificate.CheckSignatureFrom(by.Issuing.Certificate) == nil {
		key := keys[0]
		key.Chain = []*x509.Certificate{by.Issuing.Certificate, by.Root.Certificate}
		return key, nil
	}
	key, err := make()
	if err != nil {
		return edstest.Key{}, err
	}
	return key, s.save(name, key)
}

func (s store) path(name string) string { return filepath.Join(s.dir, name+".pem") }

// save writes to a file beside and renames it: a start that is killed half-way
// leaves the old keys.
func (s store) save(name string, keys ...edstest.Key) error {
	if s.dir == "" {
		return nil
	}
	var text []byte
	for _, k := range keys {
		private, err := x509.MarshalPKCS8PrivateKey(k.Private)
		if err != nil {
			return err
		}
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Certificate.Raw})...)
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	beside := s.path(name) + ".new"
	if err := os.WriteFile(beside, text, 0o600); err != nil {
		return err
	}
	return os.Rename(beside, s.path(name))
}

// load reads pairs of certificate and private key; nil when there is no file.
func (s store) load(name string) ([]edstest.Key, error) {
	if s.dir == "" {
		return nil, nil
	}
	text, err := os.ReadFile(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var keys []edstest.Key
	for {
		certificate, rest := pem.Decode(text)
		if certificate == nil {
			return keys, nil
		}
		private, rest := pem.Decode(rest)
		if private == nil {
			return nil, fmt.Errorf("%s ends too early", s.path(name))
		}
		key, err := parseKey(certificate.Bytes, private.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.path(name), err)
		}
		keys, text = append(keys, key), rest
	}
}

func parseKey(certificate, private []byte) (k edstest.Key, err error) {
	if k.Certificate, err = x509.ParseCertificate(certificate); err != nil {
		return k, err
	}
	any, err := x509.ParsePKCS8PrivateKey(private)
	if err != nil {
		return k, err
	}
	signer, ok := any.(crypto.Signer)
	if !ok {
		return k, errors.New("not a signing key")
	}
	k.Private = signer
	return k, nil
}
