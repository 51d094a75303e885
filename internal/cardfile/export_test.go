package cardfile_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kabinet/internal/card"
	"kabinet/internal/cardfile"
	"kabinet/internal/core/actor"
	"kabinet/internal/platform/i18n"
	"kabinet/internal/platform/sheet"
)

func (d *desk) exported(a actor.Actor, f sheet.Format, filter card.Filter) []byte {
	d.Helper()
	var b bytes.Buffer
	d.must(d.out.Write(d.Context(), a, cardfile.Wanted{Cards: card.Selection{All: true, Filter: filter}, Format: f, Lang: i18n.Ru, About: "Zarafshon Sut: все карточки"}, &b, nil))
	return b.Bytes()
}

// contents are all cards as they are stored.
func (d *desk) contents() string {
	return d.text(`select coalesce(string_agg(c.gtin || ' ' || c.revision || ' ' || c.editing || ' ' || c.standing || ' ' || v.n || ' ' || v.content::text, E'\n' order by c.id, v.n), '')
		from cards c join card_versions v on v.org_id = c.org_id and v.card_id = c.id`)
}

// An exported file that is sent back changes nothing, whatever the cards say and
// wherever they stand.
func TestWhatIsExportedChangesNothingWhenItComesBack(t *testing.T) {
	t.Parallel()
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			odd := with(bottle(2), card.FieldNameUz, "=cmd|' /C calc'!A0")
			odd[card.FieldNameRu], odd[card.FieldBrand], odd[card.FieldNameEn] = "'=1+1", "-5 °C", `"; DROP`+"\u00a0x"
			odd[card.FieldManufacturer], odd[card.FieldProducer] = "＝1+1", "'＠x"
			odd["attr.storage"] = "@home; «ёлка», \"x\""
			d.applied(editor, "water", "waters.csv", table(d.book(waterID), bottle(1), odd, bottle(3), bottle(4)))
			d.applied(editor, "tobacco", "tobacco.csv", []byte("gtin;packaging;name_ru\n"+gtin(5)+";UNIT;Сигареты\n"+gtin(6)+";GROUP;Блок\n"))
			d.exec(`update card_versions set status = 'moderation', sent_at = now(), deadline_at = now() where card_id = (select id from cards where gtin = $1)`, gtin(3))
			d.exec(`update cards set editing = 'moderation' where gtin = $1`, gtin(3))
			d.exec(`update card_versions set status = 'published', sent_at = now(), deadline_at = now() where card_id = (select id from cards where gtin = $1)`, gtin(4))
			d.exec(`update cards set editing = 'none', standing = 'published', live = 1 where gtin = $1`, gtin(4))
			before := d.contents()
			file := d.exported(editor, format, card.Filter{})
			i := d.work(d.upload(editor, cardfile.ByColumn, "cards."+string(format), file))
			rows, _, err := d.files.Errors(t.Context(), editor, i.ID)
			d.must(err)
			if i.Unchanged != 6 || i.Bad != 0 || len(i.Ignored) != 0 {
				t.Fatalf("%+v %+v", i, rows)
			}
			if diff := cmp.Diff(before, d.contents()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnExportHoldsNoLiveFormulasAndSaysWhatItIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	odd := with(bottle(1), card.FieldNameUz, "=1+1")
	odd[card.FieldBrand] = "@sum(A1)"
	d.applied(editor, "water", "w.csv", table(d.book(waterID), odd))
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		rows := read(t, d.exported(editor, f, card.Filter{}))
		if f == sheet.XLSX {
			if rows[0][0] != "Zarafshon Sut: все карточки" {
				t.Errorf("%q", rows[0])
			}
			rows = rows[1:]
		}
		if rows[0][0] != "gtin" || rows[0][2] != "group" || rows[2][2] != "water" || rows[2][1] != "Черновик" {
			t.Errorf("%q", rows)
		}
		for _, cell := range rows[2] {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("%s: a live formula: %s", f, cell)
			}
		}
	}
}

func TestAnExportShowsWhatItsReaderMaySee(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.applied(editor, "water", "w.csv", table(d.book(waterID), bottle(1)))
	d.applied(editor, "tobacco", "t.csv", []byte("gtin;packaging\n"+gtin(5)+";UNIT\n"))
	for name, tt := range map[string]struct {
		a    actor.Actor
		want int
	}{"an editor": {editor, 2}, "an observer": {observer, 2}, "an editor of water": {waterman, 1}, "a stranger": {stranger, 0}} {
		if got := len(read(t, d.exported(tt.a, sheet.CSV, card.Filter{}))) - 2; got != tt.want {
			t.Errorf("%s gets %d cards, want %d", name, got, tt.want)
		}
	}
	var b bytes.Buffer
	d.must(d.out.Write(t.Context(), waterman, cardfile.Wanted{Cards: card.Selection{IDs: []int64{1, 2, 77}}, Format: sheet.CSV}, &b, nil))
	if got := len(read(t, b.Bytes())) - 2; got != 1 {
		t.Errorf("%d of the ticked cards", got)
	}
	if got := len(read(t, d.exported(editor, sheet.CSV, card.Filter{GroupID: tobaccoID}))) - 2; got != 1 {
		t.Errorf("the filter lets %d through", got)
	}
}

func TestAnExportByAJobIsItsOwnersForADay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	d.applied(editor, "water", "w.csv", table(d.book(waterID), bottle(1), bottle(2)))
	ask := func() int64 {
		id, err := d.out.Ask(ctx, observer, cardfile.Wanted{Cards: card.Selection{All: true}, Format: sheet.XLSX, Lang: i18n.Ru, About: "Zarafshon Sut"})
		d.must(err)
		return id
	}
	id := ask()
	if _, _, err := d.out.Open(ctx, observer, id); !errors.Is(err, cardfile.ErrNotFound) {
		t.Errorf("it is there before it is written: %v", err)
	}
	d.must(d.out.Run(ctx, 2, id))
	d.must(d.out.Run(ctx, 2, id)) // twice does no harm
	e, err := d.out.Get(ctx, observer, id)
	if err != nil || e.Status != cardfile.Done || e.Done != 2 || e.Total != 2 {
		t.Fatalf("%+v, %v", e, err)
	}
	content, _, err := d.out.Open(ctx, observer, id)
	d.must(err)
	file, err := io.ReadAll(content)
	d.must(err)
	if rows := read(t, file); len(rows) != 5 || rows[0][0] != "Zarafshon Sut" {
		t.Errorf("%q", rows)
	}
	for name, a := range map[string]actor.Actor{"a colleague": editor, "a stranger": stranger} {
		if _, err := d.out.Get(ctx, a, id); !errors.Is(err, cardfile.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.exec(`update card_exports set finished_at = now() - interval '25 hours'`)
	if _, _, err := d.out.Open(ctx, observer, id); !errors.Is(err, cardfile.ErrGone) {
		t.Errorf("a day later: %v", err)
	}
	d.must(cardfile.Tidy(ctx, d.run))
	if n := d.count(`select count(*) from blobs where name like 'cards.%'`); n != 0 {
		t.Errorf("%d files stay", n)
	}
	lost := ask()
	d.exec(`delete from member_roles where member_id = 5`)
	d.must(d.out.Run(context.WithoutCancel(ctx), 2, lost))
	if s := d.text(`select status || ' ' || failure from card_exports where id = $1`, lost); !strings.HasPrefix(s, "failed ") || !strings.Contains(s, "cardfile.failure.rights") {
		t.Error(s)
	}
}

// What a file shows is its reader's only as long as all of it is.
func TestAnExportClosesWithTheGroupsItShows(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	d.applied(editor, "water", "w.csv", table(d.book(waterID), bottle(1)))
	d.applied(editor, "tobacco", "t.csv", []byte("gtin;packaging\n"+gtin(5)+";UNIT\n"))
	ask := func() int64 {
		id, err := d.out.Ask(ctx, observer, cardfile.Wanted{Cards: card.Selection{All: true}, Format: sheet.CSV, Lang: i18n.Ru})
		d.must(err)
		return id
	}
	written, waiting := ask(), ask()
	d.must(d.out.Run(ctx, 2, written))
	d.exec(`update members set all_groups = false where org_id = 2 and id = $1`, observer.MemberID)
	d.exec(`insert into member_groups (org_id, member_id, group_id) values (2, $1, $2)`, observer.MemberID, waterID)
	narrow := observer
	narrow.Scope.AllGroups, narrow.Scope.Groups = false, []int16{waterID}
	if _, _, err := d.out.Open(ctx, narrow, written); !errors.Is(err, cardfile.ErrGone) {
		t.Errorf("a file with tobacco opens for water: %v", err)
	}
	d.must(d.out.Run(ctx, 2, waiting))
	if s := d.text(`select status || ' ' || failure from card_exports where id = $1`, waiting); !strings.HasPrefix(s, "failed ") || !strings.Contains(s, "cardfile.failure.rights") {
		t.Error(s)
	}
	fitting := ask()
	d.must(d.out.Run(ctx, 2, fitting))
	content, _, err := d.out.Open(ctx, narrow, fitting)
	d.must(err)
	file, err := io.ReadAll(content)
	d.must(err)
	if rows := read(t, file); len(rows) != 3 {
		t.Errorf("%q", rows)
	}
}
