package picture

import (
	"context"
	"time"
)

// light is what each of two pictures may take at once; one that takes more is
// decoded while no other is.
const light = MaxMemory / 4

// atOnce is how many light pictures are decoded at a time.
const atOnce = 2

// patience is how long a picture waits for its turn; sending a file may take
// longer.
const patience = time.Minute

// turns lets in two light pictures or a heavy one.
type turns struct {
	seats     chan struct{} // a light picture takes one, a heavy one all
	gathering chan struct{} // held by who takes all: two would wait for each other
	aside     chan struct{} // held by what nobody waits for; one seat is left to people
	patience  time.Duration
}

func newTurns() turns {
	return turns{seats: make(chan struct{}, atOnce), gathering: make(chan struct{}, 1), aside: make(chan struct{}, 1), patience: patience}
}

// seat is what a picture holds of the turns.
type seat struct {
	turns turns
	held  int
}

// sit waits for a seat. Its owner leaves it.
func (t turns) sit(ctx context.Context) (*seat, error) {
	s := &seat{turns: t}
	return s, t.within(ctx, s.take)
}

// alone gives the seat back and waits for all of them. One that fails holds none.
func (s *seat) alone(ctx context.Context) error {
	s.leave()
	return s.turns.within(ctx, func(ctx context.Context) error {
		if err := hold(ctx, s.turns.gathering); err != nil {
			return err
		}
		defer func() { <-s.turns.gathering }()
		for range atOnce {
			if err := s.take(ctx); err != nil {
				s.leave()
				return err
			}
		}
		return nil
	})
}

// leave gives back what is held.
func (s *seat) leave() {
	for ; s.held > 0; s.held-- {
		<-s.turns.seats
	}
}

func (s *seat) take(ctx context.Context) error {
	if err := hold(ctx, s.turns.seats); err != nil {
		return err
	}
	s.held++
	return nil
}

// within lets a wait last no longer than anybody is patient.
func (t turns) within(ctx context.Context, wait func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, t.patience, ErrBusy)
	defer cancel()
	return wait(ctx)
}

func hold(ctx context.Context, places chan<- struct{}) error {
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
