package support

import (
	"context"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/page"
	"kabinet/internal/core/perm"
	"kabinet/internal/request"
)

// Part is a tab of an organization's own list.
type Part string

// The parts. Requests of package request stand among the others: those that are
// decided are answered.
const (
	All      Part = ""
	Running  Part = "open" // the operator has to move
	ForUs    Part = "waiting"
	Settled  Part = "answered"
	Finished Part = "over"
)

// Parts lists them in the order of the page.
func Parts() []Part { return []Part{All, Running, ForUs, Settled, Finished} }

// ParsePart reads a part; anything unknown is All.
func ParsePart(s string) Part {
	for _, p := range Parts() {
		if string(p) == s {
			return p
		}
	}
	return All
}

// holds reports whether a request in a state belongs to the part.
func (p Part) holds(s Status) bool {
	switch p {
	case Running:
		return s == Open || s == Work
	case ForUs:
		return s == Waiting
	case Settled:
		return s == Answered
	case Finished:
		return s == Closed || s == Withdrawn
	case All:
	}
	return true
}

// standing is a state of package request in the words of this one.
func standing(s request.Status) Status {
	switch s {
	case request.Open:
		return Open
	case request.Withdrawn:
		return Withdrawn
	case request.Approved, request.Refused:
	}
	return Answered
}

// Row is a line of the list: a request in words, or one that staff decide.
type Row struct {
	Request        // zero for a wish
	Wish           *request.Request
	At             time.Time // of the latest change
	Unread         bool      // the operator wrote since the reader marked it as read
	source, number int64     // order of what changed at one moment
}

// OwnFilter chooses requests of an organization; zero fields do not narrow.
type OwnFilter struct {
	Part  Part
	Kind  Kind
	Query string // number, or words of the subject
	After string // cursor of the page before
	Size  int
}

// OwnPage is a page of the list.
type OwnPage struct {
	Rows   []Row
	Next   string // cursor; empty on the last page
	Counts map[Part]int
}

// mark is where a page ends.
type mark struct {
	At     time.Time `json:"t"`
	Source int64     `json:"s"`
	Number int64     `json:"n"`
}

// own are the criteria of a list of members.
type own struct {
	orgID    int64
	memberID int64 // 0 for all of the organization
	reader   int64
	statuses []string // of this package
	decided  []string // of package request
	kind     string
	kinds    []string // of package request
	number   int64
	words    string // pattern for ILIKE
	after    mark
	size     int
}

// Own gives a page of what the reader asked the operator for; administrators see
// what everybody in the organization asked. The latest change comes first.
func (s *Service) Own(ctx context.Context, a actor.Actor, f OwnFilter) (OwnPage, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return OwnPage{}, err
	}
	c := f.criteria(a)
	if err := page.Decode(f.After, &c.after); err != nil {
		return OwnPage{}, err
	}
	rows, err := s.merged(ctx, c)
	if err != nil {
		return OwnPage{}, err
	}
	var p OwnPage
	p.Rows, p.Next = page.Cut(rows, c.size, func(r Row) string { return page.Encode(mark{r.At, r.source, r.number}) })
	p.Counts, err = countOwn(ctx, s.DB, c)
	return p, err
}

// ExportOwn gives what a filter chooses, at most 5,000.
func (s *Service) ExportOwn(ctx context.Context, a actor.Actor, f OwnFilter) ([]Row, error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, err
	}
	c := f.criteria(a)
	c.size = exportLimit
	rows, err := s.merged(ctx, c)
	return rows[:min(len(rows), exportLimit)], err
}

// merged reads from both tables, one row more than asked, the latest first.
func (s *Service) merged(ctx context.Context, c own) ([]Row, error) {
	rows, err := ownRequests(ctx, s.DB, c)
	if err != nil {
		return nil, err
	}
	wishes, err := ownWishes(ctx, s.DB, c)
	if err != nil {
		return nil, err
	}
	rows = append(rows, wishes...)
	slices.SortFunc(rows, func(a, b Row) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		if a.source != b.source {
			return int(b.source - a.source)
		}
		return int(b.number - a.number)
	})
	return rows[:min(len(rows), c.size+1)], nil
}

func (f OwnFilter) criteria(a actor.Actor) own {
	c := own{orgID: a.OrgID, reader: a.MemberID, memberID: a.MemberID, kind: string(f.Kind), size: f.Size}
	if a.Need(perm.MemberManage) == nil {
		c.memberID = 0
	}
	if c.size <= 0 {
		c.size = page.Size("")
	}
	for _, s := range Statuses() {
		if f.Part.holds(s) {
			c.statuses = append(c.statuses, string(s))
		}
	}
	for _, s := range request.Statuses() {
		if f.Part.holds(standing(s)) {
			c.decided = append(c.decided, string(s))
		}
	}
	for _, k := range request.Kinds() {
		if f.Kind == "" || f.Kind == kindOf(k) {
			c.kinds = append(c.kinds, string(k))
		}
	}
	if q := strings.TrimSpace(f.Query); q != "" {
		c.number = ParseNumber(q)
		c.words = "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q) + "%"
	}
	return c
}

// kindOf is what a request of package request is about.
func kindOf(k request.Kind) Kind {
	if k == request.Issuer {
		return Issuer
	}
	return Prefix
}
