package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// redacted stands for a secret wherever one could be read by accident.
const redacted = "[redacted]"

// Secret is a value that must not be seen: every way of printing it says
// "[redacted]". Reveal is the only way to the value.
type Secret string

// Reveal gives the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String hides the secret, but not whether there is one.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// LogValue hides the secret from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the secret from encoding/json and the like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// DSN is the address of a database; its password is a secret.
type DSN string

// Reveal gives the address with its password.
func (d DSN) Reveal() string { return string(d) }

// String is the address without its password; the form "host=… password=…" is
// hidden as a whole.
func (d DSN) String() string {
	if d == "" {
		return ""
	}
	u, err := url.Parse(string(d))
	if err != nil || u.Host == "" && u.Path == "" || u.Scheme == "" {
		return redacted
	}
	if q := u.Query(); q.Has("password") {
		q.Set("password", redacted)
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

// GoString hides the password from %#v.
func (d DSN) GoString() string { return strconv.Quote(d.String()) }

// LogValue hides the password from slog.
func (d DSN) LogValue() slog.Value { return slog.StringValue(d.String()) }

// MarshalText hides the password from encoding/json and the like.
func (d DSN) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Origin is scheme, host and port of a web address: "https://kabinet.example".
// It never ends in a slash, so that a path may follow.
type Origin string

// UnmarshalText takes an address without path, query and user.
func (o *Origin) UnmarshalText(text []byte) error {
	u, err := url.Parse(strings.TrimSuffix(string(text), "/"))
	if err != nil {
		return fmt.Errorf("origin: %w", err)
	}
	bare := url.URL{Scheme: u.Scheme, Host: u.Host}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || bare.String() != u.String() {
		return errors.New("origin: want https://host or https://host:port and nothing behind")
	}
	*o = Origin(strings.ToLower(u.String()))
	return nil
}

// Secure reports whether browsers reach the portal by https.
func (o Origin) Secure() bool { return strings.HasPrefix(string(o), "https://") }

// Hostname is the name without scheme and port.
func (o Origin) Hostname() string {
	u, err := url.Parse(string(o))
	if err != nil {
		return "" // not reached: UnmarshalText parsed it
	}
	return u.Hostname()
}

// Proxies says whose X-Forwarded-For is believed: that of so many proxies in
// front of us, or of those with such addresses. The zero value believes nobody.
type Proxies struct {
	Count    int
	Prefixes []netip.Prefix
}

// UnmarshalText takes a number, or addresses and networks separated by commas.
func (p *Proxies) UnmarshalText(text []byte) error {
	if n, err := strconv.ParseUint(string(text), 10, 4); err == nil {
		*p = Proxies{Count: int(n)}
		return nil
	}
	var all Proxies
	for _, word := range words(string(text)) {
		prefix, err := netip.ParsePrefix(word)
		if addr, lone := netip.ParseAddr(word); lone == nil {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return fmt.Errorf("trusted proxies: %w", err)
		}
		all.Prefixes = append(all.Prefixes, prefix.Masked())
	}
	*p = all
	return nil
}

// String is the form UnmarshalText reads.
func (p Proxies) String() string {
	if len(p.Prefixes) == 0 {
		return strconv.Itoa(p.Count)
	}
	var names []string
	for _, prefix := range p.Prefixes {
		names = append(names, prefix.String())
	}
	return strings.Join(names, ",")
}

// APIKey lets pages of one host use E-IMZO in the browser. It is shown to every
// browser and therefore no secret.
type APIKey struct{ Host, Key string }

// APIKeys are kept in the order given, which is the order E-IMZO is asked in.
type APIKeys []APIKey

// UnmarshalText takes host=key pairs separated by commas.
func (ks *APIKeys) UnmarshalText(text []byte) error {
	var all APIKeys
	for _, word := range words(string(text)) {
		host, key, ok := strings.Cut(word, "=")
		if !ok || host == "" || key == "" {
			return fmt.Errorf("API keys: %q is no host=key", word)
		}
		all = append(all, APIKey{Host: host, Key: key})
	}
	*ks = all
	return nil
}

// String is the form UnmarshalText reads.
func (ks APIKeys) String() string {
	var pairs []string
	for _, k := range ks {
		pairs = append(pairs, k.Host+"="+k.Key)
	}
	return strings.Join(pairs, ",")
}

// Size is a number of bytes, written "1048576", "1024KiB" or "1MiB".
type Size int64

// UnmarshalText takes a whole number above zero with an optional unit.
func (s *Size) UnmarshalText(text []byte) error {
	number, shift := string(text), 0
	for i, unit := range []string{"KiB", "MiB", "GiB"} {
		if rest, ok := strings.CutSuffix(number, unit); ok {
			number, shift = strings.TrimSpace(rest), 10*(i+1)
		}
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n <= 0 {
		return fmt.Errorf("size: %q is no number of bytes, KiB, MiB or GiB", text)
	}
	*s = Size(n << shift)
	return nil
}

// Bytes is the size as a number of bytes.
func (s Size) Bytes() int64 { return int64(s) }

// words splits a list at commas and white space.
func words(list string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(list, func(r rune) bool {
		return r == ',' || r == ' ' || r == '\t' || r == '\n'
	}), func(w string) bool { return w == "" })
}
