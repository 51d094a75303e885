package eimzo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"kabinet/internal/platform/eds"
)

// state is what every answer has. A missing status is nil, which is not zero
// and certainly not accepted.
type state struct {
	Status  *int   `json:"status"`
	Message string `json:"message"`
}

const accepted = 1

// The same number has another meaning at another address.
var (
	loginStatus = map[int]error{
		-1:  eds.ErrUnavailable, // certificate status not obtainable
		-5:  eds.ErrClock,
		-10: eds.ErrSignature,
		-11: eds.ErrCertificate,
		-12: eds.ErrExpired,
		-20: eds.ErrChallenge, // not found or too old
	}
	documentStatus = map[int]error{
		-1:  eds.ErrUnavailable,
		-10: eds.ErrSignature,
		-11: eds.ErrCertificate,
		-12: eds.ErrExpired,
		-20: eds.ErrUnavailable, // status of the time stamp's certificate not obtainable
		-21: eds.ErrTimestamp,
		-22: eds.ErrTimestamp,
		-23: eds.ErrTimestamp,
	}
)

// err translates the status by a table; what is not in it is not accepted.
func (s state) err(table map[int]error) error {
	if s.Status == nil {
		return fmt.Errorf("%w: answer without status", eds.ErrUnavailable)
	}
	if *s.Status == accepted {
		return nil
	}
	kind, known := table[*s.Status]
	if !known {
		kind = eds.ErrUnavailable
	}
	return fmt.Errorf("%w: status %d", kind, *s.Status)
}

type challengeAnswer struct {
	state
	Challenge string `json:"challenge"`
	TTL       int    `json:"ttl"` // seconds
}

type loginAnswer struct {
	state
	Certificate struct {
		SerialNumber string  `json:"serialNumber"`
		Subject      subject `json:"subjectName"`
		ValidFrom    string  `json:"validFrom"`
		ValidTo      string  `json:"validTo"`
	} `json:"subjectCertificateInfo"`
}

type stampAnswer struct {
	state
	Message64 string            `json:"pkcs7b64"` // CAPIWS spells it pkcs7_64
	Stamped   []json.RawMessage `json:"timestampedSignerList"`
}

type documentAnswer struct {
	state
	Info struct {
		Signers []signerInfo `json:"signers"`
	} `json:"pkcs7Info"`
	Failed *signerInfo `json:"failedSignerInfo"`
}

// verdict is what the server found out about a signer or a time stamp.
type verdict struct {
	Verified            bool            `json:"verified"`
	CertificateVerified bool            `json:"certificateVerified"`
	ValidAtSigning      bool            `json:"certificateValidAtSigningTime"`
	Revoked             json.RawMessage `json:"revokedStatusInfo"`
	Exception           string          `json:"exception"`
}

type signerInfo struct {
	verdict
	Certificates []certificate `json:"certificate"` // holder first
	Policies     []string      `json:"policyIdentifiers"`
	Stamp        *struct {
		verdict
		DigestVerified bool   `json:"digestVerified"`
		Time           string `json:"time"`
	} `json:"timeStampInfo"`
}

type certificate struct {
	SerialNumber string  `json:"serialNumber"`
	Subject      subject `json:"subjectInfo"` // subjectName is a string here
	ValidFrom    string  `json:"validFrom"`
	ValidTo      string  `json:"validTo"`
}

type informationAnswer struct {
	Version string `json:"version"`
	Key     struct {
		ValidTo string `json:"validTo"`
	} `json:"vpnKeyInfo"`
}

// err judges a signer. A good status alone may only mean "processed".
func (v verdict) err() error {
	switch {
	case v.revoked():
		return eds.ErrRevoked
	case !v.Verified, v.Exception != "":
		return eds.ErrSignature
	case !v.CertificateVerified:
		return eds.ErrCertificate
	case !v.ValidAtSigning:
		return eds.ErrExpired
	}
	return nil
}

func (v verdict) revoked() bool {
	return len(v.Revoked) > 0 && !bytes.Equal(v.Revoked, []byte("null"))
}

// subject is a JSON object of subject attributes that keeps what Go's decoder
// drops: an attribute that comes twice.
type subject []eds.Attribute

var attributeNames = map[string]string{
	"CN": eds.OIDCommonName, "O": eds.OIDOrg, "T": eds.OIDPosition, "UID": eds.OIDPersonTIN,
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *subject) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return errors.Join(errors.New("subject is not an object"), err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var value string
		if err := d.Decode(&value); err != nil {
			return err
		}
		id, ok := attributeNames[strings.ToUpper(key.(string))]
		if !ok {
			id = key.(string)
		}
		*s = append(*s, eds.Attribute{OID: id, Value: value})
	}
	return nil
}

// moment reads the server's dates: with dashes at most addresses, with dots at
// one. Zero when unreadable.
func (v *Verifier) moment(text string) time.Time {
	for _, layout := range []string{time.DateTime, "2006.01.02 15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, v.zone); err == nil {
			return t
		}
	}
	return time.Time{}
}

// serial brings a hexadecimal number to the form of eds.Signer.
func serial(text string) string {
	return strings.TrimLeft(strings.ToLower(text), "0")
}
