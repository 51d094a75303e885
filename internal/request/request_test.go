package request_test

import (
	"slices"
	"strings"
	"testing"

	"kabinet/internal/core/fault"
	"kabinet/internal/request"
)

// keys are the complaints of an error, "field key".
func keys(err error) (all []string) {
	cs, _ := fault.ComplaintsOf(err)
	for _, c := range cs {
		all = append(all, c.Field+" "+c.Key)
	}
	return all
}

func TestNumberDraftOpen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		draft request.NumberDraft
		want  string // the subject, or what is wrong
	}{
		{"a prefix", request.NumberDraft{Kind: "gs1_prefix", Number: " 478 0001 "}, "4780001"},
		{"a GTIN of 13 digits", request.NumberDraft{Kind: "gs1_gtin", Number: "4780094510086"}, "04780094510086"},
		{"a GTIN of a group pack", request.NumberDraft{Kind: "gs1_gtin", Number: "34780094510087"}, "34780094510087"},
		{"a GTIN of eight digits", request.NumberDraft{Kind: "gs1_gtin", Number: "47800007"}, "00000047800007"},
		{"nothing", request.NumberDraft{}, "kind request.number.kind_missing, number gs1.gtin"},
		{"no such kind", request.NumberDraft{Kind: "issuer", Number: "4780001"}, "kind request.number.kind_missing, number gs1.gtin"},
		{"a foreign prefix", request.NumberDraft{Kind: "gs1_prefix", Number: "4600001"}, "number gs1prefix.shape"},
		{"a foreign GTIN", request.NumberDraft{Kind: "gs1_gtin", Number: "4607063428121"}, "number gs1prefix.foreign"},
		{"a slip of the finger", request.NumberDraft{Kind: "gs1_gtin", Number: "4780094510085"}, "number gs1.check"},
		{"no number", request.NumberDraft{Kind: "gs1_prefix", Number: "<b>478</b>\x00"}, "number gs1prefix.shape"},
		{"a long explanation", request.NumberDraft{Kind: "gs1_prefix", Number: "4780001", About: strings.Repeat("ў", 1001)}, "about text.long"},
		{"a turned explanation", request.NumberDraft{Kind: "gs1_prefix", Number: "4780001", About: "a\u202eb"}, "about text.unprintable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, got, _, err := tt.draft.Open()
			if err != nil {
				got = strings.Join(keys(err), ", ")
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDecisionOpen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		verdict, answer, want string
	}{
		{"approve", "", ""},
		{"approve", "Welcome", ""},
		{"refuse", "The document is of another company", ""},
		{"refuse", " \n ", "answer request.decision.answer_missing"},
		{"", "", "verdict request.decision.verdict_missing"},
		{"delete", "x", "verdict request.decision.verdict_missing"},
		{"refuse", strings.Repeat("a", 1001), "answer text.long"},
	} {
		_, err := request.Decision{Verdict: tt.verdict, Answer: tt.answer}.Open()
		if got := strings.Join(keys(err), ", "); got != tt.want {
			t.Errorf("%s %.20q: %q, want %q", tt.verdict, tt.answer, got, tt.want)
		}
	}
}

func TestLettersNameWhatWasDecided(t *testing.T) {
	t.Parallel()
	r := request.Request{Kind: request.GTIN, Subject: "04780094510086"}
	key, args := r.Letter(request.Decision{Verdict: request.Refuse, Answer: "No"})
	if key != "request.notice.number_refused." || !slices.Contains(args, "\n\nNo") || !slices.Contains(args, r.Subject) {
		t.Errorf("%s %q", key, args)
	}
	r.Kind = request.Issuer
	if key, _ := r.Letter(request.Decision{Verdict: request.Approve}); key != "request.notice.issuer_approved." {
		t.Error(key)
	}
}
