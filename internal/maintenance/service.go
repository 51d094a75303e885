package maintenance

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/clock"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Service plans windows.
type Service struct {
	DB  *pgxpool.Pool
	Now clock.Clock
}

// Page is one page of the list, the latest window first.
type Page struct {
	Rows []Window
	Next string // cursor of the next page; empty on the last one
}

// List gives a page of all windows.
func (s *Service) List(ctx context.Context, o actor.Operator, after string, size int) (Page, error) {
	if err := o.Need(perm.OpJobRead); err != nil {
		return Page{}, err
	}
	var at spot
	if err := page.Decode(after, &at); err != nil {
		at = spot{}
	}
	rows, err := selectPage(ctx, s.DB, at, size+1)
	var p Page
	p.Rows, p.Next = page.Cut(rows, size, func(w Window) string { return page.Encode(spot{w.From, w.ID}) })
	return p, err
}

// spot is where a page ends.
type spot struct {
	From time.Time `json:"f"`
	ID   int64     `json:"i"`
}

// Ahead gives what everybody may know: windows that run or are announced.
//
//gate:none it is announced to everybody
func (s *Service) Ahead(ctx context.Context) ([]Window, error) {
	ahead, _, err := announced(ctx, s.DB)
	return ahead, err
}

// Plan plans a window; ErrOverlaps when another one is planned for that time.
func (s *Service) Plan(ctx context.Context, o actor.Operator, d Draft) (id int64, err error) {
	if err := o.Need(perm.OpMaintenance); err != nil {
		return 0, err
	}
	w, err := d.Open(s.Now())
	if err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, o, perm.OpMaintenance, func(tx pg.Tx) error {
		if id, err = insert(ctx, tx, o.Name, w); err != nil {
			return err
		}
		return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "maintenance.plan", Target: target(id), Details: map[string]any{
			"mode": w.Mode, "from": w.From, "until": w.Until,
		}})
	})
	return id, err
}

// End ends a window that runs, or calls off one that is planned.
func (s *Service) End(ctx context.Context, o actor.Operator, id int64) error {
	return gate.InTx(ctx, s.DB, o, perm.OpMaintenance, func(tx pg.Tx) error {
		was, err := endWindow(ctx, tx, id, o.Name)
		if err != nil {
			return err
		}
		action := "maintenance.end"
		if was == Planned {
			action = "maintenance.call_off"
			if err := tellCalledOff(ctx, tx, id); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: action, Target: target(id)})
	})
}

// Get gives one window, or ErrNotFound.
func (s *Service) Get(ctx context.Context, o actor.Operator, id int64) (Window, error) {
	if err := o.Need(perm.OpJobRead); err != nil {
		return Window{}, err
	}
	return byID(ctx, s.DB, id)
}

func target(id int64) string { return "maintenance:" + strconv.FormatInt(id, 10) }
