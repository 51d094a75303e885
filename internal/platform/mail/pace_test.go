package mail

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestPaceSpreadsLettersEvenly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPace(50, time.Now)
		start := time.Now()
		var wg sync.WaitGroup
		for range 101 {
			wg.Go(func() {
				if err := p.wait(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("101 letters at 50 a second took %v, want 2 s", took)
		}
		time.Sleep(time.Minute)
		start = time.Now()
		for range 2 {
			_ = p.wait(t.Context())
		}
		if took := time.Since(start); took != 20*time.Millisecond {
			t.Errorf("a minute of silence was saved up: two letters took %v", took)
		}
	})
}

func TestPaceGivesUpAtOnceWhenTheTurnComesTooLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPace(1, time.Now)
		for range 3 {
			go func() { _ = p.wait(t.Context()) }()
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := p.wait(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 0 {
			t.Errorf("err = %v after %v, want the deadline at once", err, time.Since(start))
		}
		if err := p.wait(t.Context()); err != nil || time.Since(start) != 3*time.Second {
			t.Errorf("the next letter waited %v, %v, want 3 s: the one that gave up took no turn", time.Since(start), err)
		}
	})
}

func TestNoPaceNeverWaits(t *testing.T) {
	t.Parallel()
	p := newPace(0, time.Now)
	if err := p.wait(t.Context()); err != nil {
		t.Error(err)
	}
}
