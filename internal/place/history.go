package place

import (
	"encoding/json"
	"strings"
	"time"

	"kabinet/internal/platform/audit"
)

// facts are the values by field, as the log keeps them, without the empty ones.
func (f Fields) facts() map[string]string {
	all := map[string]string{
		FieldName: f.Name, FieldActivities: joined(f.Activities), FieldCountry: f.Country, FieldRegion: f.Region,
		FieldDistrict: f.District, FieldStreet: f.Street, FieldGLN: string(f.GLN), FieldCode: f.Code,
	}
	for k, v := range all {
		if v == "" {
			delete(all, k)
		}
	}
	return all
}

func joined(as []Activity) string {
	words := make([]string, len(as))
	for i, a := range as {
		words[i] = string(a)
	}
	return strings.Join(words, ",")
}

// until gives the fields that differ, before and after.
func (f Fields) until(after Fields) audit.Changes {
	c, was, now := audit.Changes{}, f.facts(), after.facts()
	for _, k := range FieldNames() {
		c.Note(k, was[k], now[k])
	}
	return c
}

// created are the details of a new place.
func created(o Origin, f Fields) map[string]string {
	details := f.facts()
	details["origin"] = string(o)
	return details
}

// FieldNames lists the fields in the order of forms.
func FieldNames() []string {
	return []string{FieldName, FieldActivities, FieldCountry, FieldRegion, FieldDistrict, FieldStreet, FieldGLN, FieldCode}
}

// Event is a line of a place's history.
type Event struct {
	ID        int64
	At        time.Time
	Action    string
	ActorKind string // member, staff, system, visitor
	ActorName string
	Changes   []FieldChange
}

// FieldChange is a field with its value before and after; activities are
// separated by commas.
type FieldChange struct{ Field, Before, After string }

// events reads the lines of the log; what cannot be read shows no changes.
func events(lines []audit.Line) []Event {
	es := make([]Event, len(lines))
	for i, l := range lines {
		es[i] = Event{ID: l.ID, At: l.At, Action: l.Action, ActorKind: l.ActorKind, ActorName: l.ActorName}
		var c map[string]struct{ Before, After string }
		if l.Action != "place.change" || json.Unmarshal(l.Details, &c) != nil {
			continue
		}
		for _, k := range FieldNames() {
			if f, changed := c[k]; changed {
				es[i].Changes = append(es[i].Changes, FieldChange{k, f.Before, f.After})
			}
		}
	}
	return es
}
