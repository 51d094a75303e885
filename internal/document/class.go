package document

import (
	"slices"
	"strconv"
	"strings"
)

// A document's class is what it is counted by, as one number that the database keeps
// (documents.class): two digits of its kind, one each of side, answer and status.
// Lists narrow by it and count by it, for it stands in documents_list_idx: the four
// texts there cost three times as much.
const (
	classKind   = `d.class / 1000`
	classSide   = `d.class / 100 % 10`
	classAnswer = `d.class / 10 % 10`
	classStatus = `d.class % 10`
)

// The digits are stored: what is added stands at the end, with a migration of the
// column.
func (k Kind) digits() int {
	return 1 + slices.Index([]Kind{
		Invoice, AdditionalInvoice, CorrectedInvoice, Declaration, AICRegistration, AICWithdrawal, Utilisation, Aggregation, Disaggregation,
		Withdrawal, WriteOff, Import, Validation, Typographic, CodeCorrection, Order,
	}, k)
}

func (s Side) digit() int { return slices.Index([]Side{NoSide, In, Out}, s) }

func (a Answer) digit() int { return slices.Index([]Answer{NoAnswer, Waiting, Accepted, Rejected}, a) }

// digits are those of a status as shown.
func (s Status) digits() []int {
	if s == Review {
		return []int{1, 2, 3} // Created, Validating, InProcess
	}
	return []int{4 + slices.Index([]Status{Success, Partial, Failed}, s)}
}

// on is the condition of a tab.
func (t Tab) on() string {
	kinds := t.Kinds()
	if kinds == nil {
		return `true`
	}
	return kindIn(kinds)
}

// kindIn is the condition on documents "d" of some kinds.
func kindIn(kinds []Kind) string {
	digits := make([]string, len(kinds))
	for i, k := range kinds {
		digits[i] = strconv.Itoa(k.digits())
	}
	return classKind + ` in (` + strings.Join(digits, ", ") + `)`
}
