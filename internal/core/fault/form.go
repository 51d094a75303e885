package fault

// Complaint is what is wrong with one field of a form. The summary above the
// form and the line at the field use the same words (ux.md 5.1), so there is
// one key for both.
type Complaint struct {
	Field string
	Key   string
	Args  []any // name, value pairs
}

// Complaints are kept in the order in which the form asks.
type Complaints []Complaint

// On finds the complaint about a field; a field shows the first one only.
func (cs Complaints) On(field string) (Complaint, bool) {
	for _, c := range cs {
		if c.Field == field {
			return c, true
		}
	}
	return Complaint{}, false
}

// Form collects complaints so that the person sees all of them at once.
type Form struct{ complaints Complaints }

// Check adds a complaint unless ok. A field that has one already keeps it:
// the first thing to mend is said first.
func (f *Form) Check(ok bool, field, key string, args ...any) {
	if ok {
		return
	}
	if _, has := f.complaints.On(field); has {
		return
	}
	f.complaints = append(f.complaints, Complaint{Field: field, Key: key, Args: args})
}

// Add turns a fault into a complaint about field; nil adds nothing.
func (f *Form) Add(field string, err error) {
	if err == nil {
		return
	}
	if e, ok := As(err); ok {
		f.Check(false, field, e.Key, e.Args...)
		return
	}
	f.Check(false, field, "fault.value")
}

// Err is nil when nobody complained, else a fault of kind Invalid.
func (f *Form) Err() error {
	if len(f.complaints) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "fault.form", Complaints: f.complaints}
}

// ComplaintsOf takes the complaints out of err: those of a form, or the single
// one of a fault that names its field.
func ComplaintsOf(err error) (Complaints, bool) {
	e, ok := As(err)
	switch {
	case !ok:
		return nil, false
	case len(e.Complaints) > 0:
		return e.Complaints, true
	case e.Field != "":
		return Complaints{{Field: e.Field, Key: e.Key, Args: e.Args}}, true
	}
	return nil, false
}
