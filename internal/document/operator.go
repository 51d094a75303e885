package document

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
	"kabinet/internal/proof"
)

// Operator of e-documents is the source of invoices: it has to be told what became
// of them. Telling it the same answer again must be harmless.
type Operator interface {
	// Tell gives an answer. nil confirms it; a Refusal is final: the operator has
	// another answer already. Whatever else is tried again.
	Tell(ctx context.Context, o Outcome) error
}

// Outcome is an answer as the source is told it.
type Outcome struct {
	Feed      string
	SourceID  string
	Version   int64 // that was answered
	BuyerTIN  string
	Answer    Answer // Accepted or Rejected
	Via       Via    // ViaPortal or ViaDeadline
	Reason    string
	At        time.Time
	Signed    string // exactly what was signed; "" when silence accepted
	Container []byte // PKCS#7
}

// Refusal is why the source does not take an answer. It is shown to the
// organization.
type Refusal string

func (r Refusal) Error() string { return "refused: " + string(r) }

// DeliverArgs asks to tell sources the answers they are owed.
type DeliverArgs struct{}

// Kind names the job.
func (DeliverArgs) Kind() string { return "document.deliver" }

// JobSpec: each answer has its own time to be tried again, in its row.
func (DeliverArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Unique: true, Priority: 2, Timeout: 5 * time.Minute, Retry: jobs.Once()}
}

// deliverFor bounds a run; the next minute goes on.
const deliverFor = 4 * time.Minute

// deliver tells the answers whose time has come. Each is taken before it is told,
// with the time of the next try, so that two processes do not tell the same; one
// that dies in between leaves it to that time. Nothing is ever given up.
func (s *Service) deliver(ctx context.Context, _ DeliverArgs) error {
	if s.Operator == nil {
		return nil // they wait until there is one
	}
	ctx, cancel := context.WithTimeout(ctx, deliverFor)
	defer cancel()
	for {
		owed, ok, err := s.takeOwed(ctx)
		if err != nil || !ok {
			return err
		}
		if err := s.tellSource(ctx, owed); err != nil {
			return err
		}
	}
}

func (s *Service) takeOwed(ctx context.Context) (o owed, ok bool, err error) {
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		o, ok, err = takeOwed(ctx, tx)
		return err
	})
	return o, ok, err
}

func (s *Service) tellSource(ctx context.Context, o owed) error {
	if err := s.attach(ctx, &o); err != nil {
		return err
	}
	told := s.Operator.Tell(ctx, o.Outcome)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer cancel()
	var refusal Refusal
	switch {
	case told == nil:
		return s.note(ctx, func(tx pg.Tx) error { return markDelivered(ctx, tx, o) })
	case errors.As(told, &refusal):
		return s.note(ctx, func(tx pg.Tx) error { return s.refusedTx(ctx, tx, o, refusal) })
	}
	slog.WarnContext(ctx, "the source of an invoice was not told", "document", o.documentID, "tries", o.tries, "error", told)
	return s.note(ctx, func(tx pg.Tx) error { return noteFailure(ctx, tx, o, told.Error()) })
}

// noteTimeout bounds the note of what became of a telling.
const noteTimeout = 5 * time.Second

func (s *Service) note(ctx context.Context, do func(pg.Tx) error) error {
	return pg.InTx(ctx, s.DB, do)
}

// attach reads the signature of an answer.
func (s *Service) attach(ctx context.Context, o *owed) (err error) {
	if o.evidence == 0 {
		return nil
	}
	e, err := proof.EvidenceOf(ctx, s.DB, o.orgID, o.evidence)
	if err != nil {
		return err
	}
	o.Signed = e.Body
	o.Container, err = s.Proof.Container(ctx, s.DB, o.orgID, o.evidence)
	return err
}

// refusedTx notes that the source has another answer, and tells who answers
// invoices. The answer of the source comes as its next version.
func (s *Service) refusedTx(ctx context.Context, tx pg.Tx, o owed, why Refusal) error {
	d, err := one(ctx, tx, o.orgID, o.documentID)
	if err != nil {
		return err
	}
	if err := markRefused(ctx, tx, o, string(why)); err != nil {
		return err
	}
	return tell(ctx, tx, d, "refused")
}

// Diary is an Operator that only writes down what it is told: there is no operator
// of e-documents on a developer's machine.
type Diary struct{ Log *slog.Logger }

// Tell writes a line.
func (d Diary) Tell(ctx context.Context, o Outcome) error {
	d.Log.InfoContext(ctx, "operator of e-documents told", "invoice", o.SourceID, "answer", o.Answer, "via", o.Via)
	return nil
}
