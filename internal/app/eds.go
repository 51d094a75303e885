package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/eds/cms"
	"kabinet/internal/platform/eds/eimzo"
)

// maxCache bounds how long a page may be drawn from memory (decision 0013).
const maxCache = 5 * time.Second

// errDevelopmentTrust keeps simulated keys out of production (decision 0015).
var errDevelopmentTrust = errors.New("the trust store holds a development root or revocation is off: not in production")

// openVerifier chooses who decides about signatures. There is no falling back
// from one to the other.
func (a *App) openVerifier(context.Context) (err error) {
	a.verifier, err = verifier(a.conf)
	return err
}

// CheckVerifier says why signatures could not be judged under this
// configuration, nil when they can. It asks nobody.
func CheckVerifier(conf config.Config) error {
	_, err := verifier(conf)
	return err
}

func verifier(conf config.Config) (eds.Verifier, error) {
	switch conf.EDS.Verifier {
	case "eimzo":
		return newEIMZO(conf)
	case "cms":
		return newCMS(conf)
	}
	return nil, fmt.Errorf("KABINET_EDS_VERIFIER is %q; it must be eimzo or cms", conf.EDS.Verifier)
}

// newCMS is the built-in verifier for certificates with RSA and ECDSA keys.
func newCMS(conf config.Config) (eds.Verifier, error) {
	pem, err := os.ReadFile(conf.EDS.TrustPEM)
	if err != nil {
		return nil, fmt.Errorf("KABINET_EDS_TRUST_PEM: %w", err)
	}
	v, err := cms.New(cms.Config{
		TrustPEM: pem, SkipRevocation: conf.EDS.Revocation == "off", Now: clock.System, ChallengeTTL: conf.EDS.ChallengeTTL,
	})
	if err != nil {
		return nil, err
	}
	if conf.Env == config.Production && v.Development() {
		return nil, errDevelopmentTrust
	}
	return v, nil
}

// newEIMZO asks the vendor's E-IMZO-SERVER, the only way to judge national keys.
func newEIMZO(conf config.Config) (eds.Verifier, error) {
	zone, err := clock.Zone(conf.EIMZO.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("KABINET_EIMZO_TIMEZONE: %w", err)
	}
	return eimzo.New(eimzo.Config{
		URL: conf.EIMZO.URL, Host: conf.EIMZO.Host, Location: zone, DocMax: int(conf.EDS.DocMax), Now: clock.System,
	})
}
