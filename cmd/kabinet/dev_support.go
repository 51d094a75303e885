//go:build dev

package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/picture"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/staff"
	"kabinet/internal/support"
)

// adminName is who answers the invented questions.
const adminName = "Timur Operatorov"

// question is an invented request and what becomes of it.
type question struct {
	about       support.Kind
	title, body string
	scan        bool
	act         support.Act // of staff; "" leaves it open
	answer      string
	score       string
}

func questions() []question {
	return []question{
		{
			about: support.Payment, title: "Toʻlov portalda koʻrinmayapti",
			body: "18-noyabr kuni 4 500 000 soʻm toʻladik, toʻlov topshirigʻi ilovada.\nBalansda hali koʻrinmadi.",
			scan: true, act: support.Ask, answer: "Assalomu alaykum. Toʻlov qaysi hisob raqamidan oʻtganini yozing.",
		},
		{
			about: support.Director, title: "Rahbarning familiyasi eski",
			body: "Rahbarimiz familiyasini oʻzgartirdi, portalda eskisi turibdi.", act: support.Answer,
			answer: "Assalomu alaykum. «Tashkilot» sahifasida «Reyestrdan yangilash» tugmasini bosing: portal maʼlumotni davlat reyestridan oladi.", score: "5",
		},
		{about: support.Other, title: "Xodim xatni olmadi", body: "Yangi xodimga taklif yubordik, xat kelmadi. Manzil toʻgʻri.", act: support.Claim},
		{about: support.Document, title: "Hisob-faktura notoʻgʻri tashkilotdan", body: "Bizga notanish tashkilotdan hisob-faktura keldi. Nima qilish kerak?"},
	}
}

// seedSupport has the director of the company at work ask, and the operator
// answer some of it: the desk and the list have something in every state.
func seedSupport(ctx context.Context, db *pgxpool.Pool, box *seal.Box, director actor.Actor) error {
	s := &support.Service{DB: db, Pictures: picture.New()}
	op, end, err := answerer(ctx, db, box)
	if err != nil {
		return err
	}
	defer end()
	for _, q := range questions() {
		if err := q.play(ctx, s, director, op); err != nil {
			return fmt.Errorf("%s: %w", q.title, err)
		}
	}
	return nil
}

func (q question) play(ctx context.Context, s *support.Service, director actor.Actor, op actor.Operator) error {
	var files []support.Upload
	if q.scan {
		var scan bytes.Buffer
		if err := png.Encode(&scan, image.NewGray(image.Rect(0, 0, 420, 594))); err != nil {
			return err
		}
		files = []support.Upload{{Name: "toʻlov topshirigʻi.png", Size: int64(scan.Len()), File: bytes.NewReader(scan.Bytes())}}
	}
	r, err := s.Open(ctx, director, support.About{Kind: q.about}, support.Draft{Title: q.title, Body: q.body}, files)
	switch {
	case err != nil || q.act == "":
		return err
	case q.act == support.Claim:
		if err := s.Claim(ctx, op, r.OrgID, r.ID); err != nil {
			return err
		}
		return s.Note(ctx, op, r.OrgID, r.ID, "Pochta xizmatidan soʻradim, javobini kutyapman")
	}
	if err := s.Answer(ctx, op, r.OrgID, r.ID, support.Said{Act: q.act, Body: q.answer, Seen: r.LastID}); err != nil || q.score == "" {
		return err
	}
	return s.Score(ctx, director, r.ID, support.ScoreDraft{Score: q.score, Text: "Tez va tushunarli"})
}

// answerer signs the operator of the cast in, until end.
func answerer(ctx context.Context, db *pgxpool.Pool, box *seal.Box) (op actor.Operator, end func(), err error) {
	anybody := actor.Operator{SessionKey: "seed", Rights: perm.RoleOpAdmin.Rights()} // reads, changes nothing
	page, err := (&staff.Service{DB: db, Box: box}).List(ctx, anybody, staff.Filter{Query: adminName})
	if err != nil || len(page.Rows) != 1 {
		return op, nil, fmt.Errorf("%d of the staff called %s: %w", len(page.Rows), adminName, err)
	}
	i, end, err := atBrowser(ctx, db, session.Who{StaffID: page.Rows[0].ID})
	return i.Operator(atDesk), end, err
}
