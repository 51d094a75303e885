package cardfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/card"
	"kabinet/internal/cardfile"
	"kabinet/internal/core/actor"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/sheet"
)

func TestAFileIsCheckedBeforeAnythingIsSaved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	book := d.book(waterID)
	id := d.upload(editor, "water", "waters.csv", table(book, bottle(1), bottle(2), with(bottle(3), card.FieldCountry, "Narnia")))
	i := d.work(id)
	if i.Status != cardfile.Done || i.Created != 2 || i.Bad != 1 || i.TotalRows != 3 || !i.Applicable() {
		t.Fatalf("%+v", i)
	}
	if n := d.count(`select count(*) from cards`); n != 0 {
		t.Fatalf("the check made %d cards", n)
	}
	rows, _, err := d.files.Errors(t.Context(), editor, id)
	d.must(err)
	if len(rows) != 1 || rows[0].Row != 4 || rows[0].Complaints[0].Field != card.FieldCountry || rows[0].Complaints[0].Found != "Narnia" || rows[0].Complaints[0].Column != "J" {
		t.Errorf("%+v", rows)
	}
	d.must(d.files.Apply(t.Context(), editor, id))
	if i = d.work(id); i.Created != 2 || i.Bad != 1 || i.Mode != cardfile.Apply || i.Applicable() {
		t.Errorf("%+v", i)
	}
	if n := d.count(`select count(*) from cards where org_id = 2 and editing = 'draft'`); n != 2 {
		t.Errorf("%d drafts", n)
	}
	if err := d.files.Apply(t.Context(), editor, id); !errors.Is(err, cardfile.ErrNotChecked) {
		t.Errorf("it was applied twice: %v", err)
	}
	// The same file once more changes nothing.
	i = d.work(d.upload(editor, "water", "again.csv", table(book, bottle(1), bottle(2))))
	if i.Unchanged != 2 || i.Applicable() {
		t.Errorf("%+v", i)
	}
}

// The same texts give the same card by the page and by the file.
func TestAFileSaysTheSameAsThePage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	typed := bottle(1)
	typed[card.FieldNameUz], typed["attr.volume"], typed[card.FieldHS] = "  O'zbek  suvi ", "0,50", "2201 10 190 0"
	byPage := with(typed, card.FieldGTIN, gtin(2))
	byPage[card.FieldGroup] = "water"
	_, err := d.cards.Create(t.Context(), editor, "", byPage)
	d.must(err)
	if i := d.applied(editor, "water", "one.csv", table(d.book(waterID), typed)); i.Created != 1 {
		t.Fatalf("%+v", i)
	}
	const content = `select (content - 'gtin')::text from card_versions v join cards c on c.org_id = v.org_id and c.id = v.card_id where c.gtin = $1`
	if diff := cmp.Diff(d.text(content, gtin(2)), d.text(content, gtin(1))); diff != "" {
		t.Error(diff)
	}
}

func TestARowChangesOnlyTheColumnsThatThereAre(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.applied(editor, "water", "one.csv", table(d.book(waterID), bottle(1)))
	i := d.applied(editor, "water", "countries.csv", []byte("gtin,country\n"+gtin(1)+",Қозоғистон\n"))
	if i.Changed != 1 {
		t.Fatalf("%+v", i)
	}
	if got := d.text(`select country || ' ' || brand from cards`); got != "KZ Zilol" {
		t.Error(got)
	}
	d.applied(editor, "water", "brand.csv", []byte("gtin,brand\n"+gtin(1)+",\n"))
	if got := d.text(`select country || '/' || brand from cards`); got != "KZ/" {
		t.Errorf("an empty cell empties the field: %s", got)
	}
}

func TestRefusedRowsAreCorrectedAndSentAgain(t *testing.T) {
	t.Parallel()
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			file := []byte("gtin;packaging;name_uz;brand;mine\n" + gtin(1) + ";UNIT;Suv;A;x\n" + gtin(2) + ";BOTTLE;'=1+1;@B;y\n")
			if format == sheet.XLSX {
				var b bytes.Buffer
				d.must(sheet.Write(&b, "", [][]any{{"gtin", "packaging", "name_uz", "brand", "mine"}, {gtin(1), "UNIT", "Suv", "A", "x"}, {gtin(2), "BOTTLE", "=1+1", "@B", "y"}}))
				file = b.Bytes()
			}
			id := d.upload(editor, "water", "two."+string(format), file)
			if i := d.work(id); i.Bad != 1 || strings.Join(i.Ignored, "") != "mine" {
				t.Fatalf("%+v", i)
			}
			var b bytes.Buffer
			ctx := i18n.With(t.Context(), i18n.Ru)
			d.must(d.files.ErrorFile(ctx, editor, id, format, &b))
			rows := read(t, b.Bytes())
			if len(rows) != 2 || rows[0][0] != "errors" || rows[0][1] != "gtin" || !strings.HasPrefix(rows[1][0], "packaging: ") || rows[1][3] != "'=1+1" || rows[1][5] != "y" {
				t.Fatalf("%q", rows)
			}
			again := d.upload(editor, "water", "errors."+string(format), b.Bytes())
			if i := d.work(again); i.Bad != 1 || i.Rows() != 1 {
				t.Errorf("sent back as it is: %+v", i)
			}
			mended := bytes.Replace(b.Bytes(), []byte("BOTTLE"), []byte("UNIT"), 1)
			if format == sheet.XLSX {
				rows[1][2] = "UNIT"
				var x bytes.Buffer
				d.must(sheet.Write(&x, "", [][]any{anys(rows[0]), anys(rows[1])}))
				mended = x.Bytes()
			}
			if i := d.applied(editor, "water", "mended."+string(format), mended); i.Created != 1 || i.Bad != 0 {
				t.Errorf("%+v", i)
			}
			if got := d.text(`select name_uz || ' ' || brand from cards where gtin = $1`, gtin(2)); got != "=1+1 @B" {
				t.Errorf("apostrophes stayed: %s", got)
			}
		})
	}
}

func anys(texts []string) []any {
	row := make([]any, len(texts))
	for i, s := range texts {
		row[i] = s
	}
	return row
}

// read gives the rows of a file.
func read(t testing.TB, file []byte) [][]string {
	t.Helper()
	r, err := sheet.Open(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var rows [][]string
	for {
		row, err := r.Next()
		if err != nil {
			return rows
		}
		rows = append(rows, append([]string(nil), row.Cells...))
	}
}

func TestARunThatWasKilledGoesOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var cards []card.Typed
	for n := range 50 {
		cards = append(cards, bottle(n))
	}
	cards[7] = with(cards[7], card.FieldCountry, "?")
	cards[33] = with(cards[33], card.FieldGTIN, cards[2][card.FieldGTIN])
	id := d.upload(editor, "water", "fifty.csv", table(d.book(waterID), cards...))
	d.work(id)
	d.must(d.files.Apply(t.Context(), editor, id))
	d.run.Batch = 10
	for stop := 1; stop < 6; stop++ {
		killed := d.run
		batches := 0
		killed.Progress = func(cardfile.Import) {
			if batches++; batches == 1 {
				panic("killed")
			}
		}
		func() {
			defer func() { _ = recover() }()
			d.must(killed.Run(t.Context(), 2, id))
		}()
	}
	i := d.work(id)
	if i.Status != cardfile.Done || i.Created != 48 || i.Bad != 2 || i.Rows() != 50 {
		t.Errorf("%+v", i)
	}
	if n := d.count(`select count(*) from cards`); n != 48 {
		t.Errorf("%d cards", n)
	}
	if n := d.count(`select count(*) from card_versions`); n != 48 {
		t.Errorf("%d versions", n)
	}
	rows, _, err := d.files.Errors(t.Context(), editor, id)
	d.must(err)
	if len(rows) != 2 || rows[1].Complaints[0].Key != "cardfile.wrong.twice" || fmt.Sprint(rows[1].Complaints[0].Args) != "[row 4]" {
		t.Errorf("%+v", rows)
	}
}

func TestTwoWorkersDoEachRowOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var cards []card.Typed
	for n := range 200 {
		cards = append(cards, bottle(n))
	}
	id := d.upload(editor, "water", "many.csv", table(d.book(waterID), cards...))
	d.work(id)
	d.must(d.files.Apply(t.Context(), editor, id))
	d.run.Batch = 10
	done := make(chan error)
	for range 3 {
		go func() { done <- d.run.Run(t.Context(), 2, id) }()
	}
	for range 3 {
		d.must(<-done)
	}
	if i, err := d.files.Get(t.Context(), editor, id); err != nil || i.Created != 200 || i.Rows() != 200 || i.Status != cardfile.Done {
		t.Errorf("%+v, %v", i, err)
	}
}

func TestACancelledRunStopsAtTheNextBatch(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var cards []card.Typed
	for n := range 30 {
		cards = append(cards, bottle(n))
	}
	id := d.upload(editor, "water", "thirty.csv", table(d.book(waterID), cards...))
	d.work(id)
	d.must(d.files.Apply(t.Context(), editor, id))
	d.run.Batch = 10
	d.run.Progress = func(i cardfile.Import) {
		if i.Rows() == 10 {
			d.must(d.files.Cancel(t.Context(), editor, id))
		}
	}
	i := d.work(id)
	if i.Status != cardfile.Cancelled || i.Created != 10 || d.count(`select count(*) from cards`) != 10 {
		t.Errorf("%+v", i)
	}
	if err := d.files.Cancel(t.Context(), editor, id); !errors.Is(err, cardfile.ErrOver) {
		t.Error(err)
	}
}

// Who asked for it must still have the right, batch by batch.
func TestARunEndsWithTheRightOfItsOwner(t *testing.T) {
	t.Parallel()
	for name, loss := range map[string]string{
		"the role":         `delete from member_roles where member_id = 3`,
		"the membership":   `update members set status = 'blocked' where id = 3`,
		"the group":        `update members set all_groups = false where id = 3`,
		"the organization": `update organizations set status = 'blocked' where org_id = 2`,
		"its group":        `update org_product_groups set status = 'blocked' where org_id = 2 and group_id = 13`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			var cards []card.Typed
			for n := range 30 {
				cards = append(cards, bottle(n))
			}
			id := d.upload(editor, "water", "thirty.csv", table(d.book(waterID), cards...))
			d.work(id)
			d.must(d.files.Apply(t.Context(), editor, id))
			d.run.Batch = 10
			d.run.Progress = func(i cardfile.Import) {
				if i.Rows() == 10 {
					d.exec(loss)
				}
			}
			i := d.work(id)
			if i.Status != cardfile.Failed || i.Failure.Key != "cardfile.failure.rights" || d.count(`select count(*) from cards`) != 10 {
				t.Errorf("%+v, %d cards", i, d.count(`select count(*) from cards`))
			}
		})
	}
}

func TestFilesAreTheOrganizationsOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	tobacco := d.upload(editor, "tobacco", "cigarettes.csv", []byte("gtin;packaging\n"+gtin(1)+";UNIT\n"))
	water := d.upload(editor, "water", "water.csv", []byte("gtin;packaging\n"+gtin(2)+";UNIT\n"))
	for name, tt := range map[string]struct {
		a    actor.Actor
		id   int64
		want error
	}{
		"a stranger":                 {stranger, water, cardfile.ErrNotFound},
		"an editor of another group": {waterman, tobacco, cardfile.ErrNotFound},
		"an editor of the group":     {waterman, water, nil},
		"no editor":                  {observer, water, actor.ErrForbidden},
	} {
		_, err := d.files.Get(ctx, tt.a, tt.id)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s reads: %v", name, err)
		}
		if tt.want == nil {
			continue
		}
		if err := d.files.Cancel(ctx, tt.a, tt.id); !errors.Is(err, tt.want) {
			t.Errorf("%s cancels: %v", name, err)
		}
		if err := d.files.ErrorFile(ctx, tt.a, tt.id, sheet.CSV, &bytes.Buffer{}); !errors.Is(err, tt.want) {
			t.Errorf("%s fetches: %v", name, err)
		}
	}
	if list, err := d.files.List(ctx, waterman); err != nil || len(list) != 1 || list[0].ID != water {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := d.files.Upload(ctx, waterman, cardfile.Upload{Group: "tobacco", Name: "x.csv", File: strings.NewReader("gtin;brand\n")}); err == nil {
		t.Error("a file for a foreign group is taken")
	}
	if _, err := d.files.Book(ctx, waterman, "tobacco"); !errors.Is(err, cardfile.ErrNotFound) {
		t.Error(err)
	}
}

// An organization does not fill the disk: its newest files are kept.
func TestOnlyTheNewestFilesAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	photos := zipped(t, gtin(1)+".jpg", jpegOf(t, 1))
	var first int64
	for n := range 12 {
		id := d.upload(editor, "water", "w.csv", []byte("gtin;packaging\n"+gtin(n)+";UNIT\n"), photos)
		d.work(id)
		if n == 0 {
			first = id
		}
	}
	if n := d.count(`select count(*) from blobs`); n != 20 {
		t.Errorf("%d files", n)
	}
	if err := d.files.Apply(t.Context(), editor, first); !errors.Is(err, cardfile.ErrNotChecked) {
		t.Errorf("a file that is gone is applied: %v", err)
	}
	d.exec(`update card_imports set created_at = now() - interval '31 days'`)
	d.must(cardfile.Tidy(t.Context(), d.run))
	if n := d.count(`select count(*) from blobs`); n != 0 {
		t.Errorf("%d files after a month", n)
	}
}

// A file may be called anything, and a letter of ours about it goes to whoever
// applied it.
func TestTheNameOfAFileMakesNoLinkInALetter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, want := range map[string]string{"narxlar 12.csv": "narxlar 12.csv", "tasdiqlang kabinet-login.online": "cards.csv"} {
		id := d.upload(waterman, "water", name, []byte("gtin;packaging\n"+gtin(1)+";UNIT\n"))
		d.work(id)
		d.must(d.files.Apply(t.Context(), editor, id))
		d.exec(`update card_imports set started_at = now() - interval '1 minute' where id = $1`, id)
		d.work(id)
		if args := d.text(`select args::text from notices where member_id = 3 order by id desc limit 1`); !strings.Contains(args, `"`+want+`"`) {
			t.Errorf("%s: %s", name, args)
		}
	}
}

func TestWhoLeftThePageIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.upload(editor, "water", "w.csv", []byte("gtin;packaging\n"+gtin(1)+";UNIT\n"))
	d.work(id)
	if n := d.count(`select count(*) from notices`); n != 0 {
		t.Errorf("%d notices of what was over at once", n)
	}
	d.must(d.files.Apply(t.Context(), editor, id))
	d.exec(`update card_imports set started_at = now() - interval '1 minute'`)
	d.work(id)
	if n := d.count(`select count(*) from notices where member_id = 3 and key = 'cardfile.notice.applied.'`); n != 1 {
		t.Errorf("%d notices", n)
	}
}
