package apikey

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"time"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/seal"
)

// ShowFor is how long the page shows a new key again when it is loaded anew.
const ShowFor = 10 * time.Minute

// purposeOnce is what a value is sealed for on its way to the page that shows it.
const purposeOnce seal.Purpose = "apikey.once"

// Wrap seals a new value for the browser that made it, which keeps it until the
// person has saved it: the portal itself keeps nothing. It opens for this key in
// this session only.
//
//gate:none the value is the caller's own
func (s *Service) Wrap(v Value, keyID int64, session string) string {
	made := binary.BigEndian.AppendUint64(nil, uint64(clock.System().Unix())) //nolint:gosec // after 1970
	return base64.RawURLEncoding.EncodeToString(s.Box.Seal(purposeOnce, append(made, v.text...), bindingOnce(keyID, session)))
}

// Unwrap gives the value back; ok is false when it is another key's, another
// session's, too old, or none.
//
//gate:none whoever has the sealed value and the session it was sealed for
func (s *Service) Unwrap(wrapped string, keyID int64, session string) (v Value, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(wrapped)
	if err != nil {
		return Value{}, false
	}
	plain, err := s.Box.Open(purposeOnce, sealed, bindingOnce(keyID, session))
	if err != nil || len(plain) < 8 {
		return Value{}, false
	}
	made := time.Unix(int64(binary.BigEndian.Uint64(plain)), 0) //nolint:gosec // written by Wrap
	v, err = ParseValue(string(plain[8:]))
	return v, err == nil && clock.Since(made) < ShowFor
}

func bindingOnce(keyID int64, session string) []byte {
	return []byte("apikey:" + strconv.FormatInt(keyID, 10) + "/" + session)
}
