package support

import "slices"

// Act is what can be done to a request.
type Act string

// The acts: of members, of staff, of the portal.
const (
	Reply    Act = "reply" // also opens again what was answered or closed
	Withdraw Act = "withdraw"
	Score    Act = "score"

	Claim   Act = "claim" // or take over, or hold on
	PutBack Act = "put_back"
	Pass    Act = "pass" // to a colleague
	Answer  Act = "answer"
	Ask     Act = "ask" // back
	Note    Act = "note"

	Close Act = "close"
)

// Fits reports whether the state allows the act. Who may do it, and whether the
// moment is right (a hold, 14 days after closing), is asked besides.
func (s Status) Fits(a Act) bool { return slices.Contains(s.acts(), a) }

func (s Status) acts() []Act {
	switch s {
	case Open:
		return []Act{Reply, Withdraw, Claim, Pass, Answer, Ask, Note}
	case Work:
		return []Act{Reply, Withdraw, Claim, PutBack, Pass, Answer, Ask, Note}
	case Waiting:
		return []Act{Reply, Withdraw, Answer, Ask, Note, Close}
	case Answered:
		return []Act{Reply, Score, Answer, Ask, Note, Close}
	case Closed:
		return []Act{Reply, Score, Note}
	case Withdrawn:
		return []Act{Note}
	}
	return nil
}
