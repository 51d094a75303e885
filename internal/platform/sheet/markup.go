package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
)

// Limits of the markup of a big part. The library holds one row or one shared
// text in memory whole, with everything in it, whatever its size: 700 KB of
// zipped spaces took 3 GB.
const (
	maxRun   = 1 << 20 // bytes of one text or one tag
	maxUnit  = 4 << 20 // bytes of one row or one shared text
	maxDepth = 32
)

// maxMarked bounds the rows of a sheet that hold nothing besides those that do:
// a million of them pack into 10 KB, and the library takes seconds over them.
const maxMarked = MaxRows + MaxRows/3

// bearableMarkup reads a part through and refuses what no spreadsheet program
// writes.
func bearableMarkup(part *zip.File) error {
	in, err := part.Open()
	if err != nil {
		return ErrNotXLSX.Because(err)
	}
	defer func() { _ = in.Close() }() // only read from
	m := &markup{unit: 3}             // worksheet, sheetData, row
	if strings.EqualFold(part.Name, "xl/sharedStrings.xml") {
		m.unit = 2 // sst, si
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := in.Read(buf)
		switch {
		case !m.takes(buf[:n]):
			return ErrUnpacked
		case m.unit == 3 && m.units > maxMarked:
			return ErrManyRows
		case err == io.EOF:
			return nil
		}
		if err != nil {
			return ErrNotXLSX.Because(err)
		}
	}
}

// markup follows XML as far as to know where tags begin and end. It need not
// tell good XML from bad: the parser behind it does.
type markup struct {
	unit  int // depth of what is held in memory whole
	depth int
	run   int  // bytes since the last < or >
	since int  // bytes since something of depth unit or less began or ended
	units int  // that began so far
	in    byte // 0 in text, '<' in a tag, or the quote of the value it is in
	first byte // of the tag
	last  byte
}

// takes goes on with the next bytes; false is a refusal.
func (m *markup) takes(b []byte) bool {
	for len(b) > 0 {
		n := 1
		if m.in == 0 {
			n = m.text(b)
		} else if !m.tag(b[0]) {
			return false
		}
		m.run += n
		m.since += n
		if m.run > maxRun || m.since > maxUnit {
			return false
		}
		b = b[n:]
	}
	return true
}

// text goes to the next tag and says how many bytes that takes.
func (m *markup) text(b []byte) int {
	i := bytes.IndexByte(b, '<')
	if i < 0 {
		return len(b)
	}
	m.in, m.first, m.last, m.run = '<', 0, 0, 0
	return i + 1
}

// tag takes one byte inside a tag. Comments, declarations and entities, which
// would hide markup from this walk, are refused.
func (m *markup) tag(c byte) bool {
	switch {
	case m.first == 0:
		m.first = c
		if c == '!' {
			return false
		}
	case m.in != '<':
		if c == m.in {
			m.in = '<'
		}
		return true
	case c == '"' || c == '\'':
		m.in = c
	}
	if c == '>' {
		return m.end()
	}
	m.last = c
	return true
}

// end is the end of a tag.
func (m *markup) end() bool {
	m.in, m.run = 0, 0
	depth := m.depth
	switch {
	case m.first == '?' || m.last == '/' && m.first != '/':
		depth++ // begins and ends here
	case m.first == '/':
		m.depth--
	default:
		m.depth++
		depth = m.depth
	}
	if depth <= m.unit {
		m.since = 0
	}
	if depth == m.unit && m.first != '/' {
		m.units++
	}
	return m.depth <= maxDepth
}
