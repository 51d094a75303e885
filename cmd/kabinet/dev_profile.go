//go:build dev

package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/platform/seal"
	"kabinet/internal/profile"
	"kabinet/internal/register"
)

// seedProfile gives the company that is at work a bank account and what the
// invented register says about it: there it has another director already.
func seedProfile(ctx context.Context, w *workshop, db *pgxpool.Pool, box *seal.Box, director actor.Actor) error {
	if w.conf.Register.CSV == "" {
		return nil
	}
	source, err := register.OpenFile(w.conf.Register.CSV, clock.System)
	if err != nil {
		return fmt.Errorf("invented register: %w", err)
	}
	s := &profile.Service{DB: db, Box: box, Register: source}
	if err := s.Refresh(ctx, director); err != nil {
		return fmt.Errorf("ask the invented register: %w", err)
	}
	return s.AddBank(ctx, director, profile.Bank{Account: "20208000900123456001", MFO: "00440", Name: "Milliy bank, Samarqand filiali"})
}
