package limit

import (
	"net/netip"
	"strings"
)

// subnet is what of an IPv6 address the provider gives to one customer, in bits:
// the rest the customer chooses anew as often as wanted.
const subnet = 64

// Customer is for what an address is counted: an IPv6 address for the network of
// its customer, everything else for itself.
func Customer(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || !a.Is6() || a.Is4In6() {
		return address
	}
	return netip.PrefixFrom(a.WithZone(""), subnet).Masked().String()
}

// counter is the row in which the hits of a key are counted. A key may be an
// address, or begin with one and a blank.
func (r Rule) counter(key string) string {
	first, rest, more := strings.Cut(key, " ")
	if more {
		return r.Name + ":" + Customer(first) + " " + rest
	}
	return r.Name + ":" + Customer(key)
}
