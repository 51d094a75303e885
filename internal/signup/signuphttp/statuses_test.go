package signuphttp_test

import (
	"testing"

	"kabinet/internal/campaign"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/proof"
	"kabinet/internal/signup"
)

func TestEveryRefusalHasItsStatus(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]int{
		proof.ErrUnavailable: 503, proof.ErrMalformed: 422, proof.ErrSignature: 422, proof.ErrCertificate: 422,
		proof.ErrExpired: 422, proof.ErrRevoked: 422, proof.ErrClock: 422, proof.ErrChallenge: 410,
		proof.ErrReused: 409, proof.ErrTooMany: 429,
		signup.ErrNoLink: 404, signup.ErrNoLetter: 403, signup.ErrActive: 410, signup.ErrTooManyTry: 429,
		signup.ErrPersonalKey: 422, signup.ErrOrgKey: 422, signup.ErrOtherOrg: 422, signup.ErrOtherPerson: 422,
		campaign.ErrExpired: 410, campaign.ErrReplaced: 410, campaign.ErrLocked: 410, campaign.ErrUsed: 410,
	} {
		if got := httpx.ProblemOf(err).Status; got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
}
