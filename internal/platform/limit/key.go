package limit

import (
	"net/netip"
	"strings"
)

// subnet is what of an IPv6 address the provider gives to one customer, in bits:
// the rest the customer chooses anew as often as wanted.
const subnet = 64

// counter is the row in which the hits of a key are counted. A key that is an
// IPv6 address, or begins with one and a blank, counts for the network of its
// customer.
func (r Rule) counter(key string) string {
	first, rest, more := strings.Cut(key, " ")
	if a, err := netip.ParseAddr(first); err == nil && a.Is6() && !a.Is4In6() {
		first = netip.PrefixFrom(a.WithZone(""), subnet).Masked().String()
	}
	if !more {
		return r.Name + ":" + first
	}
	return r.Name + ":" + first + " " + rest
}
