//go:build dev

package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/member"
	"kabinet/internal/productgroup"
	"kabinet/internal/request"
)

// seedGoods has the director add a product group and ask the operator for its
// issuer flag and for a prefix: the queue is not empty on the first day.
func seedGoods(ctx context.Context, db *pgxpool.Pool, director actor.Actor) error {
	groups := &productgroup.Service{DB: db, Link: member.LinkGroupTx}
	own, err := groups.Own(ctx, director)
	if err != nil || len(own.Left) == 0 {
		return err
	}
	added, err := groups.Add(ctx, director, productgroup.Draft{Group: strconv.Itoa(int(own.Left[0].ID)), Issuer: productgroup.No})
	if err != nil {
		return fmt.Errorf("add a group: %w", err)
	}
	asks := &request.Service{DB: db}
	if _, err := asks.AskIssuer(ctx, director, added, "Ushbu guruh tovarlarini may oyidan oʻzimiz ishlab chiqaramiz"); err != nil {
		return fmt.Errorf("ask for the issuer flag: %w", err)
	}
	var scan bytes.Buffer
	if err := png.Encode(&scan, image.NewGray(image.Rect(0, 0, 420, 594))); err != nil {
		return err
	}
	_, err = asks.AskNumber(ctx, director, request.NumberDraft{Kind: string(request.Prefix), Number: "478050077"}, request.Upload{
		Name: "GS1 guvohnomasi.png", Size: int64(scan.Len()), File: bytes.NewReader(scan.Bytes()),
	})
	if err != nil {
		return fmt.Errorf("ask for a prefix: %w", err)
	}
	return nil
}
