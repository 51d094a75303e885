package member

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
)

// ErrNoImport is the refusal of a number that names no file of the organization.
var ErrNoImport = fault.New(fault.NotFound, "member.import.not_found")

// Import is a file of users: checked, and applied or not yet.
type Import struct {
	ID        string
	FileName  string
	Read      int // rows below the heading
	Bad       int // rows that are left out
	Told      []Complaint
	New       int // users that applying it would make now, or has made
	Known     int // rows whose user is here already: nothing changes
	CreatedAt time.Time
	AppliedAt time.Time // zero while it waits

	rows   []fileRow
	sealed []byte
}

// Applied reports whether the file was applied.
func (i Import) Applied() bool { return !i.AppliedAt.IsZero() }

// sealPurpose is under which rows that wait are sealed.
const sealPurpose = "member.import"

// Upload reads a file and keeps its good rows until somebody applies them;
// nothing changes yet.
func (s *Service) Upload(ctx context.Context, a actor.Actor, name string, in io.Reader) (id string, err error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return "", err
	}
	issuer, err := issues(ctx, s.DB, a.OrgID)
	if err != nil {
		return "", err
	}
	f, err := readFile(name, in, issuer)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(f.Rows)
	if err != nil {
		return "", err
	}
	err = gate.InTx(ctx, s.DB, a, perm.MemberManage, func(tx pg.Tx) error {
		if err := dropStale(ctx, tx, a.OrgID); err != nil {
			return err
		}
		id, err = insertImport(ctx, tx, a, f, s.Box.Seal(sealPurpose, plain, nil))
		return err
	})
	return id, err
}

// Import gives a file and says what applying it would do at this moment.
func (s *Service) Import(ctx context.Context, a actor.Actor, id string) (Import, error) {
	if err := a.Need(perm.MemberManage); err != nil {
		return Import{}, err
	}
	i, err := oneImport(ctx, s.DB, a.OrgID, id, "")
	if err != nil || i.Applied() {
		return i, err
	}
	return i, s.plan(ctx, s.DB, a.OrgID, &i)
}

// plan keeps the rows whose users are not here yet.
func (s *Service) plan(ctx context.Context, q pg.Querier, orgID int64, i *Import) error {
	plain, err := s.Box.Open(sealPurpose, i.sealed, nil)
	if err != nil {
		return err
	}
	var rows []fileRow
	if err := json.Unmarshal(plain, &rows); err != nil {
		return err
	}
	macs := make([][]byte, 0, len(rows))
	for _, r := range rows {
		if r.PINFL != "" {
			macs = append(macs, s.Box.MACs(taxid.PINFLPurpose, []byte(r.PINFL))...)
		}
	}
	here, err := present(ctx, q, orgID, macs)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if s.isHere(here, r.record) {
			i.Known++
			continue
		}
		i.rows = append(i.rows, r)
	}
	i.New = len(i.rows)
	return nil
}

func (s *Service) isHere(here map[string]bool, r record) bool {
	if r.Kind == Technical {
		return here[r.same()]
	}
	return slices.ContainsFunc(s.Box.MACs(taxid.PINFLPurpose, []byte(r.PINFL)), func(mac []byte) bool { return here[string(mac)] })
}

// Apply makes the users of a checked file, all of them or none, and invites
// each. Who is a user already stays as is, so the same file again changes
// nothing. Sensitive roles want a fresh signature, as for a single user. Too many
// for one mailbox are ErrMailboxes with "rows".
func (s *Service) Apply(ctx context.Context, a actor.Actor, id string) error {
	if err := a.Need(perm.MemberManage); err != nil {
		return err
	}
	planned, err := s.Import(ctx, a, id)
	if err != nil || planned.Applied() {
		return err
	}
	if err := s.spareMailboxes(ctx, a.OrgID, planned.rows); err != nil {
		return err
	}
	return gate.InTx(ctx, s.DB, a, perm.MemberManage, func(tx pg.Tx) error {
		i, err := oneImport(ctx, tx, a.OrgID, id, " for update")
		if err != nil || i.Applied() {
			return err
		}
		if err := s.plan(ctx, tx, a.OrgID, &i); err != nil {
			return err
		}
		if slices.ContainsFunc(i.rows, func(r fileRow) bool { return sensitive(r.Roles) }) {
			if err := gate.FreshTx(ctx, tx, a); err != nil {
				return err
			}
		}
		return s.applyTx(ctx, tx, a, i)
	})
}

func (s *Service) applyTx(ctx context.Context, tx pg.Tx, a actor.Actor, i Import) error {
	ids, err := nextIDs(ctx, tx, len(i.rows))
	if err != nil {
		return err
	}
	if err := copyUsers(ctx, tx, s.Box, a.OrgID, ids, i.rows); err != nil {
		return err
	}
	entries := []audit.Entry{{
		OrgID: a.OrgID, Action: "member.import", Target: "member_import:" + i.ID,
		Details: map[string]any{"file": i.FileName, "added": i.New, "known": i.Known, "left_out": i.Bad},
	}}
	letters := make([]InviteArgs, len(ids))
	for n, id := range ids {
		letters[n] = InviteArgs{OrgID: a.OrgID, MemberID: id}
		r := i.rows[n]
		entries = append(entries, audit.Entry{
			OrgID: a.OrgID, Action: "member.create", Target: target(id),
			Details: map[string]any{"name": r.Names.Uz, "kind": r.Kind, "email": r.Email, "roles": r.Roles, "scope": r.Scope, "import": i.ID},
		})
	}
	if err := audit.RecordMany(ctx, tx, a.Subject(), entries); err != nil {
		return err
	}
	if err := jobs.EnqueueMany(ctx, tx, letters); err != nil {
		return err
	}
	if err := i.tellTx(ctx, tx, a, ids); err != nil {
		return err
	}
	return markApplied(ctx, tx, a.OrgID, i)
}

// tellTx tells the administrators who will be more of them, as of each that a
// form makes: a file must be no quieter way.
func (i Import) tellTx(ctx context.Context, tx pg.Tx, a actor.Actor, ids []int64) error {
	last, n := 0, 0
	for at, r := range i.rows {
		if slices.Contains(r.Roles, string(perm.RoleOrgAdmin)) {
			last, n = at, n+1
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return tellAdminsTx(ctx, tx, a, i.rows[last].Names.Uz, ids[last])
	}
	return notice.ToAdminsTx(ctx, tx, notice.Notice{
		OrgID: a.OrgID, Kind: notice.Security, Key: "member.notice.admins.", Path: "/org/users?role=" + string(perm.RoleOrgAdmin),
		Args: []string{"by", a.Name, "n", strconv.Itoa(n)},
	})
}

func sensitive(roles []string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return Sensitive(perm.Role(r)) })
}

// InviteArgs asks for the invitation of a user that came with a file.
type InviteArgs struct {
	OrgID    int64 `json:"org"`
	MemberID int64 `json:"member"`
}

// Kind names the job.
func (InviteArgs) Kind() string { return "member.invite" }

// Register adds the worker.
func Register(r *jobs.Runner, s *Service) { jobs.Add(r, jobs.Func[InviteArgs](s.invite)) }

// invite invites a user who still waits for it. Run twice, as after the end of a
// process that had not yet said what it did, it changes nothing: a second letter
// would make the first one worthless that somebody reads by then.
func (s *Service) invite(ctx context.Context, args InviteArgs) error {
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		u, err := lock(ctx, tx, args.OrgID, args.MemberID)
		if err != nil || u.Status != NotActivated {
			return err
		}
		if done, err := s.Inviter.InvitedTx(ctx, tx, args.OrgID, args.MemberID); err != nil || done {
			return err
		}
		return s.Inviter.InviteTx(ctx, tx, args.OrgID, args.MemberID)
	})
}
