package cardfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/sheet"
	"kabinet/internal/productgroup"
)

// Service is what members of an organization do with files of cards.
type Service struct {
	DB *pgxpool.Pool
}

// Upload is what somebody sends. The readers must stand on disk or in memory;
// they are read from their beginning.
type Upload struct {
	Group       string // slug of the product group, or ByColumn
	Name        string
	File        io.ReadSeeker
	ArchiveName string
	Archive     io.ReadSeeker // nil when there is none
	ArchiveSize int64
}

// ByColumn as the group of an upload says that the column "group" of the file
// names the group of each row, as exports have it.
const ByColumn = "column"

// Expect refuses a file before anything of it is read: that of somebody who has
// sent too many of late or sends two already, or whose organization has as many
// under way as it may (ErrBusy). done is called when the file is dealt with.
func (s *Service) Expect(ctx context.Context, a actor.Actor) (done func(context.Context) error, err error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return nil, err
	}
	moving, err := movingImports(ctx, s.DB, a.OrgID)
	switch {
	case err != nil:
		return nil, err
	case moving >= maxMoving:
		return nil, ErrBusy
	}
	who := strconv.FormatInt(a.MemberID, 10)
	if err := limit.Need(ctx, s.DB, perMember(), who); err != nil {
		return nil, err
	}
	place, err := limit.Take(ctx, s.DB, underWay(), who)
	return place.Back, err
}

// perMember bounds the files of one person, and underWay those that come in at the
// same time: each takes up to a quarter of a gigabyte on the disk.
func perMember() limit.Rule {
	return limit.Rule{Name: "cardfile.upload", Max: 60, Per: 10 * time.Minute}
}

func underWay() limit.Rule {
	return limit.Rule{Name: "cardfile.under_way", Max: 2, Per: 10 * time.Minute}
}

// Upload stores a file, and its archive of photos, and asks for its check.
func (s *Service) Upload(ctx context.Context, a actor.Actor, u Upload) (id int64, err error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return 0, err
	}
	i := Import{
		OrgID: a.OrgID, MemberID: a.MemberID, Member: a.Name,
		FileName: blob.CleanName(u.Name), PhotosName: blob.CleanName(u.ArchiveName),
	}
	if u.Archive == nil {
		i.PhotosName = ""
	}
	if err := s.judge(ctx, a, &i, u); err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, a, perm.CardEdit, func(tx pg.Tx) error {
		id, err = uploadTx(ctx, tx, a, i, u)
		return err
	})
	return id, err
}

// judge refuses what is no table, no archive or no group of the person before
// anything is stored.
func (s *Service) judge(ctx context.Context, a actor.Actor, i *Import, u Upload) error {
	var wrong fault.Form
	group, err := s.openGroup(ctx, a, u.Group)
	switch {
	case errors.Is(err, ErrNoGroup):
		wrong.Add(FieldGroup, err)
	case err != nil:
		return err
	}
	i.Group = group
	i.Format, err = sniff(u.File)
	wrong.Add(FieldFile, err)
	if u.Archive != nil {
		_, err := openArchive(readerAt{u.Archive}, u.ArchiveSize)
		wrong.Add(FieldArchive, err)
	}
	return wrong.Err()
}

// openGroup finds the group that was chosen among those the person may work in.
func (s *Service) openGroup(ctx context.Context, a actor.Actor, slug string) (int16, error) {
	if slug == ByColumn {
		return 0, nil
	}
	groups, err := s.Groups(ctx, a)
	if err != nil {
		return 0, err
	}
	for _, g := range groups {
		if g.Slug == slug {
			return g.ID, nil
		}
	}
	return 0, ErrNoGroup
}

// Groups are the product groups in which the person may write cards now: active
// ones of the organization that are open to the person.
func (s *Service) Groups(ctx context.Context, a actor.Actor) ([]productgroup.Group, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return nil, err
	}
	return openGroups(ctx, s.DB, a)
}

func openGroups(ctx context.Context, q pg.Querier, a actor.Actor) ([]productgroup.Group, error) {
	all, err := productgroup.OfOrg(ctx, q, a.OrgID)
	if err != nil {
		return nil, err
	}
	var open []productgroup.Group
	for _, g := range all {
		if g.Status == productgroup.Active && a.Scope.HasGroup(g.Group.ID) {
			open = append(open, g.Group)
		}
	}
	return open, nil
}

// Book reads what a template of a group is made of; ErrNotFound for a group in
// which the person may not write cards.
func (s *Service) Book(ctx context.Context, a actor.Actor, slug string) (attribute.Book, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return attribute.Book{}, err
	}
	group, err := s.openGroup(ctx, a, slug)
	if errors.Is(err, ErrNoGroup) || err == nil && group == 0 {
		return attribute.Book{}, ErrNotFound
	}
	if err != nil {
		return attribute.Book{}, err
	}
	return attribute.BookOf(ctx, s.DB, group)
}

// sniff refuses what is no table.
func sniff(r io.ReadSeeker) (sheet.Format, error) {
	if r == nil {
		return "", ErrNoFile
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("read file: %w", err)
	}
	return sheet.Sniff(head[:n])
}

// uploadTx stores the files, the import and its job. A transaction that is run
// again reads the files again.
func uploadTx(ctx context.Context, tx pg.Tx, a actor.Actor, i Import, u Upload) (id int64, err error) {
	if i.Group != 0 {
		if err := gate.ReachTx(ctx, tx, a, perm.Reach{Group: i.Group}); err != nil {
			return 0, err
		}
	}
	moving, err := movingImports(ctx, tx, a.OrgID)
	if err != nil {
		return 0, err
	}
	if moving >= maxMoving {
		return 0, ErrBusy
	}
	old, err := takeSurplus(ctx, tx, a.OrgID, maxStored-1)
	if err != nil {
		return 0, err
	}
	if err := dropBlobs(ctx, tx, old); err != nil {
		return 0, err
	}
	if i.BlobID, err = store(ctx, tx, i.FileName, MediaType(i.Format), u.File, MaxFile, ErrBigFile); err != nil {
		return 0, err
	}
	if u.Archive != nil {
		if i.PhotosBlob, err = store(ctx, tx, i.PhotosName, "application/zip", u.Archive, MaxPhotos, ErrBigArchive); err != nil {
			return 0, err
		}
	}
	if id, err = insertImport(ctx, tx, i); err != nil {
		return 0, err
	}
	entry := audit.Entry{OrgID: a.OrgID, Action: "card_import.upload", Target: target(id), Details: map[string]any{"file": i.FileName, "photos": i.PhotosName}}
	if err := audit.Record(ctx, tx, a.Subject(), entry); err != nil {
		return 0, err
	}
	return id, jobs.Enqueue(ctx, tx, RunArgs{OrgID: a.OrgID, ImportID: id, Mode: Check})
}

func dropBlobs(ctx context.Context, tx pg.Tx, ids []int64) error {
	for _, id := range ids {
		if err := blob.DeleteTx(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// MediaType is what a file of a format is called among files.
func MediaType(f sheet.Format) string {
	if f == sheet.XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

func store(ctx context.Context, tx pg.Tx, name, mediaType string, r io.ReadSeeker, most int64, big error) (int64, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 0, fmt.Errorf("read file: %w", err)
	}
	b, err := blob.WriteTx(ctx, tx, name, mediaType, r, most)
	if errors.Is(err, blob.ErrTooLarge) {
		return 0, big
	}
	return b.ID, err
}

// Get gives an import of the organization that the person may see, or
// ErrNotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (Import, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return Import{}, err
	}
	return getImport(ctx, s.DB, a, id)
}

func getImport(ctx context.Context, q pg.Querier, a actor.Actor, id int64) (Import, error) {
	i, err := importByID(ctx, q, a.OrgID, id)
	if err != nil {
		return Import{}, err
	}
	if !i.openTo(a) {
		return Import{}, ErrNotFound
	}
	return i, nil
}

// openTo reports whether somebody of the organization may see the import: its
// group is open to them. One of several groups is open to whom all are, and to
// whoever sent it.
func (i Import) openTo(a actor.Actor) bool {
	return a.Scope.AllGroups || i.MemberID == a.MemberID || i.Group != 0 && a.Scope.HasGroup(i.Group)
}

// shownImports is how many imports the page of uploads lists.
const shownImports = 20

// List gives the newest imports the person may see.
func (s *Service) List(ctx context.Context, a actor.Actor) ([]Import, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return nil, err
	}
	return newestImports(ctx, s.DB, a.OrgID, a.MemberID, a.Scope.AllGroups, a.Scope.Groups, shownImports)
}

// ShownErrors is how many wrong rows and photos the page of an import lists; the
// file of errors has all rows.
const ShownErrors = 20

// Errors gives the first wrong rows and photos of an import.
func (s *Service) Errors(ctx context.Context, a actor.Actor, id int64) ([]Refused, []BadPhoto, error) {
	if err := a.Need(perm.CardEdit); err != nil {
		return nil, nil, err
	}
	if _, err := s.Get(ctx, a, id); err != nil {
		return nil, nil, err
	}
	rows, err := refusedAfter(ctx, s.DB, a.OrgID, id, -1, ShownErrors)
	if err != nil {
		return nil, nil, err
	}
	photos, err := badPhotos(ctx, s.DB, a.OrgID, id, ShownErrors)
	return rows, photos, err
}

// Apply asks for the good rows of a checked file to become drafts; the job acts
// for whoever asks. ErrNotChecked when the file is not checked, or was applied
// already.
func (s *Service) Apply(ctx context.Context, a actor.Actor, id int64) error {
	if err := a.Need(perm.CardEdit); err != nil {
		return err
	}
	return s.change(ctx, a, id, "card_import.apply", func(tx pg.Tx, i Import) error {
		if i.Group != 0 {
			if err := gate.ReachTx(ctx, tx, a, perm.Reach{Group: i.Group}); err != nil {
				return err
			}
		}
		if err := requeueToApply(ctx, tx, a.OrgID, id, a.MemberID, a.Name); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, RunArgs{OrgID: a.OrgID, ImportID: id, Mode: Apply})
	})
}

// Again asks for a file to be checked once more whose run failed or was stopped;
// the job acts for whoever asks. ErrNotAgain for any other.
func (s *Service) Again(ctx context.Context, a actor.Actor, id int64) error {
	if err := a.Need(perm.CardEdit); err != nil {
		return err
	}
	return s.change(ctx, a, id, "card_import.again", func(tx pg.Tx, _ Import) error {
		if err := requeueToCheck(ctx, tx, a.OrgID, id, a.MemberID, a.Name); err != nil {
			return err
		}
		return jobs.Enqueue(ctx, tx, RunArgs{OrgID: a.OrgID, ImportID: id, Mode: Check})
	})
}

// Cancel ends a run; what its batches stored stays. ErrOver when it has ended.
func (s *Service) Cancel(ctx context.Context, a actor.Actor, id int64) error {
	if err := a.Need(perm.CardEdit); err != nil {
		return err
	}
	return s.change(ctx, a, id, "card_import.cancel", func(tx pg.Tx, _ Import) error {
		return cancelRun(ctx, tx, a.OrgID, id)
	})
}

// change does something to an import and writes it down.
func (s *Service) change(ctx context.Context, a actor.Actor, id int64, action string, do func(pg.Tx, Import) error) error {
	return gate.InTx(ctx, s.DB, a, perm.CardEdit, func(tx pg.Tx) error {
		i, err := getImport(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := do(tx, i); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{OrgID: a.OrgID, Action: action, Target: target(id), Details: map[string]any{"file": i.FileName}})
	})
}
