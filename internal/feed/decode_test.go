package feed_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"kabinet/internal/core/fault"
	"kabinet/internal/feed"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	m, err := feed.Decode([]byte(` {"tin":"301000001","occurred_at":"2026-11-20T10:00:00+05:00","kind":"declaration","version":7,"id":"Б-1","body": {"a":[1.5e2,"\ud83d\ude00"]} } `))
	if err != nil || m.SourceID != "Б-1" || m.Version != 7 || m.TIN != "301000001" || m.Kind != feed.Declaration || m.OccurredAt.Hour() != 5 || string(m.Body) != `{"a":[1.5e2,"\ud83d\ude00"]}` {
		t.Fatalf("%+v, %v", m, err)
	}
	good := `{"id":"a","occurred_at":"2026-11-20T10:00:00Z","body":{}}`
	with := func(more string) string { return strings.Replace(good, `{"id"`, `{`+more+`,"id"`, 1) }
	body := func(b string) string { return strings.Replace(good, `"body":{}`, `"body":`+b, 1) }
	for name, tt := range map[string]struct{ raw, reason string }{
		"nothing":                {"", "json"},
		"no object":              {`[1]`, "json"},
		"cut off":                {good[:20], "json"},
		"two objects":            {good + good, "json"},
		"a comma too many":       {`{"id":"a",}`, "json"},
		"broken UTF-8":           {strings.Replace(good, `"a"`, "\"\xff\"", 1), "text"},
		"a NUL":                  {strings.Replace(good, `"a"`, "\"a\x00\"", 1), "text"},
		"a NUL in other letters": {body(`{"x":"\u0000"}`), "text"},
		"half a pair":            {body(`{"x":"\ud83d"}`), "text"},
		"the other half":         {body(`{"\ude00":1}`), "text"},
		"a deep body":            {body(strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70)), "depth"},
		"an endless number":      {body(`{"x":` + strings.Repeat("9", 50) + `}`), "number"},
		"a huge exponent":        {body(`{"x":1e99999}`), "number"},
		"a field twice":          {with(`"id":"b"`), "twice"},
		"a field of nobody":      {with(`"ID":"b"`), "unknown"},
		"markup for a field":     {with(`"<b>":1`), "unknown"},
		"no id":                  {`{"occurred_at":"2026-11-20T10:00:00Z","body":{}}`, "missing"},
		"no body":                {`{"id":"a","occurred_at":"2026-11-20T10:00:00Z"}`, "missing"},
		"no time":                {`{"id":"a","body":{}}`, "missing"},
		"a number for an id":     {`{"id":5,"occurred_at":"2026-11-20T10:00:00Z","body":{}}`, "shape"},
		"a long id":              {strings.Replace(good, `"a"`, `"`+strings.Repeat("a", 129)+`"`, 1), "shape"},
		"an id with a direction": {strings.Replace(good, `"a"`, "\"a\u202eb\"", 1), "shape"},
		"an empty id":            {strings.Replace(good, `"a"`, `""`, 1), "shape"},
		"a version below 0":      {with(`"version":-1`), "shape"},
		"a version with a point": {with(`"version":1.0`), "shape"},
		"a huge version":         {with(`"version":9223372036854775808`), "shape"},
		"another kind":           {with(`"kind":"receipt"`), "kind"},
		"a time without zone":    {strings.Replace(good, "10:00:00Z", "10:00:00", 1), "shape"},
		"a time long ago":        {strings.Replace(good, "2026", "1026", 1), "shape"},
		"no tax number":          {with(`"tin":"30100000"`), "shape"},
		"a list for a body":      {body(`[]`), "shape"},
	} {
		_, err := feed.Decode([]byte(tt.raw))
		o, known := feed.OutcomeOf(err)
		f, _ := fault.As(err)
		if o != feed.Poisoned || !known || f == nil || f.Key != "feed.reason."+tt.reason {
			t.Errorf("%s: %v (%v), want %s", name, err, o, tt.reason)
		}
	}
}

func TestOutcomesOfErrors(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]feed.Outcome{
		nil: feed.Taken, feed.ErrDuplicate: feed.Duplicate, feed.ErrOlder: feed.Older, feed.ErrConflict: feed.Conflict, feed.ErrNobodys: feed.Nobodys,
	} {
		if o, known := feed.OutcomeOf(err); o != want || !known {
			t.Errorf("%v: %v, %v", err, o, known)
		}
	}
	if o, known := feed.OutcomeOf(errors.New("x")); o != feed.Waiting || known {
		t.Errorf("%v, %v", o, known)
	}
}

// FuzzDecode: whatever is let through is one JSON object, and what staff see of a
// message is text without a personal number.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		msg("a", 1, `"x":"ў"`), `{"id":"a","body":{"pinfl":"31503850000014"}}`, `{"a":1}{"b":2}`, "{\"id\":\"\xff\"}", `{"body":{"a":"\u0000"}}`,
		`{"id":"\ud800","version":1e5}`, strings.Repeat("[", 1000), `31503850000014`, "\"\\",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := feed.Decode(raw)
		if o, known := feed.OutcomeOf(err); err != nil && (o != feed.Poisoned || !known) {
			t.Fatalf("%v is no poison", err)
		}
		if err == nil && (!json.Valid(m.Body) || m.Body[0] != '{' || m.SourceID == "" || m.OccurredAt.IsZero()) {
			t.Fatalf("%q was let through: %+v", raw, m)
		}
		if shown, _ := feed.Readable(raw); !utf8.ValidString(shown) || strings.Contains(shown, "31503850000014") && !strings.Contains(shown, "031503850000014") && !strings.Contains(shown, "315038500000140") {
			t.Fatalf("%q is shown as %q", raw, shown)
		}
	})
}

func TestReadable(t *testing.T) {
	t.Parallel()
	shown, more := feed.Readable([]byte(`{"pinfl":"31503850000014","aic":"3150385000001413102200004","gtin":"04780012345678","text":"\u202e` + "\u202e" + `"}`))
	for _, s := range []string{"3150…0014", "3150…001413102200004", "04780012345678", "\n  \"gtin\""} {
		if !strings.Contains(shown, s) {
			t.Errorf("%s is not in %s", s, shown)
		}
	}
	if strings.Contains(shown, "31503850000014") || strings.Contains(shown, "\u202e") || more {
		t.Errorf("%s", shown)
	}
	long := `{"x":"` + strings.Repeat("a", 32<<10-20) + `31503850000014"}`
	if shown, more := feed.Readable([]byte(long)); !more || strings.Contains(shown, "315038") {
		t.Errorf("a number at the border: %s", shown[len(shown)-20:])
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("{}\n", feed.MaxMessages)
	if all, err := feed.ReadLines(strings.NewReader("\n" + many + "\r\n")); err != nil || len(all) != feed.MaxMessages {
		t.Errorf("%d, %v", len(all), err)
	}
	if _, err := feed.ReadLines(strings.NewReader(many + "{}")); !errors.Is(err, feed.ErrTooMany) {
		t.Error(err)
	}
	if all, err := feed.ReadLines(strings.NewReader("{}\n{\"a\":1}")); err != nil || len(all) != 2 || string(all[1]) != `{"a":1}` {
		t.Errorf("%q, %v", all, err)
	}
	if _, err := feed.ReadLines(strings.NewReader(strings.Repeat("a", feed.MaxMessage+2))); !errors.Is(err, feed.ErrLongLine) {
		t.Error(err)
	}
	if _, err := feed.ReadLines(feed.Bounded(strings.NewReader(many), 10)); !errors.Is(err, feed.ErrTooLarge) {
		t.Error(err)
	}
	if all, err := feed.ReadArray(strings.NewReader(` [ {"a":1} , 5, "x" ] `)); err != nil || len(all) != 3 || string(all[0]) != `{"a":1}` {
		t.Errorf("%q, %v", all, err)
	}
	if all, err := feed.ReadLines(strings.NewReader("\ufeff{}\n{\"a\":1}")); err != nil || len(all) != 2 || string(all[0]) != `{}` {
		t.Errorf("the mark before UTF-8: %d, %v", len(all), err)
	}
	if all, err := feed.ReadArray(strings.NewReader("\ufeff[1]")); err != nil || len(all) != 1 {
		t.Errorf("the mark before an array: %d, %v", len(all), err)
	}
	if all, err := feed.ReadArray(strings.NewReader(`[]`)); err != nil || len(all) != 0 {
		t.Errorf("%q, %v", all, err)
	}
	for _, bad := range []string{"", "{}", "[", "[1", "[1,]", "[1]x", "[1][2]", "null", strings.Repeat("[", 20000)} {
		if _, err := feed.ReadArray(strings.NewReader(bad)); !errors.Is(err, feed.ErrSyntax) {
			t.Errorf("%.10q: %v", bad, err)
		}
	}
	if _, err := feed.ReadArray(strings.NewReader("[" + strings.Repeat("1,", feed.MaxMessages) + "1]")); !errors.Is(err, feed.ErrTooMany) {
		t.Error(err)
	}
	if _, err := feed.ReadArray(feed.Bounded(strings.NewReader("["+strings.Repeat("1,", 900)+"1]"), 10)); !errors.Is(err, feed.ErrTooLarge) {
		t.Error(err)
	}
}
