package audit

import "reflect"

// Change is what became of one field.
type Change struct {
	Before any `json:"before"`
	After  any `json:"after"`
}

// Changes are the details of an act that changed fields, in the one shape in
// which the list of events and the histories read them. No secrets.
type Changes map[string]Change

// Note keeps a field that differs.
func (c Changes) Note(field string, before, after any) {
	if !reflect.DeepEqual(before, after) {
		c[field] = Change{before, after}
	}
}
