package attribute_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/attribute"
	"kabinet/internal/core/fault"
	"kabinet/internal/platform/pg/pgtest"
)

// TestTheSeedIsWhatStaffCouldWrite: every set that is delivered passes the form
// and comes out as it was.
func TestTheSeedIsWhatStaffCouldWrite(t *testing.T) {
	t.Parallel()
	books, err := attribute.BooksOf(t.Context(), pgtest.New(t), groups)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range books {
		rows := make([]attribute.Row, len(b.Set.Attributes))
		for i, a := range b.Set.Attributes {
			rows[i] = attribute.RowOf(a)
			if a.Label.En == "" {
				t.Errorf("group %d: %s has no label in English", b.Group, a.Code)
			}
		}
		again, err := attribute.OpenRows(rows)
		if diff := cmp.Diff(b.Set.Attributes, again); err != nil || diff != "" {
			t.Errorf("group %d: %s\n%s", b.Group, complaints(err), diff)
		}
	}
}

// complaints are those of an error, "field key".
func complaints(err error) string {
	cs, _ := fault.ComplaintsOf(err)
	all := make([]string, 0, len(cs))
	for _, c := range cs {
		all = append(all, c.Field+" "+strings.TrimPrefix(c.Key, "attribute."))
	}
	return strings.Join(all, ", ")
}

func TestOpenRows(t *testing.T) {
	t.Parallel()
	good := func() []attribute.Row {
		return []attribute.Row{
			{Code: "sealed", Kind: "flag", Label: attribute.Words{Uz: "Muhrlangan", Ru: "Запечатан"}},
			{Code: "until", Kind: "date", Required: true, Unless: "sealed", Label: attribute.Words{Uz: "Muddati", Ru: "Срок"}},
			{Code: "volume", Kind: "decimal", Min: "0,50", Max: "1 000", Unit: "l", Label: attribute.Words{Uz: "O'lcham", Ru: "Объём"}},
			{Code: "class", Kind: "choice", Options: "a = A | А\n\n b=B|Б|B class ", Label: attribute.Words{Uz: "Klass", Ru: "Класс"}},
			{Code: "note", Kind: "text", Length: "50", Min: "5", Options: "x", Label: attribute.Words{Uz: "Izoh", Ru: "Примечание"}, Hint: attribute.Words{Uz: "Qisqa", Ru: "Кратко"}},
		}
	}
	all, err := attribute.OpenRows(good())
	if err != nil {
		t.Fatal(complaints(err))
	}
	if v := all[2]; v.Min != "0.5" || v.Max != "1000" || v.Label.Uz != "Oʻlcham" {
		t.Errorf("%+v", v)
	}
	if o := all[3].Options; len(o) != 2 || o[1] != (attribute.Option{Code: "b", Label: attribute.Words{Uz: "B", Ru: "Б", En: "B class"}}) {
		t.Errorf("%+v", o)
	}
	if n := all[4]; n.Length != 50 || n.Min != "" || n.Options != nil {
		t.Errorf("a text keeps what is not its own: %+v", n)
	}
	for name, tt := range map[string]struct {
		edit func([]attribute.Row)
		want string
	}{
		"no code":                        {func(r []attribute.Row) { r[2].Code = " " }, "a2-code draft.code"},
		"a code with capitals":           {func(r []attribute.Row) { r[2].Code = "Volume" }, "a2-code draft.code"},
		"a code twice":                   {func(r []attribute.Row) { r[2].Code = "note" }, "a4-code draft.code_twice"},
		"an unknown kind":                {func(r []attribute.Row) { r[2].Kind = "money" }, "a2-kind draft.kind"},
		"no label in Uzbek":              {func(r []attribute.Row) { r[2].Label.Uz = "" }, "a2-label_uz draft.label_uz"},
		"no label in Russian":            {func(r []attribute.Row) { r[2].Label.Ru = " " }, "a2-label_ru draft.label_ru"},
		"a hint in one language":         {func(r []attribute.Row) { r[4].Hint.Ru = "" }, "a4-hint_ru draft.hint_ru"},
		"a hint in English alone":        {func(r []attribute.Row) { r[4].Hint = attribute.Words{En: "x"} }, "a4-hint_uz draft.hint_uz, a4-hint_ru draft.hint_ru"},
		"a label that turns":             {func(r []attribute.Row) { r[0].Label.Ru = "a\u202eb" }, "a0-label_ru text.unprintable"},
		"a long label":                   {func(r []attribute.Row) { r[0].Label.Ru = strings.Repeat("я", 121) }, "a0-label_ru text.long"},
		"a bound that is no number":      {func(r []attribute.Row) { r[2].Min = "x" }, "a2-min wrong.decimal"},
		"bounds the wrong way":           {func(r []attribute.Row) { r[2].Min = "1001" }, "a2-max draft.bounds"},
		"a length of nothing":            {func(r []attribute.Row) { r[4].Length = "0" }, "a4-length draft.length"},
		"no options":                     {func(r []attribute.Row) { r[3].Options = " \n" }, "a3-options draft.options"},
		"an option without labels":       {func(r []attribute.Row) { r[3].Options = "a" }, "a3-options draft.option"},
		"an option in one language":      {func(r []attribute.Row) { r[3].Options = "a = A" }, "a3-options draft.option"},
		"an option with an empty label":  {func(r []attribute.Row) { r[3].Options = "a = A | " }, "a3-options draft.option_text"},
		"an option's code with capitals": {func(r []attribute.Row) { r[3].Options = "A = A | А" }, "a3-options draft.option_code"},
		"an option twice":                {func(r []attribute.Row) { r[3].Options = "a = A | А\na = B | Б" }, "a3-options draft.option_twice"},
		"a label twice":                  {func(r []attribute.Row) { r[3].Options = "a = A | А\nb = B | А" }, "a3-options draft.option_twice"},
		"a label that is another's code": {func(r []attribute.Row) { r[3].Options = "a = A | А\nb = a | Б" }, "a3-options draft.option_twice"},
		"a comma in one of several":      {func(r []attribute.Row) { r[3].Kind, r[3].Options = "choices", "a = A, B | А" }, "a3-options draft.option_text"},
		"needless by what is no flag":    {func(r []attribute.Row) { r[1].Unless = "volume" }, "a1-unless draft.unless"},
		"needless by what is not there":  {func(r []attribute.Row) { r[1].Unless = "x" }, "a1-unless draft.unless"},
		"needless and never required":    {func(r []attribute.Row) { r[1].Required = false }, "a1-unless draft.unless"},
	} {
		rows := good()
		tt.edit(rows)
		if _, err := attribute.OpenRows(rows); complaints(err) != tt.want {
			t.Errorf("%s: %q, want %q", name, complaints(err), tt.want)
		}
	}
	if _, err := attribute.OpenRows(nil); complaints(err) != "add draft.none" {
		t.Errorf("no rows: %v", complaints(err))
	}
	if _, err := attribute.OpenRows(make([]attribute.Row, 81)); !strings.HasPrefix(complaints(err), "add draft.many") {
		t.Errorf("81 rows: %.100s", complaints(err))
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	at := func(codes string) (all []attribute.Attribute) {
		for c := range strings.FieldsSeq(codes) {
			all = append(all, attribute.Attribute{Code: c, Kind: attribute.Text})
		}
		return all
	}
	changed := at("a b c d")
	changed[1].Required, changed[1].Label.Ru = true, "Б"
	for _, tt := range []struct {
		name          string
		before, after []attribute.Attribute
		want          string
	}{
		{"nothing", at("a b c"), at("a b c"), ""},
		{"the first set", nil, at("a"), "+a"},
		{"one more and one less", at("a b c"), at("a x c"), "+x -b"},
		{"one moved to the end", at("a b c d"), at("b c d a"), "~a"},
		{"two that changed places", at("a b c d"), at("a c b d"), "~b"},
		{"fields", at("a b c d"), changed, "b[label_ru required]"},
	} {
		var got []string
		for _, c := range attribute.Diff(tt.before, tt.after) {
			switch {
			case c.Before == nil:
				got = append(got, "+"+c.Code)
			case c.After == nil:
				got = append(got, "-"+c.Code)
			case c.Moved:
				got = append(got, "~"+c.Code)
			default:
				var fields []string
				for _, f := range c.Fields {
					fields = append(fields, f.Field)
				}
				got = append(got, fmt.Sprint(c.Code, fields))
			}
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, s, tt.want)
		}
	}
	gone, come := attribute.FieldChange{Before: "a = A | А\nb = B | Б", After: "b = B | Б\nc = C | Ц"}.OptionChanges()
	if diff := cmp.Diff([][]string{{"a = A | А"}, {"c = C | Ц"}}, [][]string{gone, come}); diff != "" {
		t.Error(diff)
	}
}

// FuzzOpenRows: whatever opens is as the form would show it again.
func FuzzOpenRows(f *testing.F) {
	f.Add("class", "choice", "a = A | А\nb = B | Б", "", "")
	f.Add("volume", "decimal", "", "0,5", "1 000")
	f.Fuzz(func(t *testing.T, code, kind, options, low, high string) {
		row := attribute.Row{Code: code, Kind: kind, Options: options, Min: low, Max: high, Label: attribute.Words{Uz: "a", Ru: "a"}}
		once, err := attribute.OpenRows([]attribute.Row{row})
		if err != nil {
			return
		}
		twice, err := attribute.OpenRows([]attribute.Row{attribute.RowOf(once[0])})
		if diff := cmp.Diff(once, twice); err != nil || diff != "" {
			t.Errorf("%+v: %v\n%s", row, complaints(err), diff)
		}
	})
}
