package card

import (
	"context"
	"strconv"
	"strings"

	"kabinet/internal/attribute"
	"kabinet/internal/core/actor"
	"kabinet/internal/notice"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/pg"
)

// ForModeration reads what the operator's desk shows of a card: the version that
// waits, the one in force, if any, and the last one that was returned, if any.
// ErrState when nothing waits (any more), ErrNotFound when there is no such card.
func ForModeration(ctx context.Context, q pg.Querier, orgID, cardID int64) (waiting Version, live, returned *Version, err error) {
	c, err := oneCard(ctx, q, orgID, cardID)
	if err != nil {
		return Version{}, nil, nil, err
	}
	versions, err := allVersions(ctx, q, c)
	if err != nil {
		return Version{}, nil, nil, err
	}
	for i, v := range versions {
		switch {
		case v.Status == Sent && v.Number == c.Newest:
			waiting = v
		case v.Status == InForce:
			live = &versions[i]
		case v.Status == Back && returned == nil:
			returned = &versions[i]
		}
	}
	if waiting.Number == 0 {
		return Version{}, nil, nil, ErrState
	}
	return waiting, live, returned, nil
}

// PublishTx puts a waiting version into force in place of the one before and
// tells who wrote and sent it. ErrState when the version does not wait any more:
// of several deciders one decides. The caller holds the right.
func PublishTx(ctx context.Context, tx pg.Tx, op actor.Operator, orgID, cardID int64, n int) error {
	c, v, err := lockWaiting(ctx, tx, orgID, cardID, n)
	if err != nil {
		return err
	}
	if err := publish(ctx, tx, op, c, n); err != nil {
		return err
	}
	if err := putIntoCatalogue(ctx, tx, orgID, []shown{{cardID, n, Settled, v.Content}}); err != nil {
		return err
	}
	after := c
	after.Standing, after.Editing = Published, Settled
	if err := decided(ctx, tx, op, "card.publish", c, after, map[string]any{"version": n, "content": v.Content.SHA256()}); err != nil {
		return err
	}
	return tell(ctx, tx, c, v, "card.notice.published.", named(v.Content))
}

// ReturnTx gives a waiting version back with remarks and tells who wrote and
// sent it; otherwise like PublishTx. Without remarks it is ErrNoRemarks.
func ReturnTx(ctx context.Context, tx pg.Tx, op actor.Operator, orgID, cardID int64, n int, remarks []Remark) error {
	if len(remarks) == 0 {
		return ErrNoRemarks
	}
	c, v, err := lockWaiting(ctx, tx, orgID, cardID, n)
	if err != nil {
		return err
	}
	if err := giveBack(ctx, tx, op, c, n, remarks); err != nil {
		return err
	}
	book, _, err := books(ctx, tx, v.Content)
	if err != nil {
		return err
	}
	after := c
	after.Editing = Returned
	if err := decided(ctx, tx, op, "card.return", c, after, map[string]any{"version": n, "remarks": remarksIn("uz", remarks, book)}); err != nil {
		return err
	}
	key, args := ReturnNotice(v.Content, remarks, book)
	return tell(ctx, tx, c, v, key, args)
}

// ReturnNotice is what a return tells: the beginning of the keys of its words and
// what fills them (notice.Notice). Staff are shown it before they return.
func ReturnNotice(c Content, remarks []Remark, book attribute.Book) (key string, args []string) {
	args = named(c)
	for _, l := range []string{"uz", "ru", "en"} {
		args = append(args, "remarks."+l, remarksIn(l, remarks, book))
	}
	return "card.notice.returned.", args
}

// named says which card a notice is about.
func named(c Content) []string {
	if c.NameEn == "" {
		c.NameEn = c.NameUz
	}
	return []string{"gtin", string(c.GTIN), "name.uz", c.NameUz, "name.ru", c.NameRu, "name.en", c.NameEn}
}

// lockWaiting locks a card whose version n waits. Whoever else decides, or takes
// it back, does so before or is refused.
func lockWaiting(ctx context.Context, tx pg.Tx, orgID, cardID int64, n int) (Card, Version, error) {
	c, err := lockCard(ctx, tx, orgID, cardID)
	if err != nil {
		return Card{}, Version{}, err
	}
	if c.Editing != Moderation || c.Newest != n || c.Archived {
		return Card{}, Version{}, ErrState
	}
	v, err := oneVersion(ctx, tx, orgID, cardID, n)
	return c, v, err
}

func decided(ctx context.Context, tx pg.Tx, op actor.Operator, action string, before, after Card, details map[string]any) error {
	details["gtin"] = string(before.GTIN)
	details["status"] = audit.Change{Before: before.State(), After: after.State()}
	return audit.Record(ctx, tx, op.Subject(), audit.Entry{OrgID: before.OrgID, Action: action, Target: target(before.ID), Details: details})
}

// tell lets who wrote and who sent the version know what became of it.
func tell(ctx context.Context, tx pg.Tx, c Card, v Version, key string, args []string) error {
	to := []int64{v.sender}
	if v.author != v.sender {
		to = append(to, v.author)
	}
	return notice.ToMembersTx(ctx, tx, to, notice.Notice{
		OrgID: c.OrgID, Kind: notice.Decision, Key: key, Args: args, Path: "/cards/" + strconv.FormatInt(c.ID, 10),
	})
}

// remarksIn are remarks in a language, one a line, each after its field.
func remarksIn(code string, remarks []Remark, book attribute.Book) string {
	lang, _ := i18n.Parse(code)
	lines := make([]string, len(remarks))
	for i, r := range remarks {
		lines[i] = r.In(code)
		if label := fieldLabel(lang, r.Field, book); label != "" {
			lines[i] = label + ": " + lines[i]
		}
	}
	return strings.Join(lines, "\n\n")
}

// In is the remark in a language; English falls back to Uzbek.
func (r Remark) In(lang string) string { return attribute.Words{Uz: r.Uz, Ru: r.Ru, En: r.En}.In(lang) }

// fieldLabel names a field as forms do, "" for the card as a whole.
func fieldLabel(lang i18n.Lang, field string, book attribute.Book) string {
	if code, ok := strings.CutPrefix(field, AttributePrefix); ok {
		a, _ := book.Set.Find(code)
		return a.Label.In(lang.Code())
	}
	if field == "" || !i18n.Has("card.field."+field) {
		return ""
	}
	return i18n.Text(lang, "card.field."+field)
}
