package notice_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"kabinet/internal/core/golden"
	"kabinet/internal/notice"
	"kabinet/internal/platform/i18n"
	"kabinet/web/locales"
)

// samples fill the words of letters; what has none is named in angle brackets.
var samples = map[string]string{
	"name": "Barno Sodiqova", "by": "Aziz Karimov", "who": "Aziz Karimov", "reason": "Shartnoma tugadi", "gtin": "04780001000010",
	"email": "info@zarafshonsut.example", "date": "12.12.2025", "until": "12.12.2025, 18:59", "from": "11.12.2025, 22:00", "prefix": "478000100",
	"n": "12", "days": "3", "place": "Ombor 2", "group": "Suv", "org": "Zarafshon Sut", "tin": "302 118 447", "file": "kartochkalar.xlsx",
}

var placeholder = regexp.MustCompile(`\{([a-z_0-9]+)\}`)

// toldKeys lists by feature the notices whose words there are.
func toldKeys(t *testing.T) map[string][]string {
	t.Helper()
	files, err := fs.Glob(locales.Files, "uz/*.json")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string][]string{}
	for _, file := range files {
		b, err := fs.ReadFile(locales.Files, file)
		if err != nil {
			t.Fatal(err)
		}
		var words map[string]any
		if err := json.Unmarshal(b, &words); err != nil {
			t.Fatal(err)
		}
		for k := range words {
			if key, ok := strings.CutSuffix(k, "subject"); ok && strings.Contains(k, ".notice.") && i18n.Has(key+"text") {
				feature, _, _ := strings.Cut(k, ".")
				keys[feature] = append(keys[feature], key)
			}
		}
	}
	return keys
}

// TestLettersAreAsReviewed writes every letter there is in every language.
func TestLettersAreAsReviewed(t *testing.T) {
	t.Parallel()
	keys := toldKeys(t)
	if len(keys) < 10 {
		t.Fatalf("letters of %d features", len(keys))
	}
	for _, feature := range slices.Sorted(maps.Keys(keys)) {
		for _, lang := range i18n.Langs() {
			name := feature + "." + lang.Code() + ".txt"
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				var all strings.Builder
				for _, key := range slices.Sorted(slices.Values(keys[feature])) {
					fmt.Fprintf(&all, "=== %s\n\n%s\n", key, letter(t, lang, key))
				}
				golden.Check(t, "letters/"+name, all.String())
			})
		}
	}
}

// letter is the one about a key, as text.
func letter(t *testing.T, lang i18n.Lang, key string) string {
	t.Helper()
	path := ""
	if i18n.Has(key + "button") {
		path = "/me"
	}
	var args []string
	for _, part := range []string{"subject", "text"} {
		for _, m := range placeholder.FindAllStringSubmatch(i18n.Text(lang, key+part), -1) {
			value, ok := samples[m[1]]
			if !ok {
				value = "<" + m[1] + ">"
			}
			args = append(args, m[1], value)
		}
	}
	m := notice.Letter(t, lang, []notice.Notice{{Kind: notice.Security, Key: key, Args: args, Path: path}})
	if utf8.RuneCountInString(m.Subject) > 60+len("<remarks>") {
		t.Errorf("%s: a subject of %d letters", key, utf8.RuneCountInString(m.Subject))
	}
	return "Subject: " + m.Subject + "\n\n" + m.Text
}

// TestALetterOfManyIsAsReviewed: groups by kind, what is alike in one line, and
// not more than somebody reads.
func TestALetterOfManyIsAsReviewed(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		var few, many []notice.Notice
		for range 12 {
			few = append(few, notice.Notice{Kind: notice.Decision, Key: "card.notice.published.", Args: []string{"name", "Smetana 20 %", "gtin", samples["gtin"]}})
		}
		few = append(few,
			notice.Notice{Kind: notice.Decision, Key: "card.notice.returned.", Args: []string{"name", "Qatiq", "gtin", samples["gtin"]}},
			notice.Notice{Kind: notice.Expiry, Key: "apikey.notice.expiring.", Args: []string{"name", "1C", "until", "12.12.2025, 18:59"}})
		for range 60 {
			many = append(many, notice.Notice{Kind: notice.Expiry, Key: "apikey.notice.expiring.", Args: []string{"name", "1C", "until", "12.12.2025, 18:59"}})
		}
		for name, ns := range map[string][]notice.Notice{"few": few, "many": many} {
			m := notice.Letter(t, lang, ns)
			golden.Check(t, "digest."+name+"."+lang.Code()+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
			if name == "few" {
				golden.Check(t, "digest."+lang.Code()+".html", m.HTML)
			}
		}
	}
}

// TestWordsForManyAreOfANoticeThereIs: a key that was renamed would never be
// grouped again.
func TestWordsForManyAreOfANoticeThereIs(t *testing.T) {
	t.Parallel()
	b, err := fs.ReadFile(locales.Files, "uz/notice.json")
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]any
	if err := json.Unmarshal(b, &words); err != nil {
		t.Fatal(err)
	}
	for k := range words {
		if key, many := strings.CutPrefix(k, "notice.many."); many && !i18n.Has(key+".subject") {
			t.Errorf("%s is for no notice", k)
		}
	}
}
