//go:build dev

package eimzosim

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
)

// Scenario is how the simulator behaves until another one is chosen.
type Scenario string

// The scenarios: everything a page must be able to explain.
const (
	OK               Scenario = "ok"
	Slow             Scenario = "slow"
	Silent           Scenario = "silent"
	NotRunning       Scenario = "not-running"
	OldVersion       Scenario = "old-version"
	NotRegistered    Scenario = "not-registered"
	ForgetSite       Scenario = "forget-site"
	Empty            Scenario = "empty"
	ExpiredOnly      Scenario = "expired-only"
	KeyGone          Scenario = "key-gone"
	KeyLost          Scenario = "key-lost"
	Busy             Scenario = "busy"
	Cancel           Scenario = "cancel"
	CancelOld        Scenario = "cancel-old"
	WrongPassword    Scenario = "wrong-password"
	WrongPasswordOld Scenario = "wrong-password-old"
	Failure          Scenario = "failure"
	TamperedSig      Scenario = "tampered-signature"
	WrongContent     Scenario = "wrong-content"
)

// ScenarioInfo describes a scenario to a person.
type ScenarioInfo struct {
	Name  Scenario
	Label string
}

// Scenarios lists every scenario.
func Scenarios() []ScenarioInfo {
	return []ScenarioInfo{
		{OK, "Everything works; signs at once"},
		{Slow, "Signs after a while, as if the person were typing"},
		{Silent, "Accepts the request to sign and never answers"},
		{NotRunning, "E-IMZO is not running"},
		{OldVersion, "E-IMZO is too old (3.30)"},
		{NotRegistered, "The site's API key is refused (-1020, then -1022)"},
		{ForgetSite, "Forgets the site once (-1022), then works"},
		{Empty, "No keys on any disk"},
		{ExpiredOnly, "Only expired keys"},
		{KeyGone, "The medium with the key was pulled out (-2002)"},
		{KeyLost, "Forgets the opened key once (-1010), then works"},
		{Busy, "Another E-IMZO window is open (-3000)"},
		{Cancel, "The person cancels (-5000)"},
		{CancelOld, "The person cancels, old client without status codes"},
		{WrongPassword, "Wrong password three times (-5000)"},
		{WrongPasswordOld, "Wrong password, old client (BadPaddingException)"},
		{Failure, "An unknown error (-9999)"},
		{TamperedSig, "The signature is damaged"},
		{WrongContent, "Signs something else than it was given"},
	}
}

// Set switches the scenario for all calls from now on.
func (s *Simulator) Set(to Scenario) error {
	for _, known := range Scenarios() {
		if known.Name == to {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.scenario = to
			if to == ForgetSite || to == NotRegistered {
				clear(s.sites)
			}
			return nil
		}
	}
	return fmt.Errorf("eimzosim: no scenario %q", to)
}

// Scenario tells the present one.
func (s *Simulator) Scenario() Scenario {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scenario
}

// once reports whether the scenario is on, and ends it.
func (s *Simulator) once(sc Scenario) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scenario != sc {
		return false
	}
	s.scenario = OK
	return true
}

// controlHandler serves the switch: a page for people, JSON for scripts.
// Requests that name another host, or come from another site, are refused.
func (s *Simulator) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /control", s.showControl)
	mux.HandleFunc("POST /control", func(w http.ResponseWriter, r *http.Request) {
		if err := s.Set(Scenario(r.PostFormValue("scenario"))); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, "/control", http.StatusSeeOther)
	})
	guarded := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "loopback only", http.StatusMisdirectedRequest)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

type control struct {
	Scenario  Scenario       `json:"scenario"`
	Scenarios []ScenarioInfo `json:"-"`
	Keys      []controlKey   `json:"keys"`
}

type controlKey struct {
	Name, CN, OrgTIN, PINFL, Position string
	Flaws                             []Flaw
}

func (s *Simulator) showControl(w http.ResponseWriter, r *http.Request) {
	view := control{Scenario: s.Scenario(), Scenarios: Scenarios()}
	for _, k := range s.Keys() {
		p := k.Person
		view.Keys = append(view.Keys, controlKey{k.Name, p.CN, p.OrgTIN, p.PINFL, p.Position, k.Flaws})
	}
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(view)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := controlPage.Execute(w, view); err != nil {
		s.config.Log.Error("draw control page", "error", err)
	}
}

var controlPage = template.Must(template.New("control").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>E-IMZO simulator</title>
<h1>E-IMZO simulator</h1>
<form method="post" action="/control"><fieldset><legend>From now on</legend>
{{$now := .Scenario}}{{range .Scenarios}}<p><label><input type="radio" name="scenario" value="{{.Name}}"{{if eq .Name $now}} checked{{end}}> {{.Label}}</label>
{{end}}</fieldset><p><button>Set</button></form>
<h2>Keys</h2>
<table border="1" cellpadding="4"><thead><tr><th>File<th>Holder<th>Position<th>Organization TIN<th>PINFL<th>Special</thead>
{{range .Keys}}<tr><td>{{.Name}}<td>{{.CN}}<td>{{.Position}}<td>{{.OrgTIN}}<td>{{.PINFL}}<td>{{range .Flaws}}{{.}} {{end}}
{{end}}</table>`))
