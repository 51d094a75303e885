package receipt_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/core/marking"
	"kabinet/internal/feed"
	"kabinet/internal/receipt"
)

func TestAReceiptIsTakenOnce(t *testing.T) {
	t.Parallel()
	d := newTill(t)
	m := said("1042", map[string]any{"lines": []map[string]any{
		line("Suv \u202eZilol\n", waterCode, strings.ReplaceAll(waterCode, "\x1d", "_x001D_")), {"name": "Non", "quantity": "0.25", "sum": 100, "gtin": "4780000000014"},
	}})
	if out := d.taken(m); out != feed.Taken {
		t.Fatal(out)
	}
	r := d.one("1042")
	want := receipt.Content{
		Ref: receipt.Ref{Sign: "900000001042", Terminal: "UZ170703123456", Number: "1042"}, Kind: receipt.Sale, IssuedAt: moment, Total: 450000,
		Lines: []receipt.Line{
			{Name: "Suv Zilol", GTIN: water, Quantity: 1000, Sum: 450000, Codes: []marking.Code{waterCode}},
			{Name: "Non", GTIN: "04780000000014", Quantity: 250, Sum: 100},
		},
	}
	r.IssuedAt = r.IssuedAt.UTC()
	if diff := cmp.Diff(want, r.Content); diff != "" {
		t.Error(diff)
	}
	if r.Trouble != 0 || cmp.Diff([]int16{13}, r.Groups) != "" || r.First().Card != 1 {
		t.Errorf("%+v", r)
	}
	respaced := m
	respaced.Body = json.RawMessage(strings.ReplaceAll(string(m.Body), ",", ", \n"))
	if out := d.taken(respaced); out != feed.Duplicate {
		t.Errorf("the same with other blanks is %s", out)
	}
}

// TestVersions sends versions in every order and looks at what counts.
func TestVersions(t *testing.T) {
	t.Parallel()
	d := newTill(t)
	v := func(version, total int) feed.Message {
		return said("7", map[string]any{"version": version, "total": total})
	}
	for i, step := range []struct {
		m    feed.Message
		out  feed.Outcome
		sum  int64
		kept int
	}{
		{v(5, 500), feed.Taken, 500, 0},
		{v(5, 500), feed.Duplicate, 500, 0},
		{v(5, 501), feed.Conflict, 500, 0},
		{v(3, 300), feed.Older, 500, 1},
		{v(3, 300), feed.Duplicate, 500, 1},
		{v(3, 301), feed.Conflict, 500, 1},
		{v(9, 900), feed.Taken, 900, 2},
		{v(5, 500), feed.Duplicate, 900, 2},
		{v(5, 502), feed.Conflict, 900, 2},
		{v(4, 400), feed.Older, 900, 3},
	} {
		if out := d.taken(step.m); out != step.out {
			t.Errorf("step %d: %s, want %s", i, out, step.out)
		}
		if r := d.one("7"); r.Total != step.sum || len(r.Versions) != step.kept {
			t.Errorf("step %d: %d tiyin, %d versions", i, r.Total, len(r.Versions))
		}
	}
	if r := d.one("7"); r.Versions[0].Number != 5 || r.Versions[0].Content.Total != 500 || r.Version != 9 {
		t.Errorf("%+v", r.Versions)
	}
	other := v(1, 100)
	other.Feed = "ofd-2"
	if out := d.taken(other); out != feed.Taken {
		t.Errorf("another source with an id of its own: %s", out)
	}
}

func TestWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	d := newTill(t)
	nobodys := said("1", nil)
	nobodys.TIN = "309999999"
	if out := d.taken(nobodys); out != feed.Nobodys {
		t.Errorf("nobody's: %s", out)
	}
	for name, changes := range map[string]map[string]any{
		"no sign":                 {"fiscal_sign": " "},
		"no terminal":             {"terminal": nil},
		"a number too long":       {"number": strings.Repeat("1", 41)},
		"an unknown kind":         {"kind": "gift"},
		"no total":                {"total": nil},
		"a total below nothing":   {"total": -1},
		"a total that is a text":  {"total": "12"},
		"half a tiyin":            {"total": 12.5},
		"no lines":                {"lines": []any{}},
		"a line without a sum":    {"lines": []map[string]any{{"name": "Suv"}}},
		"a quantity that is none": {"lines": []map[string]any{{"name": "Suv", "sum": 1, "quantity": 1e30}}},
		"a day long before":       {"time": "1999-01-01T00:00:00Z"},
		"a day long after":        {"time": "2027-01-01T00:00:00Z"},
		"no time":                 {"time": "yesterday"},
	} {
		if out := d.taken(said("2", changes)); out != feed.Poisoned {
			t.Errorf("%s: %s", name, out)
		}
	}
	for name, body := range map[string]string{"a list": `[]`, "nothing": ``, "half": `{"total": `} {
		m := said("3", nil)
		m.Body = json.RawMessage(body)
		if out := d.taken(m); out != feed.Poisoned {
			t.Errorf("%s: %s", name, out)
		}
	}
	if n := d.count(`select count(*) from receipts`); n != 0 {
		t.Errorf("%d receipts were kept", n)
	}
}

func TestWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	d := newTill(t)
	for number, c := range map[string]struct {
		labels []string
		want   receipt.Trouble
		groups []int16
	}{
		"1": {[]string{waterCode}, 0, []int16{13}},
		"2": {[]string{beerCode}, 0, []int16{15}},
		"3": {[]string{teaCode}, receipt.NoCard, []int16{}},
		"4": {[]string{"460123"}, receipt.BadCode, []int16{}},
		"5": {[]string{waterCode, "ко́д"}, receipt.BadCode, []int16{13}},
		"6": {nil, 0, []int16{}},
		"7": {[]string{"00047800000100000013"}, 0, []int16{}},
	} {
		if out := d.taken(said(number, map[string]any{"lines": []map[string]any{line("Suv", c.labels...)}})); out != feed.Taken {
			t.Fatal(out)
		}
		if r := d.one(number); r.Trouble != c.want || cmp.Diff(c.groups, r.Groups) != "" {
			t.Errorf("%s: %v of %v, want %v of %v", number, r.Trouble.Each(), r.Groups, c.want.Each(), c.groups)
		}
	}
	d.exec(`insert into cards (org_id, id, gtin, group_id, packaging) values (2, 9, '` + tea + `', 17, 'UNIT')`)
	if r := d.one("3"); r.Trouble != 0 || d.count(`select trouble from receipts where number = '3'`) != int(receipt.NoCard) {
		t.Errorf("a record is looked at anew, the list waits: %v", r.Trouble.Each())
	}
	d.exec(`update receipts set issued_at = now() where number = '3'`)
	if err := d.receipts.Match(t.Context(), receipt.MatchArgs{}); err != nil {
		t.Fatal(err)
	}
	if n := d.count(`select count(*) from receipts where number = '3' and trouble = 0 and groups = '{17}'`); n != 1 {
		t.Error("a card made since takes the trouble away within the hour")
	}
}

func TestAReturnAndItsSaleMeet(t *testing.T) {
	t.Parallel()
	d := newTill(t)
	d.taken(returned("11", "10"))
	if r := d.one("11"); r.Trouble != receipt.NoSale || r.Sale != nil {
		t.Errorf("%+v", r)
	}
	d.taken(said("10", nil))
	if r := d.one("11"); r.Trouble != 0 || r.Sale == nil || r.Sale.Number != "10" {
		t.Errorf("a sale gathers its returns: %+v", r)
	}
	d.taken(returned("12", "10"))
	if r := d.one("10"); len(r.Returns) != 2 || r.Returns[0].Number != "11" {
		t.Errorf("%+v", r.Returns)
	}
	d.taken(said("10", map[string]any{"version": 2, "fiscal_sign": "987654321098"}))
	if r := d.one("12"); r.Trouble != receipt.NoSale {
		t.Errorf("a sale that turned out to be another lets go: %+v", r)
	}
	theirs := returned("11", "10")
	theirs.TIN = "301000009"
	d.taken(theirs)
	if n := d.count(`select count(*) from receipts where org_id = 9 and sale_id is not null`); n != 0 {
		t.Error("a return found the sale of another organization")
	}
}

// TestASaleMeetsItsReturnWhoeverComesFirst lets both arrive at the same moment.
func TestASaleMeetsItsReturnWhoeverComesFirst(t *testing.T) {
	t.Parallel()
	d := newTill(t)
	for n := range 200 {
		id := string(rune('a'+n%26)) + strings.Repeat("x", n/26)
		var wg sync.WaitGroup
		for _, m := range []feed.Message{said(id, nil), returned("return of "+id, id)} {
			wg.Go(func() { d.taken(m) })
		}
		wg.Wait()
	}
	if n := d.count(`select count(*) from receipts where kind = 'return' and sale_id is not null and trouble = 0`); n != 200 {
		t.Errorf("%d of 200 returns have their sale", n)
	}
}

// TestOneVersionIsTakenOnceWhoeverSendsIt sends the same and another body at once.
func TestOneVersionIsTakenOnceWhoeverSendsIt(t *testing.T) {
	t.Parallel()
	d := newTill(t)
	for n := range 200 {
		id := string(rune('a'+n%26)) + strings.Repeat("x", n/26)
		var wg sync.WaitGroup
		out := make([]feed.Outcome, 3)
		for i, total := range []int{1, 1, 2} {
			wg.Go(func() { out[i] = d.taken(said(id, map[string]any{"total": total})) })
		}
		wg.Wait()
		count := map[feed.Outcome]int{}
		for _, o := range out {
			count[o]++
		}
		if count[feed.Taken] != 1 || count[feed.Conflict] == 0 || count[feed.Taken]+count[feed.Conflict]+count[feed.Duplicate] != 3 {
			t.Fatalf("round %d: %v", n, out)
		}
	}
}

func FuzzTake(f *testing.F) {
	for _, m := range []feed.Message{said("1", nil), returned("2", "1"), said("3", map[string]any{"lines": []map[string]any{line("", "ко́д", teaCode)}})} {
		f.Add([]byte(m.Body))
	}
	f.Add([]byte(`{"total": 1e400}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		m := said("1", nil)
		m.Body = body
		c, err := receipt.Read(m)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x00") {
				t.Errorf("%q", err)
			}
			return
		}
		if c.Total < 0 || c.Sign == "" || len(c.Lines) == 0 {
			t.Errorf("%+v", c)
		}
		for _, l := range c.Lines {
			if l.Sum < 0 || l.Quantity < 0 || strings.ContainsAny(l.Name, "\n\x00\u202e") {
				t.Errorf("%+v", l)
			}
		}
	})
}
