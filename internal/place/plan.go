package place

// Plan is what a file comes to against the places there are at this moment.
type Plan struct {
	Add    []Row
	Change []Changed
	Same   int // rows that would change nothing
	Bad    int // rows that are refused because of other places or rows
	Told   []Complaint
}

// Changed is a place that a row of a file changes.
type Changed struct {
	Old Place
	New Fields
}

// Idle reports whether there is nothing to apply.
func (p Plan) Idle() bool { return len(p.Add) == 0 && len(p.Change) == 0 }

// planner knows the places of an organization by what a file may name them by.
// A row is about the place with its number, else with its own code, else with
// its name and address; so the same file twice changes nothing.
type planner struct {
	byID    map[int32]Place
	codes   map[string]Place // of active places
	likes   map[string]Place
	blocked map[string]Place // by "code " + code and by likeness
	rows    map[string]int   // what a row of the file claims, to its number
	plan    Plan
}

// MakePlan judges the rows of a file, in their order, against all places.
func MakePlan(rows []Row, all []Place) Plan {
	p := planner{byID: map[int32]Place{}, codes: map[string]Place{}, likes: map[string]Place{}, blocked: map[string]Place{}, rows: map[string]int{}}
	for _, one := range all {
		p.know(one)
	}
	for _, r := range rows {
		if c, ok := p.judge(r); !ok {
			p.plan.Bad++
			p.plan.Told = append(p.plan.Told, c)
		}
	}
	return p.plan
}

func (p *planner) know(one Place) {
	p.byID[one.ID] = one
	switch {
	case !one.Active():
		p.blocked[one.likeness()] = one
		if one.Code != "" {
			p.blocked["code "+one.Code] = one
		}
	default:
		p.likes[one.likeness()] = one
		if one.Code != "" {
			p.codes[one.Code] = one
		}
	}
}

// judge plans a row, or says why it cannot be done.
func (p *planner) judge(r Row) (Complaint, bool) {
	one, found, wrong := p.target(r)
	if wrong != nil {
		return *wrong, false
	}
	if !found {
		return p.add(r)
	}
	r.Fields = merged(one.Fields, r)
	if one.equal(r.Fields) {
		c, ok := p.claim(r, one.ID)
		if ok {
			p.plan.Same++
		}
		return c, ok
	}
	if !one.Active() {
		return complain(r.N, "", "place.import.blocked", "", "id", one.ID), false
	}
	if c, ok := p.free(r, one.ID); !ok {
		return c, false
	}
	c, ok := p.claim(r, one.ID)
	if ok {
		p.plan.Change = append(p.plan.Change, Changed{one, r.Fields})
	}
	return c, ok
}

// target finds the place that a row is about.
func (p *planner) target(r Row) (one Place, found bool, wrong *Complaint) {
	refuse := func(field, key string, args ...any) (Place, bool, *Complaint) {
		c := complain(r.N, field, key, "", args...)
		return Place{}, false, &c
	}
	if r.ID != 0 {
		one, found = p.byID[r.ID]
		if !found {
			return refuse(FieldID, "place.import.no_id", "id", r.ID)
		}
		return one, true, nil
	}
	if r.Code != "" {
		if one, found = p.codes[r.Code]; found {
			return one, true, nil
		}
		if b, gone := p.blocked["code "+r.Code]; gone {
			return refuse(FieldCode, "place.import.blocked", "id", b.ID)
		}
	}
	if one, found = p.likes[r.likeness()]; found {
		if r.Code != "" && one.Code != "" {
			return refuse(FieldCode, "place.import.same", "id", one.ID)
		}
		return one, true, nil
	}
	if b, gone := p.blocked[r.likeness()]; gone {
		return refuse("", "place.import.blocked", "id", b.ID)
	}
	return Place{}, false, nil
}

func (p *planner) add(r Row) (Complaint, bool) {
	c, ok := p.claim(r, 0)
	if ok {
		p.plan.Add = append(p.plan.Add, r)
	}
	return c, ok
}

// free reports whether name, address and code of a changed place are nobody
// else's.
func (p *planner) free(r Row, id int32) (Complaint, bool) {
	if other, taken := p.likes[r.likeness()]; taken && other.ID != id {
		return complain(r.N, FieldName, "place.import.same", r.Name, "id", other.ID), false
	}
	if other, taken := p.codes[r.Code]; taken && other.ID != id {
		return complain(r.N, FieldCode, "place.import.code", r.Code, "id", other.ID), false
	}
	return Complaint{}, true
}

// claim refuses a row that is about what an earlier row of the file is about.
func (p *planner) claim(r Row, id int32) (Complaint, bool) {
	claims := []string{"like " + r.likeness()}
	if id != 0 {
		claims = append(claims, "id "+itoa(id))
	}
	if r.Code != "" {
		claims = append(claims, "code "+r.Code)
	}
	for _, c := range claims {
		if n, taken := p.rows[c]; taken {
			return complain(r.N, "", "place.import.twice", "", "row", n), false
		}
	}
	for _, c := range claims {
		p.rows[c] = r.N
	}
	return Complaint{}, true
}

// merged keeps what a row leaves empty: a file never takes anything away.
func merged(old Fields, r Row) Fields {
	f := r.Fields
	if r.AnyCountry {
		f.Country = old.Country
	}
	if f.Street == "" {
		f.Street = old.Street
	}
	if f.GLN == "" {
		f.GLN = old.GLN
	}
	if f.Code == "" {
		f.Code = old.Code
	}
	return f
}
