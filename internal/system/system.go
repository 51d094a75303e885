// Package system shows the operator how the portal itself is doing: what waits,
// what failed, who did what.
//
// It keeps nothing of its own. Jobs may be tried again or cancelled; the log is
// only read.
package system

import (
	"strings"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/page"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/jobs"
)

// What the pages show of jobs and of the log is what the platform keeps.
type (
	Job       = jobs.Job
	JobDetail = jobs.Detail
	JobState  = jobs.State
	JobFilter = jobs.Filter
	Line      = audit.Line
)

// JobStates lists the states in the order of a job's life.
func JobStates() []JobState { return jobs.States() }

// MayRetry reports whether a job can be made to run again.
func MayRetry(s JobState) bool { return s != jobs.Running && s != jobs.Completed }

// MayCancel reports whether a job can still be stopped.
func MayCancel(s JobState) bool {
	return s != jobs.Completed && s != jobs.Cancelled && s != jobs.Discarded
}

// Overview is the state of the portal in a few numbers.
type Overview struct {
	Imported, Active, Blocked int // organizations
	Campaigns                 int // starting or running
	LettersQueued             int
	JobsRetrying, JobsFailed  int // to be tried again, given up
	At                        time.Time
}

// Org names the organization a line of the log is about.
type Org struct {
	ID     int64
	TIN    taxid.TIN
	NameUz string
	NameRu string
}

// Name is the organization's name in a language.
func (o Org) Name(lang string) string {
	if lang == "ru" {
		return o.NameRu
	}
	return o.NameUz
}

// AuditQuery is what a reader of the log asks for, as typed.
type AuditQuery struct {
	Actor  string // part of a name
	Action string // family ("signin.") or exact action
	TIN    string // of the organization concerned
	Cursor string // of the page before
	Per    int
}

// AuditPage is a page of the log.
type AuditPage struct {
	Lines []Line
	Orgs  map[int64]Org // those the lines are about
	Next  string        // cursor of the next page, empty on the last
}

// ErrNoOrg says that no organization has the tax number asked for.
var ErrNoOrg = fault.New(fault.Invalid, "system.audit.no_org").On("tin")

// maxExport bounds a downloaded log; a longer one is asked for in parts.
const maxExport = 10_000

// filter is the query as the log understands it, before the organization is
// looked up.
func (q AuditQuery) filter() (audit.Filter, taxid.TIN, error) {
	f := audit.Filter{Actor: strings.TrimSpace(q.Actor), Action: q.Action, Limit: q.Per}
	if err := page.Decode(q.Cursor, &f.Before); err != nil {
		return f, "", err
	}
	if strings.TrimSpace(q.TIN) == "" {
		return f, "", nil
	}
	tin, err := taxid.ParseTIN(q.TIN)
	if err != nil {
		return f, "", taxid.ErrTIN.On("tin")
	}
	return f, tin, nil
}

// Families are the parts of the log one may narrow it to.
func Families() []string {
	return []string{"signin.", "session.", "account.", "org.", "place.", "member.", "letter.", "campaign.", "import.", "staff.", "job."}
}
