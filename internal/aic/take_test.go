package aic_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kabinet/internal/aic"
	"kabinet/internal/core/perm"
	"kabinet/internal/feed"
)

func TestCustomsTellWhereAnAICStands(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	for i, steps := range [][]struct {
		m    feed.Message
		out  feed.Outcome
		want aic.State
	}{
		{ // in order, to the end
			{said(0, 1, "formed", nil), feed.Taken, aic.Formed},
			{said(0, 1, "formed", nil), feed.Duplicate, aic.Formed},
			{said(0, 1, "declared", nil), feed.Conflict, aic.Formed},
			{said(0, 2, "declared", nil), feed.Taken, aic.Declared},
			{said(0, 3, "released", nil), feed.Taken, aic.Released},
			{said(0, 2, "declared", nil), feed.Duplicate, aic.Released},
		},
		{ // the declaration comes first, without what is inside
			{said(1, 2, "declared", nil), feed.Taken, aic.Declared},
			{said(1, 1, "formed", nil), feed.Taken, aic.Declared}, // it says what is inside
		},
		{ // the release overtakes the declaration, which only adds its number
			{said(2, 1, "formed", nil), feed.Taken, aic.Formed},
			{said(2, 3, "released", map[string]any{"declaration": map[string]any{"number": "7"}}), feed.Taken, aic.Released},
			{said(2, 2, "declared", nil), feed.Older, aic.Released},
		},
		{ // refused: disbanded by itself
			{said(3, 1, "formed", nil), feed.Taken, aic.Formed},
			{said(3, 2, "refused", nil), feed.Taken, aic.Refused},
		},
		{ // disbanded where nobody signed here
			{said(4, 1, "formed", nil), feed.Taken, aic.Formed},
			{said(4, 2, "disbanded", nil), feed.Taken, aic.Disbanded},
		},
	} {
		for j, step := range steps {
			if out := y.taken(step.m); out != step.out {
				t.Errorf("%d.%d: %s, want %s", i, j, out, step.out)
			}
			r := y.get(int64(y.count(`select id from aics where number = $1`, number(i))))
			if r.State != step.want {
				t.Errorf("%d.%d: %s, want %s", i, j, r.State, step.want)
			}
		}
		r := y.get(int64(y.count(`select id from aics where number = $1`, number(i))))
		if r.Codes != 201 || r.Products != 2 || r.GroupID != aic.Medicals || len(r.Lines) != 2 || r.Lines[1].List[0] != "01"+mask+"21qKkdi+S" || r.Number.Counter() != number(i)[20:] {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if n := y.count(`select count(*) from notices where key = 'aic.notice.refused.'`); n != 1 {
		t.Errorf("%d notices of a refusal", n)
	}
	if n := y.count(`select count(*) from audit_log where action = 'aic.take'`); n != 10 {
		t.Errorf("%d lines of what became of five AICs", n)
	}
	if n := y.count(`select count(*) from aics where org_id = 2 and status = 'formed'`); n != 0 {
		t.Errorf("%d AICs still wait to be declared", n)
	}
}

func TestWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	nobodys := said(1, 1, "formed", map[string]any{"number": "0000030999999913102500001"})
	nobodys.TIN = "309999999"
	if out := y.taken(nobodys); out != feed.Nobodys {
		t.Errorf("nobody's: %s", out)
	}
	for name, changes := range map[string]map[string]any{
		"another's number": {"number": "0000030100000913102500001"},
		"no number":        {"number": nil},
		"an unknown state": {"state": "lost"},
		"an unknown group": {"group": "toys"},
		"no GTIN":          {"lines": []map[string]any{{"gtin": "123", "count": 1}}},
		"no codes":         {"lines": []map[string]any{{"gtin": gloves}}},
		"a spoilt code":    {"lines": []map[string]any{{"gtin": gloves, "codes": []string{"qwerty"}}}},
		"too many":         {"lines": []map[string]any{{"gtin": gloves, "count": 1 << 30}}},
		"a day that is no": {"declaration": map[string]any{"number": "1", "date": "14.10.2025"}},
		"a list":           {"lines": "all"},
	} {
		if out := y.taken(said(1, 1, "formed", changes)); out != feed.Poisoned {
			t.Errorf("%s: %s", name, out)
		}
	}
	if out := y.taken(said(1, 1, "refused", map[string]any{"refusal": nil})); out != feed.Poisoned {
		t.Errorf("a refusal that says not where: %s", out)
	}
	if n := y.count(`select count(*) from aics`); n != 0 {
		t.Errorf("%d AICs were kept", n)
	}
}

func TestTheListOfAICs(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	for n := range 12 {
		y.formed(n)
	}
	y.taken(said(3, 2, "declared", nil))
	y.exec(`update aics set group_id = 7 where number in ($1, $2)`, number(4), number(5))
	for name, c := range map[string]struct {
		f    aic.Filter
		want string
	}{
		"the oldest first":       {aic.Filter{Size: 3}, "0 1 2"},
		"the newest first":       {aic.Filter{Size: 3, Newest: true}, "11 10 9"},
		"declared":               {aic.Filter{State: aic.Declared}, "3"},
		"a group":                {aic.Filter{GroupID: aic.Pharma}, "4 5"},
		"a number":               {aic.Filter{Number: number(7)}, "7"},
		"a number as shown":      {aic.Filter{Number: "00000301000002 131025 00007"}, "7"},
		"the first of its parts": {aic.Filter{Number: number(10)[:24]}, "10 11"},
		"nothing":                {aic.Filter{Number: "9"}, ""},
		"nonsense":               {aic.Filter{State: "x", Number: "%'", GroupID: 7}, "4 5"},
	} {
		c.f.Size = max(c.f.Size, 25)
		if c.f.Newest || strings.HasPrefix(name, "the oldest") {
			c.f.Size = 3
		}
		p, err := y.aics.Find(t.Context(), observer, c.f)
		if got := counters(p); got != c.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
	reader := druggist
	reader.Rights = perm.Of(perm.DocumentRead)
	if p, err := y.aics.Find(t.Context(), reader, aic.Filter{Size: 25}); counters(p) != "4 5" || err != nil || p.Counts[aic.Formed] != 2 {
		t.Errorf("of one's own groups: %q %v", counters(p), err)
	}
	if p, err := y.aics.Find(t.Context(), stranger, aic.Filter{Size: 25}); counters(p) != "" || err != nil || p.Works {
		t.Errorf("a stranger: %q %v", counters(p), err)
	}
	forth, f := "", aic.Filter{Size: 5}
	for {
		p, err := y.aics.Find(t.Context(), observer, f)
		if err != nil {
			t.Fatal(err)
		}
		forth += counters(p) + " "
		if p.Next == "" {
			if b, err := y.aics.Find(t.Context(), observer, aic.Filter{Size: 5, Before: p.Prev}); counters(b) != "5 6 7 8 9" || err != nil {
				t.Errorf("back: %q %v", counters(b), err)
			}
			break
		}
		f.After = p.Next
	}
	if forth != "0 1 2 3 4 5 6 7 8 9 10 11 " {
		t.Errorf("forth %q", forth)
	}
}

func counters(p aic.Page) string {
	all := make([]string, len(p.Rows))
	for i, a := range p.Rows {
		if all[i] = strings.TrimLeft(a.Number.Counter(), "0"); all[i] == "" {
			all[i] = "0"
		}
	}
	return strings.Join(all, " ")
}

func FuzzTake(f *testing.F) {
	for _, m := range []feed.Message{said(1, 1, "formed", nil), said(1, 2, "declared", nil), said(1, 2, "refused", nil)} {
		f.Add([]byte(m.Body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m := said(1, 1, "formed", nil)
		m.Body = json.RawMessage(body)
		c, err := aic.Read(m)
		if err != nil {
			return
		}
		for _, l := range c.Lines {
			if l.Codes <= 0 || len(l.List) > l.Codes || strings.ContainsAny(l.Name, "\n\x00") {
				t.Errorf("%+v", l)
			}
		}
	})
}
