package notice

import (
	"context"
	"testing"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/mail"
	"kabinet/web/mailview"
)

// Work does what the job does.
func (s *Service) Work(ctx context.Context, a SendArgs) error { return s.send(ctx, a) }

// Collect, Letter and Announced do what their jobs do.
func (s *Service) Collect(ctx context.Context) error { return s.collect(ctx, CollectArgs{}) }

func (s *Service) SendLetter(ctx context.Context, a LetterArgs) error { return s.sendLetter(ctx, a) }

func (s *Service) Announced(ctx context.Context, a AnnounceArgs) error { return s.announced(ctx, a) }

// AnnounceSlice and Burst are the bounds.
const (
	AnnounceSlice = announceSlice
	Burst         = burst
)

// Letter writes what goes out about notices of one person.
func Letter(t testing.TB, lang i18n.Lang, ns []Notice) mail.Message {
	t.Helper()
	s := &Service{BaseURL: "https://kabinet.example"}
	rows := make([]row, len(ns))
	for i, n := range ns {
		rows[i] = row{
			OrgID: 2, ID: int64(100 + i), Kind: n.Kind, Email: "barno@zarafshonsut.example", Language: lang.Code(), Key: n.Key, Args: n.Args, Path: n.Path,
			OrgUz: "Zarafshon Sut", OrgRu: "Зарафшон Сут", TIN: "302118447", Name: "Barno Sodiqova",
		}
	}
	m, err := mailview.Write(t.Context(), s.words(rows))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
