package place

import (
	"encoding/json"
	"strings"
	"time"

	"kabinet/internal/platform/audit"
)

// facts are the values of a place by field, as the log keeps them.
type facts map[string]string

// facts leaves out what is empty.
func (f Fields) facts() facts {
	all := facts{
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

// differ gives the values of the fields that differ, before and after.
func differ(p, q Fields) (before, after facts) {
	before, after = p.facts(), q.facts()
	for _, k := range FieldNames() {
		switch {
		case before[k] == after[k]:
			delete(before, k)
			delete(after, k)
		case before[k] == "":
			before[k] = ""
		case after[k] == "":
			after[k] = ""
		}
	}
	return before, after
}

// FieldNames lists the fields in the order of forms.
func FieldNames() []string {
	return []string{FieldName, FieldActivities, FieldCountry, FieldRegion, FieldDistrict, FieldStreet, FieldGLN, FieldCode}
}

// change is what the log keeps of an act.
type change struct {
	Origin Origin `json:"origin,omitempty"`
	Before facts  `json:"before,omitempty"`
	After  facts  `json:"after,omitempty"`
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
		var c change
		if l.Action != "place.change" || json.Unmarshal(l.Details, &c) != nil {
			continue
		}
		for _, k := range FieldNames() {
			if c.Before[k] != c.After[k] {
				es[i].Changes = append(es[i].Changes, FieldChange{k, c.Before[k], c.After[k]})
			}
		}
	}
	return es
}
