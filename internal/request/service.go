package request

import (
	"context"
	"io"
	"strconv"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/gs1"
	"kabinet/internal/core/perm"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/org"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/blob"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
)

// Service takes requests in and has them decided.
type Service struct{ DB *pgxpool.Pool }

// Of lists the newest requests of the reader's organization of some kinds, and
// about one subject unless it is empty.
func (s *Service) Of(ctx context.Context, a actor.Actor, subject string, kinds ...Kind) ([]Request, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, err
	}
	return ofOrg(ctx, s.DB, a.OrgID, subject, kinds)
}

// Get gives one request of the reader's organization, or ErrNotFound.
func (s *Service) Get(ctx context.Context, a actor.Actor, id int64) (Request, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Request{}, err
	}
	return byID(ctx, s.DB, a.OrgID, id)
}

// Read gives the document of a request of the reader's organization, or
// ErrNotFound.
func (s *Service) Read(ctx context.Context, a actor.Actor, id int64) (Document, io.ReadSeeker, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return Document{}, nil, err
	}
	r, err := byID(ctx, s.DB, a.OrgID, id)
	if err != nil {
		return Document{}, nil, err
	}
	return s.content(ctx, r)
}

func (s *Service) content(ctx context.Context, r Request) (Document, io.ReadSeeker, error) {
	if r.Document.Size == 0 {
		return Document{}, nil, ErrNotFound
	}
	content, _, err := blob.Open(ctx, s.DB, r.Document.BlobID)
	return r.Document, content, err
}

// AskIssuer asks for the other issuer flag in a group of the organization.
func (s *Service) AskIssuer(ctx context.Context, a actor.Actor, groupID int16, typed string) (id int64, err error) {
	if err := a.Need(perm.GroupManage); err != nil {
		return 0, err
	}
	about, err := openAbout(typed)
	if err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, a, perm.GroupManage, func(tx pg.Tx) error {
		g, err := productgroup.One(ctx, tx, a.OrgID, groupID)
		switch {
		case err != nil:
			return err
		case g.Status == productgroup.Blocked:
			return productgroup.ErrBlocked
		}
		id, err = open(ctx, tx, a, opening{kind: Issuer, subject: strconv.Itoa(int(groupID)), wanted: !g.Issuer, about: about})
		return onField(err, "about")
	})
	return id, err
}

// AskNumber asks to register a prefix or a single GTIN. A number that another
// organization has is refused at once, without saying whose it is.
func (s *Service) AskNumber(ctx context.Context, a actor.Actor, d NumberDraft, u Upload) (id int64, err error) {
	if err := a.Need(perm.GroupManage); err != nil {
		return 0, err
	}
	kind, subject, about, err := d.Open()
	mediaType, fileErr := u.mediaType()
	if err = together(err, fileErr); err != nil {
		return 0, err
	}
	err = gate.InTx(ctx, s.DB, a, perm.GroupManage, func(tx pg.Tx) error {
		if err := free(ctx, tx, a.OrgID, kind, subject); err != nil {
			return onField(err, "number")
		}
		if _, err := u.File.Seek(0, io.SeekStart); err != nil { // the transaction may be the second try
			return err
		}
		b, err := blob.WriteTx(ctx, tx, u.Name, mediaType, u.File, MaxDocument)
		if err != nil {
			return err
		}
		id, err = open(ctx, tx, a, opening{kind: kind, subject: subject, wanted: true, about: about, blobID: &b.ID})
		return onField(err, "number")
	})
	return id, err
}

func free(ctx context.Context, q pg.Querier, orgID int64, kind Kind, subject string) error {
	if kind == GTIN {
		return gs1prefix.FreeGTIN(ctx, q, orgID, gs1.GTIN(subject))
	}
	return gs1prefix.Free(ctx, q, orgID, subject)
}

// together has the person told at once what is wrong with the fields and with
// the file. Failures that are nobody's mistake go alone.
func together(form, file error) error {
	var all fault.Form
	for _, err := range []error{form, file} {
		wrong, ok := fault.ComplaintsOf(err)
		if err != nil && !ok {
			return err
		}
		for _, c := range wrong {
			all.Check(false, c.Field, c.Key, c.Args...)
		}
	}
	return all.Err()
}

// An organization has at most so many open requests, and asks at most so often
// in 24 hours: each may bring a file.
const (
	maxOpen = 20
	maxDay  = 40
)

// opening is a request about to be stored.
type opening struct {
	kind    Kind
	subject string
	wanted  bool
	about   string
	blobID  *int64
}

// open stores a request. Who asks at the same moment for the same organization
// waits until this one counts.
func open(ctx context.Context, tx pg.Tx, a actor.Actor, o opening) (int64, error) {
	if err := org.LockTx(ctx, tx, a.OrgID); err != nil {
		return 0, err
	}
	opened, today, err := counts(ctx, tx, a.OrgID)
	switch {
	case err != nil:
		return 0, err
	case opened >= maxOpen || today >= maxDay:
		return 0, ErrMany
	}
	id, err := insert(ctx, tx, a, o)
	if err != nil {
		return 0, err
	}
	return id, audit.Record(ctx, tx, a.Subject(), audit.Entry{
		OrgID: a.OrgID, Action: "request.open", Target: target(id), Details: map[string]any{"kind": o.kind, "subject": o.subject},
	})
}

// Withdraw takes a request back that nobody has decided yet, else ErrDecided.
func (s *Service) Withdraw(ctx context.Context, a actor.Actor, id int64) error {
	return gate.InTx(ctx, s.DB, a, perm.GroupManage, func(tx pg.Tx) error {
		r, err := lock(ctx, tx, a.OrgID, id)
		switch {
		case err != nil:
			return err
		case r.Status != Open:
			return ErrDecided
		}
		if err := withdraw(ctx, tx, a.OrgID, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a.Subject(), audit.Entry{
			OrgID: a.OrgID, Action: "request.withdraw", Target: target(id), Details: map[string]any{"kind": r.Kind, "subject": r.Subject},
		})
	})
}

func target(id int64) string { return "request:" + strconv.FormatInt(id, 10) }

// onField ties a refusal to the field it is about; other errors stay.
func onField(err error, field string) error {
	if f, ok := fault.As(err); ok && f.Kind != fault.NotFound && f.Kind != fault.Forbidden {
		return f.On(field)
	}
	return err
}
