package mail

import (
	"errors"
	"fmt"
	"net/textproto"
)

// ErrTemporary is in the chain of every failure after which the same letter
// should be tried again: the relay is down, slow or busy, or hung up.
var ErrTemporary = errors.New("mail: not sent yet")

// ErrUnacknowledged is a temporary failure of a special kind: the whole letter
// was handed over and the relay's answer never came, so it may have been taken.
// Trying again can bring a second copy with the same Message-ID, which most
// mailboxes show once; not trying can lose the letter (security.md 0, row 6).
var ErrUnacknowledged = errors.New("mail: handed over, no answer")

// Stage is the step of the dialogue at which a letter was refused.
type Stage string

// The stages whose refusal concerns this letter.
const (
	StageSender    Stage = "MAIL"
	StageRecipient Stage = "RCPT"
	StageContent   Stage = "DATA"
)

// Refused is the relay's final no to one letter; trying again is pointless.
type Refused struct {
	Stage Stage
	Code  int    // 500 to 599
	Text  string // the relay's words, for operators
}

// Error is the text for logs.
func (r *Refused) Error() string {
	return fmt.Sprintf("mail: refused at %s: %d %s", r.Stage, r.Code, r.Text)
}

// classify turns an error of one step into an outcome. Only an answer from 500
// up is a refusal; silence, broken connections and everything unknown are not.
func classify(stage Stage, err error) error {
	var reply *textproto.Error
	if errors.As(err, &reply) && reply.Code >= 500 && reply.Code <= 599 && !quarrel(reply.Code) {
		return &Refused{Stage: stage, Code: reply.Code, Text: reply.Msg}
	}
	return temporary(string(stage), err)
}

// quarrel reports answers that concern the relay and us and not the letter:
// wrong order of commands, or a missing or refused sign-in. Taking them as
// final would use up a whole campaign because of one wrong setting.
func quarrel(code int) bool {
	switch code {
	case 500, 502, 503, 530, 534, 535, 538:
		return true
	}
	return false
}

func temporary(step string, err error) error {
	return fmt.Errorf("%w: %s: %w", ErrTemporary, step, err)
}

// replied reports whether the relay answered at all, so that the connection is
// still in step.
func replied(err error) bool {
	var reply *textproto.Error
	return errors.As(err, &reply) && reply.Code != 421 // 421: closing the connection
}
