package document

import (
	"context"
	"strconv"
	"time"

	"kabinet/internal/core/perm"
	"kabinet/internal/core/text"
	"kabinet/internal/notice"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

// tellNew tells of an invoice that waits for an answer. One that came after its day
// was accepted by silence elsewhere; the job notes it, and nobody need hurry.
func tellNew(ctx context.Context, tx pg.Tx, d Document, now time.Time) error {
	if !d.Pending() || !now.Before(d.Deadline) {
		return nil
	}
	return tell(ctx, tx, d, "incoming")
}

// tell tells those who may answer an invoice what became of it: "incoming", "soon",
// "auto" or "refused".
func tell(ctx context.Context, tx pg.Tx, d Document, what string) error {
	members, err := answerers(ctx, tx, d)
	if err != nil {
		return err
	}
	kind := notice.Documents
	if what == "soon" {
		kind = notice.Expiry
	}
	return notice.ToMembersTx(ctx, tx, members, notice.Notice{
		OrgID: d.OrgID, Kind: kind, Key: "document.notice." + what + ".",
		Args: []string{"number", inLetter(d.Number, "…"), "party", inLetter(d.Party.Name, d.Party.TIN), "sum", i18n.Sum(d.Amount), "deadline", moment(d.Deadline)},
		Path: "/documents/" + strconv.FormatInt(d.ID, 10),
	})
}

// inLetter is a text of the other party as it may stand in a letter of ours: what a
// mail program would make a link of is read in the portal only.
func inLetter(s, instead string) string {
	if text.Linked(s) {
		return instead
	}
	return s
}

// answerRoles are the roles that let a member answer invoices.
func answerRoles() []string {
	var codes []string
	for _, r := range perm.RolesWith(perm.DocAccept) {
		codes = append(codes, string(r))
	}
	return codes
}
