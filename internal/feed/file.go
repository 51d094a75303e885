package feed

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// Bounds of files, unpacked.
const (
	MaxUpload   = 64 << 20 // bytes staff send
	MaxUnpacked = 2 << 30  // bytes of a file in a folder
	partBytes   = 8 << 20  // of messages stored in one transaction
)

// Refusals of files.
var (
	ErrNoFile    = fault.New(fault.Invalid, "feed.upload.no_file").On("file")
	ErrFileName  = fault.New(fault.Invalid, "feed.upload.name").On("file")
	ErrLargeFile = fault.New(fault.TooLarge, "feed.refusal.file_too_large", "gib", MaxUnpacked>>30)
	ErrFileSize  = fault.New(fault.Invalid, "feed.upload.size", "mib", MaxUpload>>20).On("file")
)

// part reads messages until there are enough for one transaction. over says that
// the file has ended.
func part(l *lines) (raws [][]byte, over bool, err error) {
	for size := 0; len(raws) < MaxMessages && size < partBytes; {
		raw, err := l.next()
		switch {
		case errors.Is(err, io.EOF):
			return raws, true, nil
		case err != nil:
			return raws, false, err
		}
		raws, size = append(raws, raw), size+len(raw)
	}
	return raws, false, nil
}

// Upload stores a file of NDJSON that staff send, whole or not at all; jobs hand
// its messages over.
func (s *Service) Upload(ctx context.Context, o actor.Operator, code, name string, file io.Reader) (id int64, err error) {
	if err := o.Need(perm.OpFeedManage); err != nil {
		return 0, err
	}
	name, err = text.Line(name, 120)
	if err != nil || !strings.HasSuffix(name, ".ndjson") && !strings.HasSuffix(name, ".ndjson.gz") {
		return 0, ErrFileName
	}
	r := Bounded(file, MaxUpload)
	if strings.HasSuffix(name, ".gz") {
		if r, err = Unpack(r, MaxUpload); err != nil {
			return 0, onFile(err)
		}
	}
	// Rows are stored while the file is read: it lies on this machine, whole.
	err = gate.InTx(ctx, s.DB, o, perm.OpFeedManage, func(tx pg.Tx) error {
		src, err := sourceByCode(ctx, tx, code)
		if err != nil {
			return err
		}
		d := Delivery{FeedID: src.ID, Way: Upload, Name: name, By: o.Name, IP: o.Origin.IP, State: Stored}
		var due time.Time
		if id, due, err = insertDelivery(ctx, tx, d, 0); err != nil {
			return err
		}
		n, err := storeAll(ctx, tx, src, id, due, newLines(r))
		if err != nil {
			return onFile(err)
		}
		if err := advanceDelivery(ctx, tx, id, n, Stored, ""); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, o.Subject(), audit.Entry{Action: "feed.upload", Target: target(src), Details: map[string]any{"file": name, "messages": n}})
		if err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, HandArgs{FeedID: src.ID})
	})
	return id, err
}

func storeAll(ctx context.Context, tx pg.Tx, src Source, id int64, due time.Time, l *lines) (n int, err error) {
	for over := false; !over; {
		var raws [][]byte
		if raws, over, err = part(l); err != nil {
			return n, err
		}
		if err := storeMessages(ctx, tx, src, id, due, entries(src, raws, n)); err != nil {
			return n, err
		}
		n += len(raws)
	}
	if n == 0 {
		return 0, ErrNoFile
	}
	return n, nil
}

// onFile says beside the field what is wrong with a file.
func onFile(err error) error {
	f, ok := fault.As(err)
	switch {
	case !ok || f.Field != "":
		return err
	case f.Is(ErrTooLarge):
		return ErrFileSize
	}
	return fault.New(fault.Invalid, f.Key, f.Args...).On("file")
}

// Tally is a delivery with what became of its messages.
type Tally struct {
	Delivery
	Counts  map[Outcome]int // Waiting: not handed over
	Aside   int             // of them, still waiting for a decision
	SumDone int
}

// Deliveries gives the latest deliveries of a source.
func (s *Service) Deliveries(ctx context.Context, o actor.Operator, src Source) ([]Delivery, error) {
	if err := o.Need(perm.OpFeedRead); err != nil {
		return nil, err
	}
	return deliveriesOf(ctx, s.DB, src.ID, 0)
}

// OneDelivery gives a delivery of a source with its outcomes, or ErrNotFound.
func (s *Service) OneDelivery(ctx context.Context, o actor.Operator, src Source, id int64) (Tally, error) {
	if err := o.Need(perm.OpFeedRead); err != nil {
		return Tally{}, err
	}
	all, err := deliveriesOf(ctx, s.DB, src.ID, id)
	switch {
	case err != nil:
		return Tally{}, err
	case len(all) == 0:
		return Tally{}, ErrNotFound
	}
	return s.tally(ctx, all[0])
}

func (s *Service) tally(ctx context.Context, d Delivery) (Tally, error) {
	t := Tally{Delivery: d}
	var err error
	if t.Counts, t.Aside, err = countDelivery(ctx, s.DB, d.ID); err != nil {
		return t, err
	}
	for _, o := range Outcomes() {
		t.SumDone += t.Counts[o]
	}
	return t, nil
}

// Over reports whether nothing more will happen by itself.
func (t Tally) Over() bool { return t.State != Storing && t.Counts[Waiting] == 0 }
