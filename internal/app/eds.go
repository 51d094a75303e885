package app

import (
	"context"
	"fmt"
	"os"
	"time"

	"kabinet/internal/platform/config"
	"kabinet/internal/platform/eds"
)

// maxCache bounds how long a page may be drawn from memory (decision 0013).
const maxCache = 5 * time.Second

// openVerifier chooses who decides about signatures. There is no falling back
// from one to the other.
func (a *App) openVerifier(context.Context) (err error) {
	a.verifier, err = verifier(a.conf)
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

func readTrust(path string) ([]byte, error) {
	pem, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("KABINET_EDS_TRUST_PEM: %w", err)
	}
	return pem, nil
}
