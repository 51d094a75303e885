package org

import (
	"context"
	"crypto/sha256"
	"encoding/binary"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// Result is what storing a record does.
type Result int

// The results. Refused means that the organization is activated and the row
// wants another director or another address of letters.
const (
	Created Result = iota
	Changed
	Unchanged
	Refused
)

// Outcome is what came of one record.
type Outcome struct {
	OrgID      int64 // 0 while the organization is not stored
	Result     Result
	Active     bool             // was activated, or blocked after that
	Complaints fault.Complaints // of a refused record
}

// LockImportTx lets one transaction at a time store records, until it ends.
// Imports of overlapping files take turns batch by batch; without this they
// would lock the same organizations in different orders.
func LockImportTx(ctx context.Context, tx pg.Tx) error { return lockImport(ctx, tx) }

// PutManyTx stores records with distinct tax numbers and says, in their order,
// what came of each. A record equal to the one stored last is left alone, so a
// repetition changes nothing; an activated organization keeps its director and
// its e-mail whatever the record says.
func PutManyTx(ctx context.Context, tx pg.Tx, box *seal.Box, records []Record) ([]Outcome, error) {
	if err := lockImport(ctx, tx); err != nil {
		return nil, err
	}
	outcomes, err := compareStaged(ctx, tx, box, records)
	if err != nil {
		return nil, err
	}
	written, err := writeStaged(ctx, tx, outcomes)
	if err != nil {
		return nil, err
	}
	return settle(ctx, tx, records, outcomes, written)
}

// CompareManyTx says what PutManyTx would do with the records at this moment.
func CompareManyTx(ctx context.Context, tx pg.Tx, box *seal.Box, records []Record) ([]Outcome, error) {
	return compareStaged(ctx, tx, box, records)
}

func compareStaged(ctx context.Context, tx pg.Tx, box *seal.Box, records []Record) ([]Outcome, error) {
	if err := stage(ctx, tx, box, records); err != nil {
		return nil, err
	}
	return classify(ctx, tx, len(records))
}

// settle puts the ids of what was written into the outcomes. What should have
// been written and was not belongs to an organization that was activated since
// it was looked at; a second look says so.
func settle(ctx context.Context, tx pg.Tx, records []Record, outcomes []Outcome, written map[taxid.TIN]int64) ([]Outcome, error) {
	late := false
	for i, r := range records {
		id, ok := written[r.TIN]
		if ok {
			outcomes[i].OrgID = id
		}
		late = late || !ok && (outcomes[i].Result == Created || outcomes[i].Result == Changed)
	}
	if !late {
		return outcomes, nil
	}
	again, err := classify(ctx, tx, len(records))
	if err != nil {
		return nil, err
	}
	for i, r := range records {
		if _, ok := written[r.TIN]; !ok {
			outcomes[i] = again[i]
		}
	}
	return outcomes, nil
}

// comparison is how a staged record and the stored organization differ.
type comparison struct {
	n                    int
	orgID                int64 // 0: not stored
	status               string
	same                 bool // nothing at all differs
	name, pinfl, mailbox bool // that differ
}

// outcome is the rule of what an import may do to an organization.
func (c comparison) outcome() Outcome {
	o := Outcome{OrgID: c.orgID, Active: c.orgID != 0 && Status(c.status) != Imported}
	switch {
	case c.orgID == 0:
		o.Result = Created
	case c.same:
		o.Result = Unchanged
	case o.Active && (c.name || c.pinfl || c.mailbox):
		o.Result = Refused
		var f fault.Form
		f.Check(!c.name, FieldDirector, "org.draft.active")
		f.Check(!c.pinfl, FieldPINFL, "org.draft.active")
		f.Check(!c.mailbox, FieldEmail, "org.draft.active")
		o.Complaints, _ = fault.ComplaintsOf(f.Err())
	default:
		o.Result = Changed
	}
	return o
}

// hash tells whether a record is the one stored last. The personal number goes
// in as its fingerprint: a bare hash of fourteen digits could be found by trying.
func (r Record) hash(mac []byte) []byte {
	const version = 1 // raise it to have every organization stored anew
	b := make([]byte, 0, 1024)
	b = append(b, version)
	for _, s := range []string{
		string(r.TIN), string(r.Form), r.NameUz, r.NameRu, r.NameEn, r.Director, string(mac),
		r.Email, r.Phone, r.Region, r.District, r.Street, r.Language, r.Extra,
	} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}
