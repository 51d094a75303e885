// Package audit keeps what was done, by whom, to what.
//
// A line is written in the transaction of the act itself: an act without its
// line cannot be stored, nor a line without its act. Lines are only ever added.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/platform/pg"
)

// Entry is what happened.
type Entry struct {
	OrgID   int64  // the organization it concerns; 0 for the system's own log
	Action  string // "noun.verb" in the present tense, as in "org.activate"; "audit.noun.verb" is the key of its words
	Target  string // "kind:id"
	Details any    // changed fields or circumstances, stored as JSON; no secrets
}

// Record adds a line for what who did.
func Record(ctx context.Context, tx pg.Tx, who actor.Subject, e Entry) error {
	details, err := detailsJSON(e.Details)
	if err != nil {
		return err
	}
	return insertLine(ctx, tx, who, e, details)
}

func detailsJSON(v any) ([]byte, error) {
	if v == nil {
		return []byte("{}"), nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("audit details: %w", err)
	}
	return b, nil
}

// Line is a stored entry.
type Line struct {
	OrgID     int64
	ID        int64
	At        time.Time
	ActorKind string // member, staff, system, visitor
	ActorID   string
	ActorName string
	Action    string
	Target    string
	Details   json.RawMessage
	IP        string
	RequestID string
	Sealed    bool // covered by the chain of hashes
}

// Filter chooses lines; zero fields do not narrow.
type Filter struct {
	OrgID  int64
	Action string    // exact action, or a prefix ending in "."
	Actor  string    // part of a name
	Target string    // exact "kind:id"
	From   time.Time // first moment; zero does not narrow
	Until  time.Time // first moment no longer wanted
	Before int64     // lines older than this id; 0 starts at the newest
	Limit  int
}

// List gives the newest lines first and whether older ones follow.
//
//tenant:any operators read the log of every organization; Filter.OrgID narrows it
func List(ctx context.Context, q pg.Querier, f Filter) (lines []Line, more bool, err error) {
	lines, err = selectLines(ctx, q, f)
	if len(lines) > f.Limit {
		return lines[:f.Limit], true, err
	}
	return lines, false, err
}
