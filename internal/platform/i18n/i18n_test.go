package i18n_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"kabinet/internal/platform/i18n"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]i18n.Lang{
		"": i18n.Uz, "ru-RU,ru;q=0.9,en;q=0.8": i18n.Ru, "en-GB": i18n.En, "uz": i18n.Uz, "uz-Cyrl": i18n.Uz,
		"de": i18n.Uz, "*": i18n.Uz, ";;;": i18n.Uz, "fr;q=0.9, en;q=0.5": i18n.En,
	} {
		if got := i18n.Match(header); got != want {
			t.Errorf("Match(%q) = %s, want %s", header, got.Code(), want.Code())
		}
	}
}

func TestLanguageTravelsWithTheContext(t *testing.T) {
	t.Parallel()
	ru := i18n.With(context.Background(), i18n.Ru)
	if i18n.From(ru) != i18n.Ru || i18n.From(context.Background()) != i18n.Uz {
		t.Error("the context lost its language")
	}
	if a, b := i18n.T(ru, "fault.not_found"), i18n.T(context.Background(), "fault.not_found"); a == b {
		t.Errorf("both languages say %q", a)
	}
	if got := i18n.T(ru, "no.such.key"); got != "no.such.key" {
		t.Errorf("an unknown key shows as %q", got)
	}
}

func TestValuesAreText(t *testing.T) {
	t.Parallel()
	got := i18n.Text(i18n.En, "fault.needs_role", "roles", "{roles} {n}")
	if want := "One of these roles is needed: {roles} {n}. An administrator gives it"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPlurals(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		1: "через 1 секунду", 2: "через 2 секунды", 5: "через 5 секунд", 21: "через 21 секунду", 111: "через 111 секунд",
	} {
		if got := i18n.TextN(i18n.Ru, "layout.problem.retry_seconds", n); !strings.Contains(got, want) {
			t.Errorf("%d: %q lacks %q", n, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1\u00a0000", 1204500: "1\u00a0204\u00a0500", -12000: "\u221212\u00a0000"} {
		if got := i18n.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"a key twice":  {"en/a.json": {Data: []byte(`{"a.b":"x"}`)}, "en/b.json": {Data: []byte(`{"a.b":"y"}`)}},
		"broken JSON":  {"en/a.json": {Data: []byte(`{`)}},
		"a wrong type": {"en/a.json": {Data: []byte(`{"a.b":5}`)}},
	} {
		if _, err := i18n.Load(files, "en"); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
