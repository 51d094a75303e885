package cms

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/eds"
)

const (
	revocationTimeout = 5 * time.Second
	maxOCSP           = 64 << 10
	maxCRL            = 8 << 20
	// maxCRLAge bounds how long a list is believed without asking again, and
	// so how late a fresh revocation is noticed.
	maxCRLAge = 2 * time.Minute
	// maxCRLs bounds the cache; one list per issuing authority.
	maxCRLs = 64
	// maxAge bounds an answer that does not say until when it is good.
	maxAge = time.Hour
	skew   = 5 * time.Minute
)

var errNoSource = errors.New("no usable revocation source")

// revocation asks whether certificates were taken back: OCSP first, then the
// revocation list. It fails closed: no fresh answer means ErrUnavailable.
type revocation struct {
	http *http.Client
	now  clock.Clock

	mu    sync.Mutex
	lists map[string]list // by address
}

type list struct {
	crl     *x509.RevocationList
	fetched time.Time
}

func newRevocation(client *http.Client, now clock.Clock) *revocation {
	if client == nil {
		client = &http.Client{
			Timeout: revocationTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		}
	}
	return &revocation{http: client, now: now, lists: map[string]list{}}
}

// check asks about every certificate of a trusted chain but the root. Only
// addresses out of trusted certificates are ever contacted.
func (r *revocation) check(ctx context.Context, chain []*x509.Certificate) error {
	for i := range len(chain) - 1 {
		if err := r.status(ctx, chain[i], chain[i+1]); err != nil {
			return fmt.Errorf("status of %q: %w", chain[i].Subject.CommonName, err)
		}
	}
	return nil
}

func (r *revocation) status(ctx context.Context, c, issuer *x509.Certificate) error {
	last := errNoSource
	for _, ask := range []struct {
		addresses []string
		f         func(context.Context, string, *x509.Certificate, *x509.Certificate) error
	}{{c.OCSPServer, r.askOCSP}, {c.CRLDistributionPoints, r.askCRL}} {
		for _, address := range ask.addresses {
			if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
				continue
			}
			err := ask.f(ctx, address, c, issuer)
			if err == nil || errors.Is(err, eds.ErrRevoked) {
				return err
			}
			last = err
		}
	}
	return fmt.Errorf("%w: %w", eds.ErrUnavailable, last)
}

func (r *revocation) askOCSP(ctx context.Context, address string, c, issuer *x509.Certificate) error {
	question, err := ocsp.CreateRequest(c, issuer, &ocsp.RequestOptions{Hash: crypto.SHA256})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(question))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/ocsp-request")
	body, err := r.fetch(request, maxOCSP)
	if err != nil {
		return err
	}
	answer, err := ocsp.ParseResponseForCert(body, c, issuer)
	if err != nil {
		return err
	}
	if err := r.trustResponder(answer, issuer); err != nil {
		return err
	}
	if err := r.fresh(answer.ThisUpdate, answer.NextUpdate); err != nil {
		return err
	}
	switch answer.Status {
	case ocsp.Good:
		return nil
	case ocsp.Revoked:
		return fmt.Errorf("%w: since %s", eds.ErrRevoked, answer.RevokedAt.Format(time.RFC3339))
	}
	return errors.New("responder does not know the certificate")
}

// trustResponder checks what the library leaves out. It only sees to it that
// an enclosed responder certificate comes from the issuer: every holder of any
// certificate of the same authority could vouch for a revoked one.
func (r *revocation) trustResponder(answer *ocsp.Response, issuer *x509.Certificate) error {
	responder, now := answer.Certificate, r.now()
	if responder == nil || responder.Equal(issuer) {
		return nil
	}
	if !slices.Contains(responder.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) ||
		!bytes.Equal(responder.RawIssuer, issuer.RawSubject) {
		return errors.New("responder may not answer for the issuer")
	}
	if now.Before(responder.NotBefore) || now.After(responder.NotAfter) {
		return errors.New("responder's certificate expired")
	}
	return nil
}

func (r *revocation) askCRL(ctx context.Context, address string, c, issuer *x509.Certificate) error {
	crl, err := r.crl(ctx, address)
	if err != nil {
		return err
	}
	// Checked on every use, so that one issuer's list in the cache cannot
	// speak for another issuer that names the same address.
	if !bytes.Equal(crl.RawIssuer, issuer.RawSubject) {
		return errors.New("list of another issuer")
	}
	if err := crl.CheckSignatureFrom(issuer); err != nil {
		return err
	}
	if err := r.fresh(crl.ThisUpdate, crl.NextUpdate); err != nil {
		return err
	}
	for _, extension := range crl.Extensions {
		if extension.Critical {
			return errors.New("list covers only part of the certificates")
		}
	}
	for _, entry := range crl.RevokedCertificateEntries {
		if entry.SerialNumber.Cmp(c.SerialNumber) == 0 {
			return fmt.Errorf("%w: since %s", eds.ErrRevoked, entry.RevocationTime.Format(time.RFC3339))
		}
	}
	return nil
}

// crl fetches a list or takes a young one from the cache. Two callers may
// fetch the same list at once; that costs a download, not correctness.
func (r *revocation) crl(ctx context.Context, address string) (*x509.RevocationList, error) {
	now := r.now()
	r.mu.Lock()
	kept, ok := r.lists[address]
	r.mu.Unlock()
	if ok && now.Sub(kept.fetched) < maxCRLAge && !now.Before(kept.fetched) {
		return kept.crl, nil
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	body, err := r.fetch(request, maxCRL)
	if err != nil {
		return nil, err
	}
	crl, err := x509.ParseRevocationList(body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lists) >= maxCRLs {
		clear(r.lists)
	}
	r.lists[address] = list{crl: crl, fetched: now}
	return crl, nil
}

func (r *revocation) fresh(this, next time.Time) error {
	now := r.now()
	if next.IsZero() {
		next = this.Add(maxAge)
	}
	if this.After(now.Add(skew)) || now.After(next) {
		return fmt.Errorf("answer is stale: %s to %s", this.Format(time.RFC3339), next.Format(time.RFC3339))
	}
	return nil
}

func (r *revocation) fetch(request *http.Request, limit int64) ([]byte, error) {
	response, err := r.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > limit {
		return nil, errors.New("answer too long")
	}
	return body, nil
}
