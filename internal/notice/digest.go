package notice

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/pg"
	"kabinet/web/mailview"
)

// CollectArgs asks to make letters of what was collected and is due.
type CollectArgs struct{}

// Kind names the job.
func (CollectArgs) Kind() string { return "notice.collect" }

// collectEvery is how late a collected letter may begin its way.
const collectEvery = 5 * time.Minute

// collectSlice is how many people one transaction of the job takes.
const collectSlice = 500

// LetterArgs asks to send one letter about several notices.
type LetterArgs struct {
	OrgID  int64   `json:"org"`
	Also   []int64 `json:"also,omitempty"` // further organizations of the same person
	Letter int64   `json:"letter"`         // number of the first of its notices
}

// orgs are all that the letter is about.
func (a LetterArgs) orgs() []int64 { return append([]int64{a.OrgID}, a.Also...) }

// Kind names the job.
func (LetterArgs) Kind() string { return "notice.letter" }

// JobSpec is that of single letters; people wait for those.
func (LetterArgs) JobSpec() jobs.Spec {
	s := SendArgs{}.JobSpec()
	s.Priority = 2
	return s
}

// collect gives everybody's due notices to one letter each, also those of a person
// who works for several organizations under one address. What is due stays so
// until it is taken, so a portal that slept at nine writes as soon as it is up.
// Running twice, or at once, puts no notice into two letters.
func (s *Service) collect(ctx context.Context, _ CollectArgs) error {
	for {
		var people int
		err := pg.InTx(ctx, s.DB, func(tx pg.Tx) error {
			letters, n, err := takeDue(ctx, tx, collectSlice)
			if err != nil {
				return err
			}
			people = n
			return jobs.EnqueueMany(ctx, tx, letters)
		})
		if err != nil || people < collectSlice {
			return err
		}
	}
}

// sendLetter sends a letter that nobody has sent yet. Killed between the relay's
// answer and the rows, it sends a second copy with the same Message-ID.
func (s *Service) sendLetter(ctx context.Context, a LetterArgs) error {
	rows, err := queuedLetter(ctx, s.DB, a)
	if err != nil || len(rows) == 0 {
		return err
	}
	return s.settle(ctx, s.deliver(ctx, rows[0], s.words(rows)), func(tx pg.Tx, status, reason string) error {
		return markLetter(ctx, tx, a, status, reason)
	})
}

// words are those of one notice, or of several in one letter.
func (s *Service) words(rows []row) mailview.Note {
	if len(rows) == 1 {
		return s.note(rows[0])
	}
	return s.digest(rows)
}

// digestLines is how many lines a letter has at most; the rest is in the portal.
const digestLines = 40

// digest puts several notices of a person into words: a part for each organization
// and kind, and of many alike one line.
func (s *Service) digest(rows []row) mailview.Note {
	lang, _ := i18n.Parse(rows[0].Language)
	first := rows[0]
	note := mailview.Note{
		Language: first.Language,
		Subject:  i18n.TextN(lang, "notice.digest.subject", len(rows)), Heading: i18n.TextN(lang, "notice.digest.heading", len(rows)),
		Link: strings.TrimSuffix(s.BaseURL, "/") + "/notices", Button: i18n.Text(lang, "notice.digest.button"),
		AfterCode: []string{i18n.Text(lang, "notice.digest.why")},
		Number:    fmt.Sprintf("N-%d", first.ID),
		MessageID: fmt.Sprintf("digest.%d.%d@%s", first.OrgID, first.ID, s.host()),
	}
	left, orgs := digestLines, grouped(rows, func(r row) string { return r.TIN })
	for _, of := range orgs {
		note.Paragraphs = append(note.Paragraphs, s.about(lang, of[0]))
		for _, k := range Kinds() {
			lines := digestOf(lang, of, k)
			if len(lines) > left {
				lines = append(lines[:left], i18n.Text(lang, "notice.digest.rest"))
			}
			left = max(left-len(lines), 0)
			if len(lines) > 0 {
				note.Lists = append(note.Lists, mailview.List{Title: digestTitle(lang, of[0], k, len(orgs) > 1), Items: lines})
			}
		}
	}
	return note
}

// digestTitle names a part of a letter.
func digestTitle(lang i18n.Lang, r row, k Kind, several bool) string {
	title := i18n.Text(lang, "notice.kind."+string(k))
	if several {
		return r.orgName(lang) + ": " + title
	}
	return title
}

// digestOf are the lines about the notices of a kind, in the order of the first
// of each.
func digestOf(lang i18n.Lang, rows []row, k Kind) (lines []string) {
	for _, g := range grouped(slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.Kind != k }), func(r row) string { return r.Key }) {
		subjects := make([]string, len(g))
		for i, r := range g {
			subjects[i] = i18n.Text(lang, r.Key+"subject", valuesIn(lang, r.Args)...)
		}
		if many := manyKey(g[0].Key); len(g) > 1 && i18n.Has(many) {
			lines = append(lines, i18n.TextN(lang, many, len(g)))
			continue
		}
		lines = append(lines, subjects...)
	}
	return lines
}

// manyKey is the key of the words for several notices alike, "12 cards
// published"; there may be none.
func manyKey(key string) string { return "notice.many." + strings.TrimSuffix(key, ".") }

// newestFirst orders groups by their newest notice.
func newestFirst(gs []Group) []Group {
	slices.SortFunc(gs, func(a, b Group) int { return cmp.Compare(b.Notices[0].ID, a.Notices[0].ID) })
	return gs
}

// grouped puts what has the same key together, in the order of the first of each.
func grouped[T any](all []T, key func(T) string) (groups [][]T) {
	at := map[string]int{}
	for _, one := range all {
		i, known := at[key(one)]
		if !known {
			i = len(groups)
			at[key(one)] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], one)
	}
	return groups
}
