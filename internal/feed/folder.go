package feed

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/logx"
	"kabinet/internal/platform/pg"
)

// Folder is where sources drop files: <Dir>/<feed>/in/<name>.ndjson or .ndjson.gz,
// written under another name and renamed when whole. A file is stored part by part,
// each with the note of how far it is, so that a process that dies costs nothing
// and two processes that find the same file store it once. When its messages were
// handed over it goes to done/ or, when it could not be read to its end, to failed/,
// with a report beside it. Processes that share the work share the folder.
type Folder struct {
	Service *Service
	Dir     string
}

// ScanArgs asks to look for files.
type ScanArgs struct{}

// Kind names the job.
func (ScanArgs) Kind() string { return "feed.scan" }

// FileArgs asks to take in a file.
type FileArgs struct {
	FeedID int16  `json:"feed_id"`
	Name   string `json:"name"`
}

// Kind names the job.
func (FileArgs) Kind() string { return "feed.file" }

// JobSpec gives it the queue of long work; while a file waits or is read, it is
// not asked for again.
func (FileArgs) JobSpec() jobs.Spec {
	return jobs.Spec{Queue: jobs.Bulk, Timeout: fileTime, Unique: true}
}

// RegisterFolder adds the workers of a folder; without a Dir there are none.
func RegisterFolder(r *jobs.Runner, f Folder) {
	if f.Dir == "" {
		return
	}
	jobs.Add(r, jobs.Func[ScanArgs](func(ctx context.Context, _ ScanArgs) error { return f.Scan(ctx) }))
	jobs.Add(r, jobs.Func[FileArgs](f.work))
	r.Every(scanEvery, ScanArgs{})
}

// errElsewhere says that another process is at the file, or was.
var errElsewhere = errors.New("another process has the file")

var fileShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,100}\.ndjson(\.gz)?$`)

// file is one that was found.
type file struct {
	name string
	size int64
	time time.Time
}

// rest is the pause before a file is looked at again whose messages others hand over.
const rest = 2 * time.Second

// scanned is how many files of a feed are asked for at once.
const scanned = 100

// Scan makes the folders of sources and asks for every file in them; twice does no
// harm. A folder that cannot be read is told of, and those of the others go on:
// who may write into one could stop them all.
func (f Folder) Scan(ctx context.Context) error {
	all, err := sources(ctx, f.Service.DB)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(f.Dir)
	if err != nil {
		return fmt.Errorf("folder of feeds: %w", err)
	}
	defer func() { _ = root.Close() }()
	var asked []FileArgs
	var unread []error
	for _, src := range all {
		if !src.Active {
			continue
		}
		found, err := f.list(root, src)
		if err != nil {
			unread = append(unread, err)
		}
		for _, name := range found {
			asked = append(asked, FileArgs{FeedID: src.ID, Name: name})
		}
	}
	err = pg.InTx(ctx, f.Service.DB, func(tx pg.Tx) error {
		for _, args := range asked {
			if err := jobs.Enqueue(ctx, tx, args); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(append(unread, err)...)
}

func (f Folder) list(root *os.Root, src Source) (names []string, err error) {
	for _, sub := range []string{"in", "done", "failed"} {
		if err := root.MkdirAll(path.Join(src.Code, sub), 0o750); err != nil {
			return nil, fmt.Errorf("folder of feed %s: %w", src.Code, err)
		}
	}
	found, err := fs.ReadDir(root.FS(), path.Join(src.Code, "in"))
	if err != nil {
		return nil, fmt.Errorf("folder of feed %s: %w", src.Code, err)
	}
	for _, e := range found {
		if e.Type().IsRegular() && fileShape.MatchString(e.Name()) && len(names) < scanned {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// work takes in a file. It may run twice, also at once.
func (f Folder) work(ctx context.Context, args FileArgs) error {
	err := f.Take(ctx, args.FeedID, args.Name)
	if errors.Is(err, errElsewhere) {
		return nil
	}
	return err
}

// Take stores a file, hands its messages over, and moves it away with a report.
func (f Folder) Take(ctx context.Context, feedID int16, name string) error {
	s := f.Service
	src, err := sourceByID(ctx, s.DB, feedID)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(f.Dir)
	if err != nil {
		return fmt.Errorf("folder of feeds: %w", err)
	}
	defer func() { _ = root.Close() }()
	d, err := f.begin(ctx, root, src, name)
	if err != nil {
		return err
	}
	if d.State == Storing {
		if d, err = f.store(ctx, root, src, d); err != nil {
			return err
		}
	}
	for n := 1; n > 0; {
		if n, err = s.step(ctx, src, ofDelivery(d.ID)); err != nil {
			return err
		}
	}
	switch left, err := untouched(ctx, s.DB, d.ID); {
	case err != nil:
		return err
	case left:
		return jobs.Snooze(rest) // others have them in hand, or there is no sink yet
	}
	return f.finish(ctx, root, src, d)
}

func inbox(src Source, name string) string { return path.Join(src.Code, "in", name) }

// begin finds or makes the delivery of a file that is still there. Whoever moved
// it away did so before closing its delivery, so a file is never begun anew.
func (f Folder) begin(ctx context.Context, root *os.Root, src Source, name string) (d Delivery, err error) {
	err = pg.InTx(ctx, f.Service.DB, func(tx pg.Tx) error {
		about, err := root.Lstat(inbox(src, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return errElsewhere
		case err != nil:
			return fmt.Errorf("file of feed: %w", err)
		case !about.Mode().IsRegular():
			return errElsewhere
		}
		if d, err = beginFile(ctx, tx, src.ID, file{name, about.Size(), about.ModTime().UTC().Truncate(time.Microsecond)}); err != nil {
			return err
		}
		if _, err := root.Lstat(inbox(src, name)); err != nil {
			return errElsewhere // moved while we waited for its delivery
		}
		return nil
	})
	return d, err
}

// store goes on where the delivery is. A file that cannot be read to its end
// fails; what was stored before stays.
func (f Folder) store(ctx context.Context, root *os.Root, src Source, d Delivery) (Delivery, error) {
	opened, err := root.Open(inbox(src, d.Name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return d, errElsewhere // who stored the rest of it has moved it away since
	case err != nil:
		return d, fmt.Errorf("open file of feed: %w", err)
	}
	defer func() { _ = opened.Close() }()
	r := Bounded(opened, MaxUnpacked)
	if strings.HasSuffix(d.Name, ".gz") {
		if r, err = Unpack(r, MaxUnpacked); err != nil {
			return f.keep(ctx, src, d, nil, true, err)
		}
	}
	l := newLines(r)
	for range d.Messages {
		if _, err := l.next(); err != nil {
			return f.keep(ctx, src, d, nil, true, err)
		}
	}
	for d.State == Storing {
		raws, over, err := part(l)
		if d, err = f.keep(ctx, src, d, raws, over, err); err != nil {
			return d, err
		}
	}
	return d, nil
}

// keep stores a part and how far the file is, in one transaction; failed is why
// nothing more of it can be read.
func (f Folder) keep(ctx context.Context, src Source, d Delivery, raws [][]byte, over bool, failed error) (Delivery, error) {
	if failed != nil {
		why, ok := fault.As(failed)
		if !ok {
			return d, failed
		}
		if why.Is(ErrTooLarge) {
			why = ErrLargeFile
		}
		d.State, d.Reason = Failed, why.Key
		logx.From(ctx).Warn("file of feed not read to its end", "feed", src.Code, "file", d.Name, "error", failed.Error())
	} else if over {
		d.State = Stored
	}
	err := pg.InTx(ctx, f.Service.DB, func(tx pg.Tx) error {
		now, err := lockFile(ctx, tx, src.ID, d.Name)
		switch {
		case err != nil:
			return err
		case now.ID != d.ID || now.Messages != d.Messages || now.State != Storing:
			return errElsewhere
		}
		if err := storeMessages(ctx, tx, src, d.ID, d.ReceivedAt, entries(src, raws, d.Messages)); err != nil {
			return err
		}
		return advanceDelivery(ctx, tx, d.ID, d.Messages+len(raws), d.State, d.Reason)
	})
	d.Messages += len(raws)
	return d, err
}

// report is what a source finds beside its file.
type report struct {
	Feed     string          `json:"feed"`
	File     string          `json:"file"`
	Delivery int64           `json:"delivery"`
	State    DeliveryState   `json:"state"`
	Reason   string          `json:"reason,omitempty"` // why it could not be read to its end
	Messages int             `json:"messages"`
	Outcomes map[Outcome]int `json:"outcomes"`
	Aside    []reported      `json:"set_aside,omitempty"` // the first of them
}

// reported is a message that was set aside.
type reported struct {
	Line    int     `json:"message"` // from 1
	ID      string  `json:"id,omitempty"`
	Outcome Outcome `json:"outcome"`
	Reason  string  `json:"reason,omitempty"`
}

// maxReported is how many messages a report names.
const maxReported = 1000

// finish writes the report, moves the file, and closes the delivery: in this
// order, so that what is missing after a crash is done again.
func (f Folder) finish(ctx context.Context, root *os.Root, src Source, d Delivery) error {
	s, folder := f.Service, "done"
	if d.State == Failed {
		folder = "failed"
	}
	t, err := s.tally(ctx, d)
	if err != nil {
		return err
	}
	aside, err := asideOfDelivery(ctx, s.DB, d.ID, maxReported)
	if err != nil {
		return err
	}
	r := report{Feed: src.Code, File: d.Name, Delivery: d.ID, State: d.State, Messages: d.Messages, Outcomes: t.Counts}
	if d.Reason != "" {
		r.Reason = i18n.Text(i18n.En, d.Reason, "mib", MaxMessage>>20, "gib", MaxUnpacked>>30)
	}
	for _, a := range aside {
		r.Aside = append(r.Aside, reported{a.Position, a.SourceID, a.Outcome, a.Text(i18n.En)})
	}
	target := path.Join(src.Code, folder, fmt.Sprintf("%d-%s", d.ID, d.Name))
	if err := writeReport(root, target+".report.json", r); err != nil {
		return err
	}
	if err := root.Rename(inbox(src, d.Name), target); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("move file of feed: %w", err)
	}
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error { return noteReported(ctx, tx, d.ID) })
}

// writeReport writes beside the name and renames, so that nobody reads half of it.
func writeReport(root *os.Root, name string, r report) error {
	body, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	temporary := name + "." + rand.Text() // two processes may be about to finish the same file
	if err := root.WriteFile(temporary, append(body, '\n'), 0o640); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := root.Rename(temporary, name); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// Text is the reason in words, in a language; empty for what was taken.
func (r Result) Text(l i18n.Lang) string { return words(l, r.Reason, r.Args, r.Detail) }

// Text is the reason in words, in a language.
func (e Entry) Text(l i18n.Lang) string { return words(l, e.Reason, e.Args, e.Detail) }

func words(l i18n.Lang, key string, args []any, detail string) string {
	if key == "" {
		return detail
	}
	if detail != "" {
		return i18n.Text(l, key, args...) + " " + detail
	}
	return i18n.Text(l, key, args...)
}
