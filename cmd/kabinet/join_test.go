//go:build dev

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Who is invited by the company that is at work; see newcomers.
const programMail = "it@registon-tibbiyot-500.example"

var (
	keyInvited       = []string{"Yusupova Zulfiya"}
	keyUlugbek       = []string{"Yoʻldoshev Ulugʻbek"}
	keyOtabek        = []string{"Normatov Otabek"}
	linkInInvitation = regexp.MustCompile(`(?m)^http://[^/\s]+(/join/[a-z0-9]+)$`)
)

// invitationTo waits for the letter to an invited user.
func (w *whole) invitationTo(t *testing.T, address string) letter {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	m, err := w.Mail.WaitTo(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(m.Text, "\r\n", "\n")
	link, code := linkInInvitation.FindStringSubmatch(text), codeInLetter.FindStringSubmatch(text)
	if link == nil || code == nil {
		t.Fatalf("no link or no code in the letter:\n%s", text)
	}
	return letter{subject: m.Subject, path: link[1], code: code[1]}
}

// codeTo waits for a letter with a code.
func (w *whole) codeTo(t *testing.T, address string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	m, err := w.Mail.WaitTo(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	code := codeInLetter.FindStringSubmatch(strings.ReplaceAll(m.Text, "\r\n", "\n"))
	if code == nil {
		t.Fatalf("no code in the letter:\n%s", m.Text)
	}
	return code[1]
}

// joins is the way of a person whom the company at work invites, by a wrong key
// first.
func (r reader) joins() {
	r.t.Helper()
	l := r.portal.invitationTo(r.t, companyMail)
	for _, path := range []string{"/join", "/join/sign", "/join/password", "/join/password/set", "/join/new-code", "/join/new-code/sent", "/join/nothing"} {
		r.open(path)
		r.examine("public" + strings.ReplaceAll(path, "/", "-"))
	}
	r.open(l.path)
	r.examine("join-letter")
	r.Type("#code", l.code)
	r.press("way.code.continue")
	r.At("/join/sign")
	r.findKeys()
	r.choose(keyUlugbek...)
	r.sign()
	r.see("way.sign.trouble")
	r.examine("join-wrong-key")
	r.joinsBy(l, keyInvited)
	r.open(l.path)
	r.examine("join-again")
}

// joinsBy is the way of an invited person: letter, code, own key, Home. At most
// five clicks, as a director's.
func (r reader) joinsBy(l letter, key []string) {
	r.t.Helper()
	const fromTheLetter = 1 // opening the link is a click too
	r.Count()
	r.open(l.path)
	r.Type("#code", strings.ToLower(l.code))
	r.press("way.code.continue")
	r.At("/join/sign")
	r.examine("join-sign")
	r.findKeys()
	r.choose(key...)
	r.sign()
	r.At("/home")
	r.see("invite.done")
	r.within(5, fromTheLetter, "joining")
	r.examine("join-home")
}

// setsPassword is the way of a technical user, which then signs in as programs
// do.
func (r reader) setsPassword() {
	r.t.Helper()
	l := r.portal.invitationTo(r.t, programMail)
	r.open(l.path)
	r.examine("join-program")
	r.Type("#code", l.code)
	r.press("way.code.continue")
	r.At("/join/password")
	r.examine("join-password")
	r.Type("#password", "password12345678")
	r.Type("#again", "password")
	r.press("invite.password.set")
	r.see("technical.password.common")
	r.examine("join-password-wrong")
	const secret = "quiet river under stones"
	r.Type("#password", secret)
	r.Type("#again", secret)
	r.press("invite.password.set")
	r.At("/join/password/set")
	r.examine("join-password-set")
	r.asksWhoItIs(r.Text("#login"), secret)
}

// asksWhoItIs signs a program in over the network.
func (r reader) asksWhoItIs(login, secret string) {
	r.t.Helper()
	body, err := json.Marshal(map[string]string{"login": login, "password": secret})
	if err != nil {
		r.t.Fatal(err)
	}
	var given struct {
		AccessToken string
		ExpiresIn   int64
	}
	r.calls(http.MethodPost, "/api/users/authenticate", "", body, &given)
	if given.ExpiresIn != 1_800_000 {
		r.t.Errorf("the token lives %d ms", given.ExpiresIn)
	}
	var me struct {
		Login        string
		Organization struct{ TIN string }
	}
	r.calls(http.MethodGet, "/api/users/me", given.AccessToken, nil, &me)
	if me.Login != login || me.Organization.TIN != string(companyTIN) {
		r.t.Errorf("%+v", me)
	}
}

func (r reader) calls(method, path, token string, body []byte, into any) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.portal.URL+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil || res.StatusCode != http.StatusOK {
		r.t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
	}
}

// limits is the director's page about the program.
func (r reader) limits() {
	r.t.Helper()
	r.open("/org/users/" + r.id(`select id from members where kind = 'business' order by id desc limit 1`))
	r.examine("invited-user")
	program := "/org/users/" + r.id(`select id from members where kind = 'technical'`)
	r.open(program)
	r.examine("technical-user")
	r.open(program + "/technical")
	r.examine("technical")
	r.Type("#addresses", "the office")
	r.press("technical.page.save")
	r.see("technical.network", "value", "the")
	r.examine("technical-wrong")
	r.Retype("#addresses", "127.0.0.0/8")
	r.press("technical.page.save")
	r.see("technical.page.saved")
}
