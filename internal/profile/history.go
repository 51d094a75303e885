package profile

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/platform/audit"
)

// historySize is how many lines of the log one page of the history reads.
const historySize = 100

// Change is what became of one field.
type Change struct {
	At            time.Time
	By            string // empty when the operator or the portal did it
	Action        string // key of its words after "audit."
	Field         string
	Before, After string
}

// History gives the changes of the profile field by field, the newest first.
// field narrows to one; before is the line to go on after, 0 for the newest.
func (s *Service) History(ctx context.Context, a actor.Actor, field string, before int64) (cs []Change, next int64, err error) {
	if err := a.Need(perm.OrgRead); err != nil {
		return nil, 0, err
	}
	lines, more, err := audit.List(ctx, s.DB, audit.Filter{OrgID: a.OrgID, Target: target(a.OrgID), Action: "org.", Before: before, Limit: historySize})
	if err != nil {
		return nil, 0, err
	}
	for _, l := range lines {
		for _, c := range fieldsOf(l) {
			if field == "" || c.Field == field {
				cs = append(cs, c)
			}
		}
	}
	if more {
		next = lines[len(lines)-1].ID
	}
	return cs, next, nil
}

// Fields lists the fields whose history can be asked for.
func Fields() []string {
	return []string{
		"name_uz", "name_ru", "name_en", "email", "phone", "language", "director", "region", "district", "street",
		"postal_region", "postal_district", "postal_street", "account", "mfo", "bank", "main", "country",
	}
}

// fieldsOf reads the fields that a line says were changed.
func fieldsOf(l audit.Line) []Change {
	var details map[string]json.RawMessage
	if json.Unmarshal(l.Details, &details) != nil {
		return nil
	}
	var cs []Change
	for _, field := range Fields() {
		var c *audit.Change
		if raw, kept := details[field]; !kept || json.Unmarshal(raw, &c) != nil || c == nil {
			continue // a circumstance, not a change
		}
		cs = append(cs, Change{At: l.At, By: nameOf(l), Action: l.Action, Field: field, Before: plain(c.Before), After: plain(c.After)})
	}
	return cs
}

func plain(v any) string {
	if v == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(v))
}

// nameOf leaves out which of the operator's people acted.
func nameOf(l audit.Line) string {
	if slices.Contains([]string{"staff", "system"}, l.ActorKind) {
		return ""
	}
	return l.ActorName
}

// lastEdit is the newest change of the profile; the zero Edit if there is none.
func (s *Service) lastEdit(ctx context.Context, orgID int64) (Edit, error) {
	lines, _, err := audit.List(ctx, s.DB, audit.Filter{OrgID: orgID, Target: target(orgID), Action: "org.", Limit: 1})
	if err != nil || len(lines) == 0 {
		return Edit{}, err
	}
	return Edit{By: nameOf(lines[0]), At: lines[0].At}, nil
}
