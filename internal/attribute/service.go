package attribute

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
	"kabinet/internal/productgroup"
)

// Refusals about what staff keep. ErrEdited says that somebody else published
// or changed it meanwhile.
var (
	ErrNoGroup = fault.New(fault.NotFound, "attribute.no_group")
	ErrEdited  = fault.New(fault.Conflict, "attribute.edited")
	ErrSame    = fault.New(fault.Invalid, "attribute.draft.same").On("add")
)

// maxNote is the length of what staff write about a version, in characters.
const maxNote = 300

// Service is what the staff do with the attributes of cards and the codes one
// chooses from. Members read both through BookOf.
type Service struct{ DB *pgxpool.Pool }

// Overview is what a product group has.
type Overview struct {
	Group      productgroup.Group
	Version    int // of the attributes; 0 when there are none
	Attributes int
	Codes      map[List]int // that may be chosen
}

// Overview lists all product groups with what cards of each need.
func (s *Service) Overview(ctx context.Context, op actor.Operator) ([]Overview, error) {
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return nil, err
	}
	dictionary, err := productgroup.LoadDictionary(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	sizes, err := sizesOfGroups(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	groups := dictionary.All()
	all := make([]Overview, len(groups))
	for i, g := range groups {
		all[i] = sizes[g.ID]
		all[i].Group = g
	}
	return all, nil
}

// Group gives a product group, or ErrNoGroup.
func (s *Service) Group(ctx context.Context, op actor.Operator, id int16) (productgroup.Group, error) {
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return productgroup.Group{}, err
	}
	dictionary, err := productgroup.LoadDictionary(ctx, s.DB)
	if err != nil {
		return productgroup.Group{}, err
	}
	g, ok := dictionary.Find(id)
	if !ok {
		return productgroup.Group{}, ErrNoGroup
	}
	return g, nil
}

// Head is a version of the attributes of a group without them.
type Head struct {
	Version     int
	Attributes  int
	Note        string // what staff wrote about it
	By          string // who published it; empty for what was delivered
	PublishedAt time.Time
}

// Versions lists the versions of a group's attributes, the newest first.
func (s *Service) Versions(ctx context.Context, op actor.Operator, group int16) ([]Head, error) {
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return nil, err
	}
	return heads(ctx, s.DB, group)
}

// Edited is a version with the one before it, to see what changed.
type Edited struct {
	Head
	Set    Set
	Before []Attribute // of the version before; nil for the first
}

// Version gives a version of a group's attributes; number 0 is the newest, or
// an empty set when there is none. ErrNoSet when there is no such version.
func (s *Service) Version(ctx context.Context, op actor.Operator, group int16, number int) (Edited, error) {
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return Edited{}, err
	}
	all, err := heads(ctx, s.DB, group)
	if err != nil || number == 0 && len(all) == 0 {
		return Edited{Set: Set{Group: group}}, err
	}
	if number == 0 {
		number = all[0].Version
	}
	i := slices.IndexFunc(all, func(h Head) bool { return h.Version == number })
	if i < 0 {
		return Edited{}, ErrNoSet
	}
	sets, err := setsAt(ctx, s.DB, []int16{group, group}, []int{number - 1, number})
	if err != nil || len(sets) == 0 {
		return Edited{}, err
	}
	e := Edited{Head: all[i], Set: sets[len(sets)-1]}
	if len(sets) == 2 {
		e.Before = sets[0].Attributes
	}
	return e, nil
}

// Draft is a version one of the staff wrote.
type Draft struct {
	From int // version it was made from; 0 for the first of a group
	Rows []Row
	Note string
}

// Open turns a draft into the attributes of the next version of a group, or
// complains about every field at once.
func (d Draft) Open() ([]Attribute, string, error) {
	all, err := OpenRows(d.Rows)
	note, wrongNote := text.Line(d.Note, maxNote)
	if err == nil && wrongNote != nil {
		var wrong fault.Form
		wrong.Add("note", wrongNote)
		err = wrong.Err()
	}
	return all, note, err
}

// Check says what a draft would change of the newest version, without keeping
// anything: complaints about fields, ErrSame, or ErrEdited when a version has
// been published since the draft was begun.
func (s *Service) Check(ctx context.Context, op actor.Operator, group int16, d Draft) ([]Change, error) {
	if err := op.Need(perm.OpDictionaryManage); err != nil {
		return nil, err
	}
	return check(ctx, s.DB, group, d)
}

func check(ctx context.Context, q pg.Querier, group int16, d Draft) ([]Change, error) {
	sets, err := newestSets(ctx, q, []int16{group})
	if err != nil {
		return nil, err
	}
	newest := Set{Group: group}
	if len(sets) > 0 {
		newest = sets[0]
	}
	after, _, err := d.Open()
	if err != nil {
		return nil, err
	}
	changes := Diff(newest.Attributes, after)
	switch {
	case newest.Version != d.From:
		return changes, ErrEdited
	case len(changes) == 0:
		return nil, ErrSame
	}
	return changes, nil
}

// Publish makes a draft the next version: cards begun from now on are written
// under it. Of two who publish at once the second gets ErrEdited.
func (s *Service) Publish(ctx context.Context, op actor.Operator, group int16, d Draft) (version int, err error) {
	err = gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		version, err = publish(ctx, tx, op, group, d)
		return err
	})
	return version, err
}

func publish(ctx context.Context, tx pg.Tx, op actor.Operator, group int16, d Draft) (int, error) {
	changes, err := check(ctx, tx, group, d)
	if err != nil {
		return 0, err
	}
	all, note, err := d.Open()
	if err != nil {
		return 0, err
	}
	version := d.From + 1
	if err := insertSet(ctx, tx, Set{Group: group, Version: version, Attributes: all}, note, op.Name); err != nil {
		return 0, err
	}
	return version, audit.Record(ctx, tx, op.Subject(), audit.Entry{
		Action: "attributes.publish", Target: target(group), Details: map[string]any{"version": version, "note": note, "changed": codesOfChanges(changes)},
	})
}

func codesOfChanges(changes []Change) []string {
	codes := make([]string, len(changes))
	for i, c := range changes {
		codes[i] = c.Code
	}
	return codes
}

func target(group int16) string { return "group:" + strconv.Itoa(int(group)) }
