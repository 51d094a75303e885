package app

import (
	"github.com/go-chi/chi/v5"

	"kabinet/internal/core/clock"
	"kabinet/internal/enroll"
	"kabinet/internal/enroll/enrollhttp"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/profile"
	"kabinet/internal/profile/profilehttp"
	"kabinet/internal/register"
	"kabinet/internal/register/registerhttp"
	"kabinet/web/edsview"
)

// companyRooms are the rooms about what an organization is: its profile, and
// how a company that the old records do not know comes to be one.
type companyRooms struct {
	profile   *profile.Service
	enroll    *enroll.Service
	pages     profilehttp.Handlers
	newcomers enrollhttp.Handlers
}

// openCompanies makes the services. They ask the state register, of which there
// is one.
func (a *App) openCompanies(panel edsview.Config) error {
	r := &a.rooms
	source, err := stateRegister(a.conf)
	if err != nil {
		return err
	}
	host, base := signingHost(a.conf), string(a.conf.Web.BaseURL)
	r.companies.profile = &profile.Service{
		DB: a.db, Box: a.box, Register: source, Proof: r.proof, Accounts: r.accounts, Mail: a.mail, BaseURL: base, Host: host, Now: a.now,
	}
	r.users.Revokers = append(r.users.Revokers, r.companies.profile)
	r.companies.enroll = &enroll.Service{
		DB: a.db, Box: a.box, Register: source, Proof: r.proof, Accounts: r.accounts, Mail: a.mail, BaseURL: base, Host: host, Now: a.now,
	}
	r.companies.newcomers = enrollhttp.Handlers{Enroll: r.companies.enroll, Sessions: a.sessions, EDS: panel}
	r.companies.pages = profilehttp.Handlers{Profile: r.companies.profile, Sessions: a.sessions, EDS: panel}
	return nil
}

// stateRegister is the one that was configured; without one nobody registers.
func stateRegister(conf config.Config) (register.Register, error) {
	switch c := conf.Register; {
	case c.URL != "":
		return registerhttp.New(registerhttp.Config{URL: c.URL, Token: c.Token.Reveal(), Now: clock.System})
	case c.CSV != "":
		return register.OpenFile(c.CSV, clock.System)
	}
	return register.None{}, nil
}

func (c companyRooms) public(m chi.Router, wrap httpx.Wrap) {
	c.pages.Public(m, wrap)
	c.newcomers.Routes(m, wrap)
}

func (c companyRooms) members(m chi.Router, wrap httpx.Wrap) { c.pages.Routes(m, wrap) }

func (c companyRooms) work(runner *jobs.Runner) {
	profile.Register(runner, c.profile)
	enroll.Register(runner, c.enroll)
}
