package campaign

import (
	"bytes"
	"regexp"
	"testing"

	"kabinet/internal/platform/seal"
)

func testBox(t testing.TB, roots ...byte) *seal.Box {
	t.Helper()
	var secrets [][]byte
	for _, r := range roots {
		secrets = append(secrets, append(bytes.Repeat([]byte{r}, seal.RootLen-1), 0))
	}
	b, err := seal.New(secrets[0], secrets[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestKeysAreDerivedAndDiffer(t *testing.T) {
	t.Parallel()
	box, seed := testBox(t, 7), []byte("0123456789abcdef")
	k := newKeys(box, seed, 1001, 100001)
	if !regexp.MustCompile(`^[a-z2-7]{32}$`).MatchString(k.token) {
		t.Errorf("token = %q", k.token)
	}
	if !regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(grouped(k.code)) {
		t.Errorf("code = %q", grouped(k.code))
	}
	if again := newKeys(box, seed, 1001, 100001); again != k {
		t.Error("the same letter has other keys the second time")
	}
	for name, other := range map[string]keys{
		"letter":       newKeys(box, seed, 1001, 100002),
		"organization": newKeys(box, seed, 1002, 100001),
		"seed":         newKeys(box, []byte("0123456789abcdeg"), 1001, 100001),
		"root":         newKeys(testBox(t, 8), seed, 1001, 100001),
	} {
		if other.token == k.token || other.code == k.code {
			t.Errorf("another %s has the same keys", name)
		}
	}
}

func TestKeysOutliveTheirRootSecret(t *testing.T) {
	t.Parallel()
	seed := []byte("0123456789abcdef")
	before := newKeys(testBox(t, 7), seed, 1, 2)
	after := keysOf(testBox(t, 8, 7), seed, 1, 2)
	if len(after) != 2 || after[1] != before || after[0] == before {
		t.Errorf("after the exchange: %v, before: %v", after, before)
	}
	if !opens(after, before.code) || !opens(after, after[0].code) || opens(after, "0000000000000000") {
		t.Error("the earlier code does not open, or a wrong one does")
	}
}
