package staff

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/eds"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
	"kabinet/internal/platform/session"
	"kabinet/internal/proof"
	"kabinet/internal/signin"
)

// Service keeps the staff.
type Service struct {
	DB    *pgxpool.Pool
	Box   *seal.Box
	Proof *proof.Service
}

// Language is what a person reads while signing in, and whether it was chosen
// on purpose and not only asked for by the browser.
type Language struct {
	Code   string
	Chosen bool
}

// Enter judges a signature and says who of the staff is let in, and until when
// at most. Members, strangers and the blocked get the same answer.
//
//gate:none this is how somebody comes to have rights
func (s *Service) Enter(ctx context.Context, in signin.Signed, c eds.Client, o actor.Origin, l Language) (p Person, until time.Time, err error) {
	door := signin.Door{DB: s.DB, Proof: s.Proof, Purpose: proof.StaffSignIn}
	err = door.Knock(ctx, in, c, o, func(signer eds.Signer) error {
		until = signer.NotAfter
		p, err = byFingerprint(ctx, s.DB, s.Box.MACs(taxid.PINFLPurpose, []byte(signer.PINFL)))
		if errors.Is(err, ErrUnknown) || err == nil && p.Status != Active {
			return ErrNobody
		}
		return err
	})
	if err != nil {
		return Person{}, time.Time{}, err
	}
	who := actor.Subject{Kind: "staff", ID: strconv.FormatInt(p.ID, 10), Name: p.Name, Origin: o}
	return p, until, pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		if err := setLanguage(ctx, tx, p.ID, l.Code, l.Chosen); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: "staff.enter", Target: target(p.ID)})
	})
}

// Is reports whether a personal number is that of an active one of the staff.
//
//gate:none a lookup by a number that only a verified certificate gives
func (s *Service) Is(ctx context.Context, staffID int64, pinfl taxid.PINFL) (bool, error) {
	p, err := byFingerprint(ctx, s.DB, s.Box.MACs(taxid.PINFLPurpose, []byte(pinfl)))
	if errors.Is(err, ErrUnknown) {
		return false, nil
	}
	return p.ID == staffID && p.Status == Active, err
}

// Get gives one person, or ErrUnknown.
func (s *Service) Get(ctx context.Context, o actor.Operator, id int64) (Person, error) {
	if err := o.Need(perm.OpStaffManage); err != nil {
		return Person{}, err
	}
	return byID(ctx, s.DB, id)
}

// Add takes a person on. Whoever gives anything to the staff signs anew
// (gate.ErrProve): adding, more roles and unblocking; taking away is done at once.
func (s *Service) Add(ctx context.Context, o actor.Operator, d Draft) (id int64, err error) {
	if err := o.Need(perm.OpStaffManage); err != nil {
		return 0, err
	}
	d, pinfl, err := d.clean()
	if err != nil {
		return 0, err
	}
	err = gate.InFreshTx(ctx, s.DB, o, perm.OpStaffManage, func(tx pg.Tx) error {
		id, err = s.addTx(ctx, tx, o.Subject(), d, pinfl)
		return err
	})
	return id, err
}

// AddByCommand takes a person on from the command line: the first one, whom
// nobody could take on otherwise.
//
//gate:none whoever runs commands on the server may do anything
func (s *Service) AddByCommand(ctx context.Context, d Draft) (id int64, err error) {
	d, pinfl, err := d.clean()
	if err != nil {
		return 0, err
	}
	err = pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		id, err = s.addTx(ctx, tx, actor.System("kabinet operator add"), d, pinfl)
		return err
	})
	return id, err
}

func (s *Service) addTx(ctx context.Context, tx pg.Tx, who actor.Subject, d Draft, pinfl taxid.PINFL) (int64, error) {
	id, err := insert(ctx, tx, d, s.Box.MAC(taxid.PINFLPurpose, []byte(pinfl)))
	if err != nil {
		return 0, err
	}
	return id, audit.Record(ctx, tx, who, audit.Entry{
		Action: "staff.add", Target: target(id), Details: map[string]any{"name": d.Name, "roles": d.Roles},
	})
}

// SetRoles changes what a person may do.
func (s *Service) SetRoles(ctx context.Context, o actor.Operator, id int64, roles []string) error {
	if err := o.Need(perm.OpStaffManage); err != nil {
		return err
	}
	roles = known(roles)
	if len(roles) == 0 {
		return ErrNoRole
	}
	return s.change(ctx, o, id, func(tx pg.Tx, p Person) (audit.Entry, error) {
		if slices.Equal(p.Roles, roles) {
			return audit.Entry{}, nil
		}
		if slices.ContainsFunc(roles, func(r string) bool { return !slices.Contains(p.Roles, r) }) {
			if err := gate.FreshTx(ctx, tx, o); err != nil {
				return audit.Entry{}, err
			}
		}
		e := audit.Entry{Action: "staff.change", Details: map[string]any{"name": p.Name, "roles": audit.Change{Before: p.Roles, After: roles}}}
		return e, updateRoles(ctx, tx, id, roles)
	})
}

// Block ends all that a person may do, at once.
func (s *Service) Block(ctx context.Context, o actor.Operator, id int64) error {
	if err := o.Need(perm.OpStaffManage); err != nil {
		return err
	}
	return s.setStatus(ctx, o, id, Blocked, "staff.block")
}

// Unblock gives a person back what their roles allow.
func (s *Service) Unblock(ctx context.Context, o actor.Operator, id int64) error {
	if err := o.Need(perm.OpStaffManage); err != nil {
		return err
	}
	return s.setStatus(ctx, o, id, Active, "staff.unblock")
}

func (s *Service) setStatus(ctx context.Context, o actor.Operator, id int64, status, action string) error {
	return s.change(ctx, o, id, func(tx pg.Tx, p Person) (audit.Entry, error) {
		if p.Status == status {
			return audit.Entry{}, nil
		}
		if status == Active {
			if err := gate.FreshTx(ctx, tx, o); err != nil {
				return audit.Entry{}, err
			}
		}
		e := audit.Entry{Action: action, Details: map[string]any{"name": p.Name}}
		return e, updateStatus(ctx, tx, id, status)
	})
}

// change locks the administrators before anybody else, so that two changes
// never pass each other, then lets do change a person. When it changed
// something there must still be an administrator; the person's sessions show
// the change at once.
func (s *Service) change(ctx context.Context, o actor.Operator, id int64, do func(pg.Tx, Person) (audit.Entry, error)) error {
	return pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
		if err := lockAdmins(ctx, tx); err != nil {
			return err
		}
		if err := gate.HoldTx(ctx, tx, o, perm.OpStaffManage); err != nil {
			return err
		}
		p, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		e, err := do(tx, p)
		if err != nil || e.Action == "" {
			return err
		}
		if err := adminLeft(ctx, tx); err != nil {
			return err
		}
		e.Target = target(id)
		if err := session.EvictTx(ctx, tx, session.Who{StaffID: id}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, o.Subject(), e)
	})
}

func target(id int64) string { return "staff:" + strconv.FormatInt(id, 10) }
