package attribute

import (
	"context"
	"regexp"
	"strings"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/fault"
	"kabinet/internal/core/fold"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/pg"
)

// Refusals about a code of a dictionary.
var (
	ErrNoCode    = fault.New(fault.NotFound, "attribute.code.not_found")
	ErrCodeTaken = fault.New(fault.Conflict, "attribute.code.taken").On("code")
	ErrBadList   = fault.New(fault.NotFound, "attribute.code.no_list")
)

// maxName is the length of the name of a code, in characters: those of the TN
// VED are long.
const maxName = 400

// Lists are the dictionaries in the order of pages.
func Lists() []List { return []List{Categories, HS, IKPU} }

// ParseList finds a dictionary by its name in addresses.
func ParseList(s string) (List, error) {
	for _, l := range Lists() {
		if string(l) == s {
			return l, nil
		}
	}
	return "", ErrBadList
}

var (
	hsShape   = regexp.MustCompile(`^[0-9]{10}$`)
	ikpuShape = regexp.MustCompile(`^[0-9]{17}$`)
)

// shape is what codes of a dictionary look like.
func (l List) shape() *regexp.Regexp {
	switch l {
	case HS:
		return hsShape
	case IKPU:
		return ikpuShape
	case Categories:
	}
	return codeShape
}

// Entry is a code as staff keep it.
type Entry struct {
	Code
	Off     bool // may not be chosen any more
	Version int  // counts changes
}

// CodeDraft is what one of the staff typed about a code.
type CodeDraft struct {
	Code    string // fixed once it is there
	Name    Words
	Version int // of the code that was on the page; 0 for a new one
}

// Open turns a draft into a code of a dictionary, or complains about every field
// at once.
func (d CodeDraft) Open(list List) (Code, error) {
	var wrong fault.Form
	c := Code{Code: strings.TrimSpace(d.Code)}
	if list != Categories {
		c.Code = strings.Join(strings.Fields(d.Code), "")
	}
	wrong.Check(list.shape().MatchString(c.Code), "code", "attribute.code.shape."+string(list))
	name := func(field, typed string, needed bool) string {
		s, err := text.Line(typed, maxName)
		wrong.Add(field, err)
		wrong.Check(s != "" || !needed, field, "attribute.code.name")
		return s
	}
	c.Name = Words{Uz: name("uz", text.Uzbek(d.Name.Uz), true), Ru: name("ru", d.Name.Ru, true), En: name("en", d.Name.En, false)}
	return c, wrong.Err()
}

// folded is what a search looks in.
func (c Code) folded() string { return fold.Words(c.Code, c.Name.Uz, c.Name.Ru, c.Name.En) }

// CodeFilter chooses codes of a dictionary.
type CodeFilter struct {
	Group int16
	List  List
	Query string // words and parts of codes; "" for all
	Off   bool   // those that may not be chosen any more, instead of those that may
	After string // code of the last row of the page before
	Size  int
}

// Codes lists a page of a dictionary by code, and whether others follow.
func (s *Service) Codes(ctx context.Context, op actor.Operator, f CodeFilter) (page []Entry, more bool, err error) {
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return nil, false, err
	}
	page, err = selectCodes(ctx, s.DB, f)
	if len(page) > f.Size {
		return page[:f.Size], true, err
	}
	return page, false, err
}

// AllCodes is a whole dictionary for a file, also with what may not be chosen
// any more.
func (s *Service) AllCodes(ctx context.Context, op actor.Operator, group int16, list List) ([]Entry, error) {
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return nil, err
	}
	return allCodes(ctx, s.DB, group, list)
}

// CodeCounts says how many codes of a dictionary may be chosen and how many may
// not any more.
func (s *Service) CodeCounts(ctx context.Context, op actor.Operator, group int16, list List) (used, off int, err error) {
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return 0, 0, err
	}
	return countCodes(ctx, s.DB, group, list)
}

// CodeEntry gives one code of a dictionary, or ErrNoCode.
func (s *Service) CodeEntry(ctx context.Context, op actor.Operator, group int16, list List, code string) (Entry, error) {
	if err := op.Need(perm.OpDictionaryRead); err != nil {
		return Entry{}, err
	}
	return oneCode(ctx, s.DB, group, list, code)
}

// AddCode adds a code to a dictionary; ErrCodeTaken when it is there already.
func (s *Service) AddCode(ctx context.Context, op actor.Operator, group int16, list List, d CodeDraft) error {
	return gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		c, err := d.Open(list)
		if err != nil {
			return err
		}
		if err := insertCode(ctx, tx, group, list, c); err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "reference.add", Target: codeTarget(group, list, c.Code), Details: c.Name})
	})
}

// RenameCode changes what a code is called. Of two who edit at once the second
// gets ErrEdited.
func (s *Service) RenameCode(ctx context.Context, op actor.Operator, group int16, list List, code string, d CodeDraft) error {
	return gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		before, err := lockCode(ctx, tx, group, list, code)
		if err != nil {
			return err
		}
		d.Code = code
		after, err := d.Open(list)
		switch {
		case err != nil:
			return err
		case before.Version != d.Version:
			return ErrEdited
		case after == before.Code:
			return nil
		}
		if err := renameCode(ctx, tx, group, list, after); err != nil {
			return err
		}
		changes := audit.Changes{}
		changes.Note("uz", before.Name.Uz, after.Name.Uz)
		changes.Note("ru", before.Name.Ru, after.Name.Ru)
		changes.Note("en", before.Name.En, after.Name.En)
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: "reference.change", Target: codeTarget(group, list, code), Details: changes})
	})
}

// SwitchCode takes a code out of what may be chosen, or puts it back. Cards that
// name it keep it; nothing is noted when it is so already.
func (s *Service) SwitchCode(ctx context.Context, op actor.Operator, group int16, list List, code string, off bool) error {
	return gate.InTx(ctx, s.DB, op, perm.OpDictionaryManage, func(tx pg.Tx) error {
		before, err := lockCode(ctx, tx, group, list, code)
		if err != nil || before.Off == off {
			return err
		}
		if err := switchCode(ctx, tx, group, list, code, off); err != nil {
			return err
		}
		action := "reference.on"
		if off {
			action = "reference.off"
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{Action: action, Target: codeTarget(group, list, code), Details: before.Name})
	})
}

// codeTarget names a code in the log: "hs:13/2201101100".
func codeTarget(group int16, list List, code string) string {
	return string(list) + ":" + strings.TrimPrefix(target(group), "group:") + "/" + code
}
