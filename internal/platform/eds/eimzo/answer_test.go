package eimzo

import (
	"encoding/json"
	"errors"
	"testing"

	"kabinet/internal/platform/eds"
)

// FuzzAnswers feeds the server's side of the wire with anything: it is a
// trusted service, and still must not be able to stop the portal.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"status":1,"pkcs7Info":{"signers":[{"verified":true,"certificateVerified":true,"certificateValidAtSigningTime":true,"certificate":[{"serialNumber":"1","subjectInfo":{"CN":"A"}}]}]}}`))
	f.Add([]byte(`{"status":-11,"failedSignerInfo":{"revokedStatusInfo":{}}}`))
	f.Add([]byte(`{"status":1,"pkcs7Info":{"signers":[{"certificate":[{"subjectInfo":{"CN":"A","CN":["B"]}}]}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var answer documentAnswer
		if json.Unmarshal(text, &answer) != nil {
			return
		}
		info, err := answer.only()
		if err == nil && (*answer.Status != accepted || !info.Verified || !info.CertificateVerified || !info.ValidAtSigning || len(info.Certificates) == 0) {
			t.Errorf("accepted %s", text)
		}
		for _, c := range info.Certificates {
			if s, err := eds.Subject(c.Subject); err == nil && len(s.PINFL) != 14 || err != nil && !errors.Is(err, eds.ErrCertificate) {
				t.Errorf("%+v, %v", s, err)
			}
		}
	})
}
