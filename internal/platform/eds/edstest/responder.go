package edstest

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"net/http"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"
)

// answerLife is how long a revocation answer is valid.
const answerLife = 10 * time.Minute

// Handler answers revocation questions: /root.crl, /issuing.crl and /ocsp.
func (a *Authority) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /root.crl", func(w http.ResponseWriter, _ *http.Request) { a.serveCRL(w, a.Root) })
	mux.HandleFunc("GET /issuing.crl", func(w http.ResponseWriter, _ *http.Request) { a.serveCRL(w, a.Issuing) })
	mux.HandleFunc("POST /ocsp", func(w http.ResponseWriter, r *http.Request) {
		question, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4<<10))
		a.serveOCSP(w, question, err)
	})
	mux.HandleFunc("GET /ocsp/{question...}", func(w http.ResponseWriter, r *http.Request) {
		question, err := base64.StdEncoding.DecodeString(strings.TrimSpace(r.PathValue("question")))
		a.serveOCSP(w, question, err)
	})
	return mux
}

func (a *Authority) serveCRL(w http.ResponseWriter, by Key) {
	der, err := a.CRL(by, a.now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/pkix-crl")
	_, _ = w.Write(der)
}

// CRL is the list of what by has revoked, issued at the given moment.
func (a *Authority) CRL(by Key, at time.Time) ([]byte, error) {
	list := &x509.RevocationList{
		Number:     big.NewInt(at.Unix()),
		ThisUpdate: at.Add(-time.Minute),
		NextUpdate: at.Add(answerLife),
	}
	a.mu.Lock()
	prefix := string(by.Certificate.RawSubject) + "\x00"
	for key, since := range a.revoked {
		if text, ok := strings.CutPrefix(key, prefix); ok {
			n, _ := new(big.Int).SetString(text, 16)
			list.RevokedCertificateEntries = append(list.RevokedCertificateEntries,
				x509.RevocationListEntry{SerialNumber: n, RevocationTime: since})
		}
	}
	a.mu.Unlock()
	return x509.CreateRevocationList(rand.Reader, list, by.Certificate, by.Private)
}

func (a *Authority) serveOCSP(w http.ResponseWriter, question []byte, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	request, err := ocsp.ParseRequest(question)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer, err := a.OCSP(request.SerialNumber, a.now(), a.Issuing)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/ocsp-response")
	_, _ = w.Write(answer)
}

// OCSP answers for one serial number of the issuing authority, signed by the
// issuing authority itself or by another key, whose certificate is enclosed.
func (a *Authority) OCSP(n *big.Int, at time.Time, by Key) ([]byte, error) {
	answer := ocsp.Response{
		Status:       ocsp.Good,
		SerialNumber: n,
		ThisUpdate:   at.Add(-time.Minute),
		NextUpdate:   at.Add(answerLife),
	}
	if since, revoked := a.revokedAt(a.Issuing.Certificate.RawSubject, n); revoked {
		answer.Status, answer.RevokedAt = ocsp.Revoked, since
	}
	if by.Certificate != a.Issuing.Certificate {
		answer.Certificate = by.Certificate
	}
	return ocsp.CreateResponse(a.Issuing.Certificate, by.Certificate, answer, by.Private)
}
