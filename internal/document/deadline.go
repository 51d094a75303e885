package document

import "time"

// answerDays is how long the buyer of an e-invoice may take (Resolution 631 of
// 01.11.2022, annex 6, point 6): one calendar day, which ends at the same time of
// the next day in Tashkent, on holidays too (decision 0035). There is no summer
// time in Uzbekistan, so it is always 24 hours.
const answerDays = 24 * time.Hour

// deadlineOf is the first moment at which an invoice can no longer be answered.
// Where the source counts the day itself its word holds, for it is the source that
// accepts by silence. A source whose clock runs ahead gives nobody more time.
func deadlineOf(a SourceAnswer, occurred, now time.Time) time.Time {
	if !a.Until.IsZero() {
		return a.Until
	}
	if occurred.After(now) {
		occurred = now
	}
	return occurred.Add(answerDays)
}

// settle says how a document of a side stands with an answer once a version is
// shown that came after what was. An answer is final, whatever comes later.
func (c Content) settle(side Side, was Answering, version int64, occurred, now time.Time) Answering {
	if was.Answer == Accepted || was.Answer == Rejected {
		return was
	}
	a := c.Answer
	switch {
	case !c.Kind.IsInvoice() || a.State == NoAnswer, a.State == Waiting && side != In:
		return Answering{Answer: NoAnswer}
	case a.State == Waiting:
		w := Answering{Answer: Waiting, Deadline: deadlineOf(a, occurred, now)}
		if was.Answer == Waiting && was.Deadline.After(w.Deadline) { // a correction takes no time away
			w.Deadline = was.Deadline
		}
		return w
	}
	if a.At.IsZero() {
		a.At = occurred
	}
	return Answering{Answer: a.State, Via: ViaSource, Deadline: was.Deadline, AnsweredAt: a.At, Reason: a.Reason, AnsweredTo: version}
}
