package campaign

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/web/mailview"
)

const (
	// chunkLetters is how many letters are issued with one statement. It bounds
	// what a killed process leaves issued and not sent, and how long before it
	// leaves a letter's seven days begin.
	chunkLetters = 25

	// sendBudget is after how long a job makes way: what is left goes on in a new
	// run. With the chunk in hand it stays well below the job's timeout.
	sendBudget = 20 * time.Second
)

// errLeft says that letters of a job are still to be sent.
var errLeft = errors.New("letters are left")

// sendAll sends those of the letters that are still queued, chunk by chunk. It
// may be called again for the same letters: the rows say what is left to do.
func (s *Service) sendAll(ctx context.Context, refs []Ref) error {
	enough := time.NewTimer(sendBudget)
	defer enough.Stop()
	var left int
	var last error
	for chunk := range slices.Chunk(refs, chunkLetters) {
		select {
		case <-enough.C:
			return stillToDo(left, last)
		default:
		}
		copies, err := s.issueChunk(ctx, chunk)
		if err != nil {
			return err
		}
		failed, err := s.deliverAll(ctx, copies)
		if len(failed) > 0 {
			left, last = left+len(failed), failed[len(failed)-1].err
		}
		if err != nil {
			return err
		}
		if relayDown(copies, failed) {
			return fmt.Errorf("%w, the relay takes none: %w", errLeft, last)
		}
	}
	if left > 0 {
		return fmt.Errorf("%w, %d of %d: %w", errLeft, left, len(refs), last)
	}
	return nil
}

// stillToDo ends a run whose time is up: it goes on at once unless letters
// failed, which need a pause.
func stillToDo(left int, last error) error {
	if left > 0 {
		return fmt.Errorf("%w: %w", errLeft, last)
	}
	return jobs.Snooze(0)
}

// relayDown reports whether so many letters failed at once, and no other was
// taken, that it cannot be their mailboxes. A few busy ones must not keep the
// rest of a job waiting.
func relayDown(copies []copyOf, failed []outcome) bool {
	const telling = 8
	return len(failed) >= telling && len(failed) == len(copies)
}

// issueChunk begins the attempt in a transaction of its own: the relay may take
// many seconds and no transaction waits for it.
func (s *Service) issueChunk(ctx context.Context, refs []Ref) (copies []copyOf, err error) {
	err = pg.InTx(ctx, s.db, func(tx pg.Tx) error {
		if copies, err = issue(ctx, tx, refs); err != nil || len(copies) == len(refs) {
			return err
		}
		return withdrawLate(ctx, tx, refs)
	})
	return copies, err
}

// outcome is what became of one copy.
type outcome struct {
	copyOf
	err error // nil, *mail.Refused, or what left the letter unsent
}

// deliverAll sends copies side by side and gives those that are to be tried
// again. A letter that the relay took while no row says so would be sent again
// if the process were killed now. So a letter is on its way until its answer is
// noted, and never more letters are than there are connections to the relay.
func (s *Service) deliverAll(ctx context.Context, copies []copyOf) (failed []outcome, err error) {
	tokens, err := s.chooseKeys(ctx, copies)
	if err != nil {
		return nil, err
	}
	outcomes, unnoted := make([]outcome, len(copies)), make([]error, len(copies))
	var all sync.WaitGroup
	for i, c := range copies {
		all.Go(func() {
			s.onTheWay <- struct{}{}
			outcomes[i] = outcome{c, s.deliver(ctx, c, tokens[i])}
			unnoted[i] = s.noting.note(ctx, s.db, outcomes[i])
			<-s.onTheWay
		})
	}
	all.Wait()
	failed = slices.DeleteFunc(outcomes, func(o outcome) bool { return !o.unsent() })
	return failed, first(unnoted)
}

// first gives one of errors that are mostly the same.
func first(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// unsent reports whether the letter is to be tried again.
func (o outcome) unsent() bool {
	_, refused := errors.AsType[*mail.Refused](o.err)
	return o.err != nil && !refused
}

// chooseKeys derives what each copy carries. After the root secret was
// exchanged, a letter made before still carries the keys it was registered with.
func (s *Service) chooseKeys(ctx context.Context, copies []copyOf) ([]keys, error) {
	all := make([][]keys, len(copies))
	var hashes [][]byte
	for i, c := range copies {
		all[i] = keysOf(s.box, c.Seed, c.OrgID, c.ID)
		for _, k := range all[i][1:] {
			hashes = append(hashes, keyHash(k.token))
		}
	}
	older := map[string]bool{}
	if len(hashes) > 0 {
		var err error
		if older, err = registered(ctx, s.db, hashes); err != nil {
			return nil, err
		}
	}
	chosen := make([]keys, len(copies))
	for i, ks := range all {
		chosen[i] = ks[0]
		for _, k := range ks[1:] {
			if older[string(keyHash(k.token))] {
				chosen[i] = k
			}
		}
	}
	return chosen, nil
}

// deliver hands one copy to the relay.
func (s *Service) deliver(ctx context.Context, c copyOf, k keys) error {
	to, err := mail.ParseAddress(c.Email)
	if err != nil {
		// No relay was asked, but none would take it: the address is to be mended.
		return &mail.Refused{Stage: mail.StageRecipient, Code: 553, Text: "not an address: " + c.Email}
	}
	if c.Reminder > 0 {
		live, err := stillLive(ctx, s.db, c.OrgID, c.ID)
		if err != nil || !live {
			return err
		}
	}
	m, err := mailview.Activation(ctx, s.words(c, k))
	if err != nil {
		return fmt.Errorf("write letter %d: %w", c.ID, err)
	}
	m.To = to
	return s.mail.Send(ctx, m)
}

// words are what is written in a copy.
func (s *Service) words(c copyOf, k keys) mailview.Letter {
	l := mailview.Letter{
		Language:     c.Language,
		Organization: c.In(c.Language),
		TIN:          c.TIN,
		Director:     c.Director,
		Portal:       s.base,
		Link:         s.base + "/activate/" + k.token,
		ExpiresAt:    c.ExpiresAt,
		Number:       itoa(c.ID),
		Reminder:     c.Reminder,
		MessageID:    fmt.Sprintf("letter.%d.%d.%d@%s", c.OrgID, c.ID, c.Reminder, s.host),
	}
	if c.Kind == KindCode {
		l.Code = grouped(k.code)
	}
	return l
}

// reason is what a letter's page says about the last failure.
func reason(err error) string {
	const most = 300
	text := err.Error()
	if refused, ok := errors.AsType[*mail.Refused](err); ok {
		text = fmt.Sprintf("%d %s", refused.Code, refused.Text)
	}
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
