package card

import "kabinet/internal/core/perm"

// Act is something that can be done with a card.
type Act string

// The acts, in the order in which pages offer them. Photos are edited like the
// rest; copying makes another card and leaves this one alone.
const (
	Edit     Act = "edit"
	Send     Act = "send"
	TakeBack Act = "take_back"
	Block    Act = "block"
	Unblock  Act = "unblock"
	Copy     Act = "copy"
	Discard  Act = "discard" // what is being written; a card that was never sent goes with it
	Archive  Act = "archive"
	Restore  Act = "restore"
	Plan     Act = "plan" // production or import: what the card must be published for
)

// Acts lists them all.
func Acts() []Act {
	return []Act{Edit, Send, TakeBack, Block, Unblock, Copy, Discard, Archive, Restore, Plan}
}

// rule is one line of the table of acts: the right it wants and the cards it
// fits. Once a version was in force, taking the card out of use or back into it
// wants the right to publish, which is Live.
type rule struct {
	act  Act
	need perm.Code
	live perm.Code // wanted instead of need once the card has a version in force
	fits func(Card) bool
}

// rules is the one place that knows what may become of a card. Use cases refuse
// by it and pages show buttons by it.
func rules() []rule {
	return []rule{
		{Edit, perm.CardEdit, perm.CardEdit, Card.writable},
		{Send, perm.CardPublish, perm.CardPublish, func(c Card) bool { return c.writable() && c.Editing != Settled }},
		{TakeBack, perm.CardPublish, perm.CardPublish, func(c Card) bool { return c.Editing == Moderation && !c.Archived }},
		{Block, perm.CardPublish, perm.CardPublish, func(c Card) bool { return c.Standing == Published && c.quiet() }},
		{Unblock, perm.CardPublish, perm.CardPublish, func(c Card) bool { return c.Standing == Blocked && c.quiet() }},
		{Copy, perm.CardEdit, perm.CardEdit, func(Card) bool { return true }},
		{Discard, perm.CardEdit, perm.CardEdit, Card.discardable},
		{Archive, perm.CardEdit, perm.CardPublish, Card.quiet},
		{Restore, perm.CardEdit, perm.CardPublish, func(c Card) bool { return c.Archived }},
		{Plan, perm.CardEdit, perm.CardEdit, func(c Card) bool { return !c.Archived }},
	}
}

// quiet is a card in use that nobody decides about at the moment.
func (c Card) quiet() bool { return !c.Archived && c.Editing != Moderation }

// writable: what is blocked is opened first, what waits is taken back first.
func (c Card) writable() bool { return c.quiet() && c.Standing != Blocked }

// discardable: beside a version in force there is something to give up, or the
// card was never sent. One that was stays, for what was signed stays.
func (c Card) discardable() bool {
	switch {
	case !c.quiet() || c.Editing == Settled:
		return false
	case c.Live > 0:
		return true
	}
	return c.Newest == 1 && c.Editing == Drafted
}

// Fits reports whether an act fits where the card stands, and which right it
// wants.
func (c Card) Fits(act Act) (need perm.Code, fits bool) {
	for _, r := range rules() {
		if r.act != act {
			continue
		}
		if c.Live > 0 {
			return r.live, r.fits(c)
		}
		return r.need, r.fits(c)
	}
	return perm.CardPublish, false
}

// Can reports whether somebody with these rights may do it now.
func (c Card) Can(act Act, have perm.Set) bool {
	need, fits := c.Fits(act)
	return fits && have.Has(need)
}
