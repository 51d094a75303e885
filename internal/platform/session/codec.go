package session

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// Names of the values that have columns of their own.
const (
	keyAccount = "account"
	keyOrg     = "org"
	keyMember  = "member"
	keyStaff   = "staff"
	keyVisitor = "visitor"
)

// record is what a session carries: ids in columns, the rest as short texts.
type record struct {
	Deadline time.Time         `json:"d"`
	Account  int64             `json:"a,omitempty"`
	Org      int64             `json:"o,omitempty"`
	Member   int64             `json:"m,omitempty"`
	Staff    int64             `json:"s,omitempty"`
	Texts    map[string]string `json:"t,omitempty"`
}

// codec writes JSON into a struct: a tenth of the cost of scs's own gob
// (performance.md 2.3), and nothing but texts and ids can get in.
type codec struct{}

func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	r := record{Deadline: deadline, Texts: map[string]string{}}
	ids := map[string]*int64{keyAccount: &r.Account, keyOrg: &r.Org, keyMember: &r.Member, keyStaff: &r.Staff}
	for k, v := range values {
		switch v := v.(type) {
		case int64:
			if p, ok := ids[k]; ok {
				*p = v
			}
		case string:
			r.Texts[k] = v
		default:
			return nil, fmt.Errorf("session value %s has type %T", k, v)
		}
	}
	return json.Marshal(r)
}

func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		return time.Time{}, nil, fmt.Errorf("session data: %w", err)
	}
	values := make(map[string]any, len(r.Texts)+4)
	for k, v := range r.Texts {
		values[k] = v
	}
	for k, id := range map[string]int64{keyAccount: r.Account, keyOrg: r.Org, keyMember: r.Member, keyStaff: r.Staff} {
		if id != 0 {
			values[k] = id
		}
	}
	return r.Deadline, values, nil
}

// textsOf gives the short texts of a session's data.
func textsOf(b []byte) (map[string]string, error) {
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("session data: %w", err)
	}
	return r.Texts, nil
}

// hashToken is scs's own hash of a token in the store (HashTokenInStore).
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
