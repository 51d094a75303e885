package cms

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/edstest"
)

// TestOpenSSL checks messages made by somebody else: our own maker and our own
// reader could share a mistake.
func TestOpenSSL(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	authority, err := edstest.NewAuthority(clock.System, "http://127.0.0.1:1")
	must(t, err)
	v, err := New(Config{TrustPEM: authority.TrustPEM(), Now: clock.System, SkipRevocation: true})
	must(t, err)
	for name, tt := range map[string]struct {
		options  []edstest.Option
		detached bool
		args     []string
		want     error
	}{
		"cms, attached, ECDSA":     {nil, false, []string{"cms", "-nodetach"}, nil},
		"cms, attached, RSA":       {[]edstest.Option{edstest.RSA()}, false, []string{"cms", "-nodetach"}, nil},
		"cms, attached, SHA-512":   {nil, false, []string{"cms", "-nodetach", "-md", "sha512"}, nil},
		"cms, streaming BER":       {nil, false, []string{"cms", "-nodetach", "-stream"}, nil},
		"cms, CAdES":               {nil, false, []string{"cms", "-nodetach", "-cades"}, nil},
		"cms, detached":            {nil, true, []string{"cms"}, nil},
		"smime, attached":          {nil, false, []string{"smime", "-nodetach"}, nil},
		"smime, detached, RSA":     {[]edstest.Option{edstest.RSA()}, true, []string{"smime"}, nil},
		"cms, SHA-1":               {[]edstest.Option{edstest.RSA()}, false, []string{"cms", "-nodetach", "-md", "sha1"}, eds.ErrSignature},
		"cms, no attributes":       {nil, false, []string{"cms", "-nodetach", "-noattr"}, eds.ErrMalformed},
		"cms, key identifier":      {nil, false, []string{"cms", "-nodetach", "-keyid"}, eds.ErrMalformed},
		"cms, PSS":                 {[]edstest.Option{edstest.RSA()}, false, []string{"cms", "-nodetach", "-keyopt", "rsa_padding_mode:pss"}, eds.ErrSignature},
		"cms, certificate missing": {nil, false, []string{"cms", "-nodetach", "-nocerts"}, eds.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := authority.Issue(director, tt.options...)
			must(t, err)
			message := opensslSign(t, openssl, key, tt.args)
			ctx := context.Background()
			if tt.detached {
				_, err = v.VerifyDocument(ctx, eds.Client{}, message, []byte(text))
			} else {
				_, err = v.VerifyLogin(ctx, eds.Client{}, message, text)
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func opensslSign(t *testing.T, openssl string, key edstest.Key, args []string) []byte {
	t.Helper()
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, content, 0o600))
		return path
	}
	private, err := x509.MarshalPKCS8PrivateKey(key.Private)
	must(t, err)
	certificate := func(c *x509.Certificate) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	command, options := args[0], args[1:]
	args = append([]string{
		command, "-sign", "-binary", "-outform", "DER",
		"-in", file("text", []byte(text)),
		"-signer", file("signer.pem", certificate(key.Certificate)),
		"-certfile", file("chain.pem", certificate(key.Chain[0])),
		"-inkey", file("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
		"-out", filepath.Join(dir, "message"),
	}, options...)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if out, err := exec.CommandContext(ctx, openssl, args...).CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v\n%s", err, out)
	}
	message, err := os.ReadFile(filepath.Join(dir, "message"))
	must(t, err)
	return message
}
