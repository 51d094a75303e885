// Package envelope reads the CMS wrapping of a signature (RFC 5652) and
// nothing else: it decides no trust.
//
// It is deliberately narrower than the standard: one signer, named by issuer
// and serial number, with signed attributes, over plain data. Size and nesting
// are limited before anything is parsed. Both verifiers start here, so no
// other parser ever sees a message that this one refused.
package envelope

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"kabinet/internal/platform/eds"
)

// maxCertificates bounds the work of chain building; a real message has three.
const maxCertificates = 8

var (
	oidData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}

	tag0 = cbasn1.Tag(0).ContextSpecific().Constructed()
	tag1 = cbasn1.Tag(1).ContextSpecific().Constructed()
)

var errStructure = errors.New("not the expected structure")

// Message is a signature message of the accepted shape.
type Message struct {
	// DER is the whole message, rewritten as DER.
	DER []byte
	// Content is what the message says was signed; nil when Detached.
	Content []byte
	// Detached reports that the content travels separately.
	Detached bool
	// Certificates are the enclosed certificates, each in DER, unparsed.
	Certificates [][]byte
	// Signer is the only signer.
	Signer Signer
}

// Signer is the one SignerInfo of a message. Nothing in it has been verified.
type Signer struct {
	Issuer            []byte // raw Name
	Serial            *big.Int
	Digest, Signature Algorithm
	MessageDigest     []byte
	SignedAt          time.Time
	SignatureValue    []byte
}

// Algorithm is an AlgorithmIdentifier; Parameters is raw DER, often empty.
type Algorithm struct {
	OID        asn1.ObjectIdentifier
	Parameters []byte
}

// Parse reads a message in BER or DER. Every error is eds.ErrMalformed.
func Parse(ber []byte) (Message, error) {
	m, err := parse(ber)
	if err != nil {
		return Message{}, fmt.Errorf("%w: %w", eds.ErrMalformed, err)
	}
	return m, nil
}

func parse(ber []byte) (Message, error) {
	if len(ber) > eds.MaxMessage {
		return Message{}, errLength
	}
	der, err := toDER(ber)
	if err != nil {
		return Message{}, err
	}
	m := Message{DER: der}
	var info, wrapped, signed cryptobyte.String
	var kind asn1.ObjectIdentifier
	in := cryptobyte.String(der)
	if !in.ReadASN1(&info, cbasn1.SEQUENCE) || !in.Empty() ||
		!info.ReadASN1ObjectIdentifier(&kind) || !kind.Equal(oidSignedData) ||
		!info.ReadASN1(&wrapped, tag0) || !info.Empty() ||
		!wrapped.ReadASN1(&signed, cbasn1.SEQUENCE) || !wrapped.Empty() {
		return Message{}, fmt.Errorf("content info: %w", errStructure)
	}
	return m, m.readSignedData(signed)
}

func (m *Message) readSignedData(in cryptobyte.String) error {
	var version int
	var algorithms, content, certificates, revocations, signers cryptobyte.String
	var hasCertificates, hasRevocations bool
	if !in.ReadASN1Integer(&version) || version != 1 && version != 3 ||
		!in.ReadASN1(&algorithms, cbasn1.SET) ||
		!in.ReadASN1(&content, cbasn1.SEQUENCE) ||
		!in.ReadOptionalASN1(&certificates, &hasCertificates, tag0) ||
		!in.ReadOptionalASN1(&revocations, &hasRevocations, tag1) || // allowed and ignored
		!in.ReadASN1(&signers, cbasn1.SET) || !in.Empty() {
		return fmt.Errorf("signed data: %w", errStructure)
	}
	if err := m.readContent(content); err != nil {
		return err
	}
	for !certificates.Empty() {
		var one cryptobyte.String
		if !certificates.ReadASN1Element(&one, cbasn1.SEQUENCE) || len(m.Certificates) == maxCertificates {
			return fmt.Errorf("certificates: %w", errStructure)
		}
		m.Certificates = append(m.Certificates, one)
	}
	var signer cryptobyte.String
	if !signers.ReadASN1(&signer, cbasn1.SEQUENCE) || !signers.Empty() {
		return fmt.Errorf("not exactly one signer: %w", errStructure)
	}
	return m.Signer.read(signer)
}

func (m *Message) readContent(in cryptobyte.String) error {
	var kind asn1.ObjectIdentifier
	var wrapped, octets cryptobyte.String
	var attached bool
	if !in.ReadASN1ObjectIdentifier(&kind) || !kind.Equal(oidData) ||
		!in.ReadOptionalASN1(&wrapped, &attached, tag0) || !in.Empty() {
		return fmt.Errorf("content: %w", errStructure)
	}
	if m.Detached = !attached; m.Detached {
		return nil
	}
	if !wrapped.ReadASN1(&octets, cbasn1.OCTET_STRING) || !wrapped.Empty() {
		return fmt.Errorf("content: %w", errStructure)
	}
	m.Content = octets
	return nil
}

func (s *Signer) read(in cryptobyte.String) error {
	var version int
	var name, attributes, unsigned, value cryptobyte.String
	var hasAttributes, hasUnsigned bool
	s.Serial = new(big.Int)
	// Version 1 means "named by issuer and serial number".
	if !in.ReadASN1Integer(&version) || version != 1 ||
		!in.ReadASN1(&name, cbasn1.SEQUENCE) ||
		!readElement(&name, &s.Issuer, cbasn1.SEQUENCE) ||
		!name.ReadASN1Integer(s.Serial) || !name.Empty() ||
		!s.Digest.read(&in) ||
		!in.ReadOptionalASN1(&attributes, &hasAttributes, tag0) ||
		!s.Signature.read(&in) ||
		!in.ReadASN1(&value, cbasn1.OCTET_STRING) ||
		!in.ReadOptionalASN1(&unsigned, &hasUnsigned, tag1) || !in.Empty() {
		return fmt.Errorf("signer: %w", errStructure)
	}
	s.SignatureValue = value
	// Without signed attributes a signature over attributes could be passed
	// off as a signature over a document that has their bytes.
	if !hasAttributes {
		return fmt.Errorf("no signed attributes: %w", errStructure)
	}
	return s.readAttributes(attributes)
}

// readAttributes demands each of the three attributes of the profile once, and
// tolerates others (CAdES adds some).
func (s *Signer) readAttributes(in cryptobyte.String) error {
	seen := map[string]bool{}
	for !in.Empty() {
		var attribute, values cryptobyte.String
		var kind asn1.ObjectIdentifier
		if !in.ReadASN1(&attribute, cbasn1.SEQUENCE) ||
			!attribute.ReadASN1ObjectIdentifier(&kind) ||
			!attribute.ReadASN1(&values, cbasn1.SET) || !attribute.Empty() ||
			seen[kind.String()] || !s.readAttribute(kind, values) {
			return fmt.Errorf("signed attribute %v: %w", kind, errStructure)
		}
		seen[kind.String()] = true
	}
	for _, must := range []asn1.ObjectIdentifier{oidContentType, oidMessageDigest, oidSigningTime} {
		if !seen[must.String()] {
			return fmt.Errorf("signed attribute %v missing: %w", must, errStructure)
		}
	}
	return nil
}

func (s *Signer) readAttribute(kind asn1.ObjectIdentifier, values cryptobyte.String) bool {
	switch {
	case kind.Equal(oidContentType):
		var content asn1.ObjectIdentifier
		return values.ReadASN1ObjectIdentifier(&content) && content.Equal(oidData) && values.Empty()
	case kind.Equal(oidMessageDigest):
		var digest cryptobyte.String
		if !values.ReadASN1(&digest, cbasn1.OCTET_STRING) {
			return false
		}
		s.MessageDigest = digest
		return values.Empty()
	case kind.Equal(oidSigningTime):
		if values.PeekASN1Tag(cbasn1.UTCTime) {
			return values.ReadASN1UTCTime(&s.SignedAt) && values.Empty()
		}
		return values.ReadASN1GeneralizedTime(&s.SignedAt) && values.Empty()
	}
	return true
}

func (a *Algorithm) read(in *cryptobyte.String) bool {
	var inner cryptobyte.String
	if !in.ReadASN1(&inner, cbasn1.SEQUENCE) || !inner.ReadASN1ObjectIdentifier(&a.OID) {
		return false
	}
	a.Parameters = inner
	return true
}

// Plain reports that the algorithm has no parameters, or a NULL.
func (a Algorithm) Plain() bool {
	return len(a.Parameters) == 0 || bytes.Equal(a.Parameters, asn1.NullBytes)
}

func readElement(in *cryptobyte.String, out *[]byte, tag cbasn1.Tag) bool {
	return in.ReadASN1Element((*cryptobyte.String)(out), tag)
}

// SignerCertificate finds the signer's certificate by issuer and serial number
// without parsing more of it, so it also finds certificates whose algorithms
// nobody here knows. It is nil when there is none, or more than one.
func (m Message) SignerCertificate() []byte {
	var found []byte
	for _, der := range m.Certificates {
		if !m.Signer.names(der) || bytes.Equal(found, der) {
			continue
		}
		if found != nil {
			return nil
		}
		found = der
	}
	return found
}

func (s Signer) names(certificate cryptobyte.String) bool {
	var outer, tbs, issuer cryptobyte.String
	serial := new(big.Int)
	return certificate.ReadASN1(&outer, cbasn1.SEQUENCE) &&
		outer.ReadASN1(&tbs, cbasn1.SEQUENCE) &&
		tbs.SkipOptionalASN1(tag0) && // version
		tbs.ReadASN1Integer(serial) &&
		tbs.SkipASN1(cbasn1.SEQUENCE) && // signature algorithm
		tbs.ReadASN1Element(&issuer, cbasn1.SEQUENCE) &&
		serial.Cmp(s.Serial) == 0 && bytes.Equal(issuer, s.Issuer)
}
