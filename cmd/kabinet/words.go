package main

import (
	"errors"
	"strings"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
)

// spoken puts words on a refusal: terminals read English.
func spoken(err error) error {
	if err == nil {
		return nil
	}
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	if len(f.Complaints) == 0 {
		return errors.New(i18n.Text(i18n.En, f.Key, f.Args...))
	}
	lines := make([]string, 0, len(f.Complaints))
	for _, c := range f.Complaints {
		lines = append(lines, c.Field+": "+i18n.Text(i18n.En, c.Key, c.Args...))
	}
	return errors.New(strings.Join(lines, "; "))
}
