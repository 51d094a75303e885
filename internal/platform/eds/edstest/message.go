package edstest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // to make the messages that must be refused
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/asn1"
	"slices"
	"time"
)

// Identifiers of RFC 5652 and the algorithms the messages use.
var (
	OIDData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	OIDSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	OIDContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	OIDMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	OIDSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
)

// Message describes a signature message, by default a correct one in DER.
// Every other field makes it wrong, or differently encoded, in one way.
type Message struct {
	Key     Key
	Content []byte
	At      time.Time   // signing time
	Hash    crypto.Hash // SHA-256 by default

	Detached bool
	BER      bool // indefinite lengths and content in pieces, as E-IMZO sends it
	Chunk    int  // size of the pieces, 1000 by default

	NoAttributes  bool                    // sign the content itself
	Attributes    []byte                  // replaces the signed attributes, in DER without the outer tag
	Omit          []asn1.ObjectIdentifier // signed attributes left out
	Twice         []asn1.ObjectIdentifier // signed attributes put in two times
	ContentType   asn1.ObjectIdentifier   // another content type attribute
	Encapsulated  asn1.ObjectIdentifier   // another encapsulated type
	OuterType     asn1.ObjectIdentifier   // another outer type
	Embed         []byte                  // embedded instead of what was signed
	PSS           bool
	DigestOID     asn1.ObjectIdentifier // another digest identifier
	ByKeyID       bool                  // signer named by key identifier
	Signers       []Key                 // further signers
	Certificates  [][]byte              // replaces the enclosed certificates, in DER
	FlipSignature bool
	Trailing      []byte
}

// Encode makes the message.
func (m Message) Encode() []byte {
	embedded := m.Content
	if m.Embed != nil {
		embedded = m.Embed
	}
	content := m.node(0x30, oid(or(m.Encapsulated, OIDData)))
	if !m.Detached {
		content = m.node(0x30, oid(or(m.Encapsulated, OIDData)), m.node(0xa0, m.octets(embedded)))
	}
	signers := m.signerInfo(m.Key)
	for _, k := range m.Signers {
		signers = append(signers, m.signerInfo(k)...)
	}
	data := m.node(0x30,
		[]byte{2, 1, 1},
		tlv(0x31, algorithm(m.digestOID())),
		content,
		m.node(0xa0, m.certificates()...),
		tlv(0x31, signers))
	return append(m.node(0x30, oid(or(m.OuterType, OIDSignedData)), m.node(0xa0, data)), m.Trailing...)
}

func (m Message) certificates() [][]byte {
	if m.Certificates != nil {
		return m.Certificates
	}
	all := [][]byte{m.Key.Certificate.Raw}
	for _, c := range m.Key.Chain {
		all = append(all, c.Raw)
	}
	for _, k := range m.Signers {
		all = append(all, k.Certificate.Raw)
	}
	return all
}

func (m Message) signerInfo(k Key) []byte {
	named := tlv(0x30, k.Certificate.RawIssuer, integer(k.Certificate.SerialNumber.Bytes()))
	version := []byte{2, 1, 1}
	if m.ByKeyID {
		version[2] = 3
		named = tlv(0x80, k.Certificate.SubjectKeyId)
	}
	attributes := m.attributes()
	toSign := tlv(0x31, attributes)
	parts := [][]byte{version, named, algorithm(m.digestOID()), tlv(0xa0, attributes)}
	if m.NoAttributes {
		toSign, parts = m.Content, parts[:3]
	}
	signature := m.sign(k.Private, toSign)
	return tlv(0x30, append(parts, m.signatureAlgorithm(k.Private), tlv(0x04, signature))...)
}

func (m Message) attributes() []byte {
	if m.Attributes != nil {
		return m.Attributes
	}
	set := []struct {
		kind  asn1.ObjectIdentifier
		value []byte
	}{
		{OIDContentType, oid(or(m.ContentType, OIDData))},
		{OIDSigningTime, tlv(0x17, []byte(m.At.UTC().Format("060102150405Z")))},
		{OIDMessageDigest, tlv(0x04, m.digest(m.Content))},
	}
	var all [][]byte
	has := func(list []asn1.ObjectIdentifier, kind asn1.ObjectIdentifier) bool {
		return slices.ContainsFunc(list, kind.Equal)
	}
	for _, a := range set {
		one := tlv(0x30, oid(a.kind), tlv(0x31, a.value))
		if has(m.Omit, a.kind) {
			continue
		}
		if all = append(all, one); has(m.Twice, a.kind) {
			all = append(all, one)
		}
	}
	slices.SortFunc(all, bytes.Compare) // DER order, which is what is signed
	return bytes.Join(all, nil)
}

func (m Message) digest(b []byte) []byte {
	h := m.hash().New()
	h.Write(b)
	return h.Sum(nil)
}

func (m Message) sign(private crypto.Signer, message []byte) []byte {
	var options crypto.SignerOpts = m.hash()
	if m.PSS {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: m.hash()}
	}
	signature, err := private.Sign(rand.Reader, m.digest(message), options)
	if err != nil {
		panic(err) // keys and hashes are made here; they fit
	}
	if m.FlipSignature {
		signature[len(signature)-1] ^= 1
	}
	return signature
}

func (m Message) hash() crypto.Hash {
	if m.Hash == 0 {
		return crypto.SHA256
	}
	return m.Hash
}

func (m Message) digestOID() asn1.ObjectIdentifier {
	if m.DigestOID != nil {
		return m.DigestOID
	}
	switch m.hash() {
	case crypto.SHA1:
		return asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	case crypto.SHA384:
		return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	case crypto.SHA512:
		return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
	}
	return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
}

func (m Message) signatureAlgorithm(private crypto.Signer) []byte {
	if _, ok := private.(*ecdsa.PrivateKey); ok {
		switch m.hash() {
		case crypto.SHA1:
			return tlv(0x30, oid(asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}))
		case crypto.SHA384:
			return tlv(0x30, oid(asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}))
		case crypto.SHA512:
			return tlv(0x30, oid(asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}))
		}
		return tlv(0x30, oid(asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}))
	}
	if m.PSS {
		return tlv(0x30, oid(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}))
	}
	return algorithm(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1})
}

// octets is the content: whole in DER, in pieces in BER.
func (m Message) octets(content []byte) []byte {
	if !m.BER {
		return tlv(0x04, content)
	}
	size := m.Chunk
	if size == 0 {
		size = 1000
	}
	var pieces [][]byte
	for piece := range slices.Chunk(content, size) {
		pieces = append(pieces, tlv(0x04, piece))
	}
	return m.node(0x24, pieces...)
}

// node is a constructed element, of indefinite length in BER.
func (m Message) node(tag byte, parts ...[]byte) []byte {
	if !m.BER {
		return tlv(tag, parts...)
	}
	return slices.Concat([]byte{tag, 0x80}, bytes.Join(parts, nil), []byte{0, 0})
}

func tlv(tag byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	n := len(content)
	switch {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, content...)
	case n < 1<<8:
		return append([]byte{tag, 0x81, byte(n)}, content...)
	case n < 1<<16:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, content...)
	}
	return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, content...)
}

func integer(b []byte) []byte {
	if len(b) == 0 || b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return tlv(0x02, b)
}

func oid(id asn1.ObjectIdentifier) []byte {
	b, err := asn1.Marshal(id)
	if err != nil {
		panic(err) // identifiers are constants
	}
	return b
}

func algorithm(id asn1.ObjectIdentifier) []byte { return tlv(0x30, oid(id), asn1.NullBytes) }

func or(id, otherwise asn1.ObjectIdentifier) asn1.ObjectIdentifier {
	if id == nil {
		return otherwise
	}
	return id
}
