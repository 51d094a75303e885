package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxLine  = 256 << 10 // bytes of a line that are kept
	maxLines = 32        // lines that one quoted cell may run over
)

// csvReader reads CSV as spreadsheet programs write it and people break it.
//
// encoding/csv would do for sound files, but it drops empty lines, so that row
// numbers shift; it holds a cell of any size; and a quote that nobody closed
// makes it swallow every row that follows. Here such a row has a flaw and
// reading goes on with the next line.
type csvReader struct {
	in    *bufio.Reader
	delim byte
	n     int    // rows given so far
	sound int    // of them with anything in them
	ahead []line // lines read while looking for the end of a quoted cell
	cells []string
	notes []Note
}

type line struct {
	text string
	cut  bool // longer than maxLine
}

func openCSV(in io.Reader, head []byte) (Reader, error) {
	text, notes, err := decode(in, head)
	if err != nil {
		return nil, err
	}
	c := &csvReader{in: lined(text), notes: notes}
	first, err := c.line()
	if errors.Is(err, io.EOF) {
		return nil, ErrEmpty
	}
	if err != nil {
		return nil, err
	}
	if d, ok := declared(first.text); ok {
		c.n, c.delim = 1, d
		return c, nil
	}
	c.ahead = append(c.ahead, first)
	c.delim = delimiter(first.text)
	return c, nil
}

// beginning is how much of a text tells how its lines end.
const beginning = 64 << 10

// lined reads a text whose lines end as ours do. Excel on a Macintosh offers a
// kind of CSV whose lines end with a carriage return alone, as they did there long
// ago.
func lined(text io.Reader) *bufio.Reader {
	in := bufio.NewReaderSize(text, beginning)
	head, _ := in.Peek(beginning) // a short or broken text shows when it is read
	if bytes.IndexByte(head, '\n') >= 0 || bytes.IndexByte(head, '\r') < 0 {
		return in
	}
	return bufio.NewReaderSize(returns{in}, beginning)
}

// returns makes line feeds of carriage returns.
type returns struct{ in io.Reader }

// Read reads what is below.
func (t returns) Read(p []byte) (int, error) {
	n, err := t.in.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

func (c *csvReader) Format() Format { return CSV }
func (c *csvReader) Notes() []Note  { return c.notes }
func (c *csvReader) Close() error   { return nil }

// declared reads Excel's own line "sep=;".
func declared(first string) (delim byte, ok bool) {
	if len(first) == 5 && strings.EqualFold(first[:4], "sep=") {
		return first[4], true
	}
	return 0, false
}

// delimiter is the one of ; , and tab that stands most often outside quotes.
func delimiter(first string) byte {
	best, most := byte(';'), 0
	for _, d := range []byte{';', ',', '\t'} {
		count, quoted := 0, false
		for i := range len(first) {
			switch {
			case first[i] == '"':
				quoted = !quoted
			case first[i] == d && !quoted:
				count++
			}
		}
		if count > most {
			best, most = d, count
		}
	}
	return best
}

// Next gives the next row that has anything in it.
func (c *csvReader) Next() (Row, error) {
	for {
		l, err := c.line()
		if err != nil {
			return Row{}, err
		}
		c.n++
		if strings.Trim(l.text, " ;,\t") == "" {
			continue
		}
		if c.sound++; c.sound > MaxRows {
			return Row{}, ErrManyRows
		}
		return c.row(l)
	}
}

func (c *csvReader) row(first line) (Row, error) {
	row := Row{N: c.n}
	var end ending
	c.cells, end = split(c.cells[:0], first.text, c.delim)
	if end&open != 0 && !first.cut {
		closed, err := c.join(first, end)
		if err != nil {
			return Row{}, err
		}
		if !closed {
			row.Flaw, row.FlawCell = Quote, len(c.cells)-1
		}
	}
	if first.cut {
		row.Flaw, row.FlawCell = BigCell, longest(c.cells)
	}
	row.Cells = c.cells
	return checked(row), nil
}

// join reads on until the quoted cell at the end of the row is closed. When it
// is not, or is followed by something else than a delimiter, the quote was
// opened by mistake: the lines read go back and the row stands alone. Each line
// is looked at once, or a file of open quotes would take minutes.
func (c *csvReader) join(first line, end ending) (closed bool, err error) {
	size := len(first.text)
	var taken []line
	long := longCell{cells: slices.Clone(c.cells), parts: []string{c.cells[len(c.cells)-1]}}
	for end&loose == 0 && len(taken) < maxLines && size < maxLine {
		l, err := c.line()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
		taken = append(taken, l)
		size += 1 + len(l.text)
		if end = long.add(l.text, c.delim); end == ended && !l.cut {
			c.cells = long.cells
			return true, nil
		}
	}
	c.ahead = append(taken, c.ahead...)
	return false, nil
}

// longCell is a row whose last cell runs over several lines.
type longCell struct {
	cells []string
	parts []string // of the last cell, a line each
}

// add goes on with the last cell on the next line.
func (o *longCell) add(next string, delim byte) ending {
	if !strings.Contains(next, `"`) {
		o.parts = append(o.parts, next)
		return open
	}
	more, end := split(nil, `"`+next, delim)
	if len(more) == 1 && end&open != 0 {
		o.parts = append(o.parts, more[0])
		return end
	}
	before := strings.ReplaceAll(strings.Join(o.parts, "\n"), `""`, `"`)
	o.cells[len(o.cells)-1] = before + "\n" + more[0]
	o.cells = append(o.cells, more[1:]...)
	o.parts = []string{o.cells[len(o.cells)-1]}
	return end
}

// checked looks for what the database could not hold and cuts off cells that
// no table of ours has.
func checked(row Row) Row {
	if len(row.Cells) > MaxCells {
		for _, cell := range row.Cells[MaxCells:] {
			if cell != "" {
				row.More++
			}
		}
		row.Cells = row.Cells[:MaxCells]
	}
	for i, cell := range row.Cells {
		if row.Flaw != Sound {
			return row
		}
		switch {
		case len(cell) > MaxCell:
			row.Flaw, row.FlawCell = BigCell, i
		case strings.IndexByte(cell, 0) >= 0:
			row.Flaw, row.FlawCell = Nul, i
		case !utf8.ValidString(cell):
			row.Flaw, row.FlawCell = BadBytes, i
		}
	}
	return row
}

func longest(cells []string) int {
	at := 0
	for i := range cells {
		if len(cells[i]) > len(cells[at]) {
			at = i
		}
	}
	return min(at, MaxCells-1)
}

// line gives the next line without its end; of a line over maxLine the rest is
// read and dropped.
func (c *csvReader) line() (line, error) {
	if len(c.ahead) > 0 {
		l := c.ahead[0]
		c.ahead = c.ahead[1:]
		return l, nil
	}
	part, err := c.in.ReadSlice('\n')
	if err == nil {
		return line{text: trimEnd(string(part))}, nil
	}
	return c.longLine(part, err)
}

// longLine is line for what does not fit the buffer and for the end of file.
func (c *csvReader) longLine(part []byte, err error) (line, error) {
	var l line
	var b strings.Builder
	for {
		if room := maxLine - b.Len(); len(part) > room {
			part, l.cut = part[:room], true
		}
		b.Write(part)
		if !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
		part, err = c.in.ReadSlice('\n')
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return line{}, err
	}
	if err != nil && b.Len() == 0 {
		return line{}, io.EOF
	}
	l.text = trimEnd(b.String())
	return l, nil
}

func trimEnd(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(s, "\n"), "\r")
}

// ending says how the quoted cells of a text came out; the last two may both
// be so.
type ending int

const (
	ended ending = 0         // every quote is closed before a delimiter or the end
	loose ending = 1 << iota // text follows a closing quote
	open                     // the last quote is not closed
)

// split appends the cells of one row. A quote opens a quoted cell only at its
// beginning, so that ООО "Ромашка" without quotes around it stays whole.
func split(cells []string, s string, delim byte) ([]string, ending) {
	end := ended
	for {
		var cell string
		var rest int // where the next cell begins; over len(s) after the last
		if len(s) > 0 && s[0] == '"' {
			var e ending
			cell, rest, e = quoted(s, delim)
			end |= e
		} else {
			rest = strings.IndexByte(s, delim) + 1
			if rest == 0 {
				rest = len(s) + 1
			}
			cell = s[:rest-1]
		}
		cells = append(cells, cell)
		if rest > len(s) {
			return cells, end
		}
		s = s[rest:]
	}
}

// quoted reads the quoted cell at the beginning of s and says where the next
// one begins.
func quoted(s string, delim byte) (cell string, rest int, end ending) {
	from, doubled := 1, false
	for {
		i := strings.IndexByte(s[from:], '"')
		if i < 0 {
			return s[1:], len(s) + 1, open
		}
		from += i + 1
		if from < len(s) && s[from] == '"' {
			from++
			doubled = true
			continue
		}
		break
	}
	cell = s[1 : from-1]
	if doubled {
		cell = strings.ReplaceAll(cell, `""`, `"`)
	}
	if from == len(s) {
		return cell, len(s) + 1, ended
	}
	if s[from] == delim {
		return cell, from + 1, ended
	}
	next := strings.IndexByte(s[from:], delim)
	if next < 0 {
		return cell + s[from:], len(s) + 1, loose
	}
	return cell + s[from:from+next], from + next + 1, loose
}
