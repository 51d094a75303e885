package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"kabinet/internal/core/fault"
	"kabinet/internal/core/taxid"
	"kabinet/internal/core/text"
)

// Why a message cannot be read; "feed.reason.<reason>" are the words.
var (
	errText    = fault.New(fault.Invalid, "feed.reason.text")
	errJSON    = fault.New(fault.Invalid, "feed.reason.json")
	errDepth   = fault.New(fault.Invalid, "feed.reason.depth", "max", maxDepth)
	errNumber  = fault.New(fault.Invalid, "feed.reason.number")
	errTwice   = fault.New(fault.Invalid, "feed.reason.twice")
	errUnknown = fault.New(fault.Invalid, "feed.reason.unknown")
	errMissing = fault.New(fault.Invalid, "feed.reason.missing")
	errShape   = fault.New(fault.Invalid, "feed.reason.shape")
	errKind    = fault.New(fault.Invalid, "feed.reason.kind")
	errFailed  = fault.New(fault.Invalid, "feed.reason.failed")
)

const (
	maxDepth  = 64
	maxNumber = 40  // characters
	maxID     = 128 // characters
)

// decode reads a message of a source, or says why it never can be: every error
// is poison. It is strict, so that whatever a sink gets can be stored as jsonb: a
// database that refuses a letter would hold the message up for ever.
//
// What could be read comes back beside an error, for the list of what was set
// aside.
func decode(src Source, raw []byte) (m Message, err error) {
	m = Message{Feed: src.Code, Kind: src.Kind}
	if err := scan(raw); err != nil {
		return m, Poison(err)
	}
	fields, err := fieldsOf(raw)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if wrong := m.set(src, name, fields[name]); wrong != nil && err == nil {
			err = wrong.With("field", name)
		}
	}
	if err != nil {
		return m, Poison(err)
	}
	for _, name := range []string{"id", "occurred_at", "body"} {
		if _, there := fields[name]; !there {
			return m, Poison(errMissing.With("field", name))
		}
	}
	return m, nil
}

// set reads one field.
func (m *Message) set(src Source, name string, value json.RawMessage) *fault.Error {
	ok := false
	switch name {
	case "id":
		m.SourceID, ok = sourceID(value)
	case "version":
		m.Version, ok = version(value)
	case "kind":
		kind, isText := word(value)
		if isText && kind != src.Kind {
			return errKind
		}
		ok = isText
	case "occurred_at":
		m.OccurredAt, ok = moment(value)
	case "tin":
		m.TIN, ok = tin(value)
	case "body":
		if ok = value[0] == '{'; ok {
			m.Body = value
		}
	default:
		return errUnknown
	}
	if !ok {
		return errShape
	}
	return nil
}

func word(v json.RawMessage) (s string, ok bool) {
	if v[0] != '"' || json.Unmarshal(v, &s) != nil {
		return "", false
	}
	return s, true
}

func sourceID(v json.RawMessage) (string, bool) {
	s, ok := word(v)
	line, err := text.Line(s, maxID)
	if !ok || err != nil || line != s || s == "" {
		return "", false
	}
	return s, true
}

func version(v json.RawMessage) (int64, bool) {
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil || n < 0 {
		return 0, false
	}
	return n, true
}

// moment reads RFC 3339 with a zone, in years that make sense.
func moment(v json.RawMessage) (time.Time, bool) {
	s, ok := word(v)
	t, err := time.Parse(time.RFC3339, s)
	if !ok || err != nil || t.Year() < 2000 || t.Year() > 2100 {
		return time.Time{}, false
	}
	return t.UTC().Truncate(time.Microsecond), true
}

func tin(v json.RawMessage) (string, bool) {
	s, ok := word(v)
	if ok && s == "" {
		return "", true
	}
	t, err := taxid.ParseTIN(s)
	if !ok || err != nil || string(t) != s {
		return "", false
	}
	return s, true
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}$`)

// fieldsOf reads the fields of one object and nothing behind it. Two of one name
// are refused: each reader would believe another of them.
func fieldsOf(raw []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errJSON
	}
	fields := map[string]json.RawMessage{}
	for d.More() {
		t, err := d.Token()
		name, isName := t.(string)
		var value json.RawMessage
		if err != nil || !isName || d.Decode(&value) != nil {
			return fields, errJSON
		}
		if !plainName.MatchString(name) {
			return fields, errUnknown.With("field", "…")
		}
		if _, twice := fields[name]; twice {
			return fields, errTwice.With("field", name)
		}
		fields[name] = value
	}
	if _, err := d.Token(); err != nil {
		return fields, errJSON
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fields, errJSON
	}
	return fields, nil
}
