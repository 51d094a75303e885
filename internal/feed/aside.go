package feed

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// Refusals of decisions about messages.
var (
	ErrNotAside = fault.New(fault.Conflict, "feed.message.not_aside") // decided meanwhile
	ErrNoReason = fault.New(fault.Invalid, "feed.discard.no_reason").On("reason")
	ErrNothing  = fault.New(fault.Conflict, "feed.replay.nothing")
)

// MessageState is where a message stands.
type MessageState string

// The states of messages.
const (
	MessageWaiting   MessageState = "waiting"
	MessageSettled   MessageState = "settled"
	MessageAside     MessageState = "aside"
	MessageDiscarded MessageState = "discarded"
)

// Entry is a message in the inbox.
type Entry struct {
	ID         int64
	Delivery   int64
	Position   int
	SourceID   string
	Version    int64
	TIN        string
	OccurredAt time.Time // zero: it could not be read
	ReceivedAt time.Time
	State      MessageState
	Outcome    Outcome // Waiting when it was never handed over
	Reason     string  // message key, with Args
	Args       []any
	Detail     string
	Attempts   int
	DueAt      time.Time
	Discarded  string // by whom
	Why        string // it was discarded
	Size       int    // bytes
}

// List is a page of messages, the newest first.
type List struct {
	Rows []Entry
	Next string
}

// Aside gives a page of what was set aside, of one outcome or of all.
func (s *Service) Aside(ctx context.Context, o actor.Operator, src Source, outcome Outcome, after string, size int) (List, error) {
	if err := o.Need(perm.OpFeedRead); err != nil {
		return List{}, err
	}
	var before int64
	if err := page.Decode(after, &before); err != nil {
		return List{}, err
	}
	rows, err := asideOf(ctx, s.DB, src.ID, outcome, before, size+1)
	var l List
	l.Rows, l.Next = page.Cut(rows, size, func(e Entry) string { return page.Encode(e.ID) })
	return l, err
}

// Body is a message as staff may see it.
type Body struct {
	Entry
	Text string // readable, personal numbers masked
	Cut  bool   // there is more
}

// maxShown bounds what a page shows of a message, in bytes.
const maxShown = 32 << 10

// Message gives one message of a source, or ErrNotFound.
func (s *Service) Message(ctx context.Context, o actor.Operator, src Source, id int64) (Body, error) {
	if err := o.Need(perm.OpFeedRead); err != nil {
		return Body{}, err
	}
	e, raw, err := messageByID(ctx, s.DB, src.ID, id)
	if err != nil {
		return Body{}, err
	}
	shown, more := readable(raw)
	return Body{Entry: e, Text: shown, Cut: more}, nil
}

// readable lays JSON out over lines, masks personal numbers and takes away what no
// page shows as it is. What is no JSON is shown as text.
func readable(raw []byte) (shown string, more bool) {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		b.Reset()
		b.Write(raw)
	}
	// Cut before the costly part, with room for a number across the border.
	whole := b.Bytes()
	more = len(whole) > maxShown
	if more {
		whole = whole[:maxShown]
	}
	clean := strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return '�'
	}, strings.ToValidUTF8(string(whole), "�"))
	clean = digits.ReplaceAllStringFunc(clean, masked)
	if more {
		clean = strings.TrimRight(clean, "0123456789") // half a number would not be masked
	}
	return clean, more
}

var digits = regexp.MustCompile(`[0-9]{14,}`)

// masked hides a personal number, also at the beginning of an AIC, which is made
// of one for companies without a tax number. A GTIN that looks like one is hidden
// too.
func masked(number string) string {
	p, err := taxid.ParsePINFL(number[:14])
	if err != nil || len(number) != 14 && len(number) != 25 {
		return number
	}
	return p.Masked() + number[14:]
}

// Replay hands one message over again that was set aside, at once, and says what
// became of it.
func (s *Service) Replay(ctx context.Context, o actor.Operator, code string, id int64) (Outcome, error) {
	if err := o.Need(perm.OpFeedManage); err != nil {
		return "", err
	}
	var src Source
	err := gate.InTx(ctx, s.DB, o, perm.OpFeedManage, func(tx pg.Tx) (err error) {
		if src, err = sourceByCode(ctx, tx, code); err != nil {
			return err
		}
		if err := againOne(ctx, tx, src.ID, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "feed.replay", Target: messageTarget(id), Details: map[string]any{"feed": src.Code}})
	})
	if err != nil {
		return "", err
	}
	if _, err := s.step(ctx, src, single(id)); err != nil { // a job does it
		logx.From(ctx).Warn("message left to jobs", "message", id, "error", err.Error())
	}
	e, _, err := messageByID(ctx, s.DB, src.ID, id)
	if e.State == MessageWaiting {
		return Waiting, err
	}
	return e.Outcome, err
}

const maxWhy = 300

func why(typed string) (string, error) {
	reason, err := text.Line(typed, maxWhy)
	if f, ok := fault.As(err); ok {
		return "", f.On("reason")
	}
	if reason == "" {
		return "", ErrNoReason
	}
	return reason, nil
}

// Discard puts one message that was set aside out of sight for good; it stays
// readable for as long as messages are kept.
func (s *Service) Discard(ctx context.Context, o actor.Operator, code string, id int64, typed string) error {
	if err := o.Need(perm.OpFeedManage); err != nil {
		return err
	}
	reason, err := why(typed)
	if err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, o, perm.OpFeedManage, func(tx pg.Tx) error {
		src, err := sourceByCode(ctx, tx, code)
		if err != nil {
			return err
		}
		if err := discardOne(ctx, tx, src.ID, id, o.Name, reason); err != nil {
			return err
		}
		return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "feed.discard", Target: messageTarget(id), Details: map[string]any{"feed": src.Code, "reason": reason}})
	})
}

// MaxDiscard is how many messages are discarded at once.
const MaxDiscard = 10_000

// DiscardAll discards everything of a source that was set aside with an outcome,
// the oldest first and MaxDiscard at most, and says how many that were.
func (s *Service) DiscardAll(ctx context.Context, o actor.Operator, code string, outcome Outcome, typed string) (n int, err error) {
	if err := o.Need(perm.OpFeedManage); err != nil {
		return 0, err
	}
	reason, err := why(typed)
	if err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, o, perm.OpFeedManage, func(tx pg.Tx) error {
		src, err := sourceByCode(ctx, tx, code)
		if err != nil {
			return err
		}
		if n, err = discardAll(ctx, tx, src.ID, outcome, o.Name, reason); err != nil {
			return err
		}
		if n == 0 {
			return ErrNothing
		}
		return audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "feed.discard", Target: target(src), Details: map[string]any{
			"outcome": outcome, "messages": n, "reason": reason,
		}})
	})
	return n, err
}

// AsideOutcomes are the outcomes that wait for a decision.
func AsideOutcomes() []Outcome {
	return slices.DeleteFunc(Outcomes(), func(o Outcome) bool { return !o.SetAside() })
}
