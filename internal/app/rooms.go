package app

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"kabinet/internal/access"
	"kabinet/internal/account"
	"kabinet/internal/agreement"
	"kabinet/internal/agreement/agreementhttp"
	"kabinet/internal/apikey"
	"kabinet/internal/apikey/apikeyhttp"
	"kabinet/internal/campaign"
	"kabinet/internal/campaign/campaignhttp"
	"kabinet/internal/card"
	"kabinet/internal/duedate/duedatehttp"
	"kabinet/internal/event"
	"kabinet/internal/event/eventhttp"
	"kabinet/internal/gs1prefix"
	"kabinet/internal/help/helphttp"
	"kabinet/internal/invite"
	"kabinet/internal/invite/invitehttp"
	"kabinet/internal/legacy"
	"kabinet/internal/legacy/legacyhttp"
	"kabinet/internal/maintenance"
	"kabinet/internal/maintenance/maintenancehttp"
	"kabinet/internal/me"
	"kabinet/internal/me/mehttp"
	"kabinet/internal/member"
	"kabinet/internal/notice"
	"kabinet/internal/notice/noticehttp"
	"kabinet/internal/onboarding"
	"kabinet/internal/onboarding/onboardinghttp"
	"kabinet/internal/org"
	"kabinet/internal/org/orghttp"
	"kabinet/internal/place"
	"kabinet/internal/place/placehttp"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/httpx"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/proof"
	"kabinet/internal/provider"
	"kabinet/internal/provider/providerhttp"
	"kabinet/internal/publicapi"
	"kabinet/internal/readiness"
	"kabinet/internal/readiness/readinesshttp"
	"kabinet/internal/signin"
	"kabinet/internal/signin/signinhttp"
	"kabinet/internal/signup"
	"kabinet/internal/signup/signuphttp"
	"kabinet/internal/staff"
	"kabinet/internal/staff/staffhttp"
	"kabinet/internal/system"
	"kabinet/internal/system/systemhttp"
	"kabinet/internal/technical"
	"kabinet/internal/technical/technicalhttp"
	"kabinet/web/edsview"
)

// rooms are the features: their services, and where their pages are mounted.
type rooms struct {
	proof     *proof.Service
	accounts  *account.Service
	letters   *campaign.Service
	signup    *signup.Service
	signin    *signin.Service
	staffers  *staff.Service
	importer  legacy.Runner
	notices   *notice.Service
	providers *provider.Service
	technical *technical.Service
	invite    *invite.Service
	izkm      technicalhttp.API
	users     *member.Service
	access    *access.Service
	companies companyRooms
	keys      *apikey.Service
	api       *publicapi.Service
	cards     *card.Service
	agreement *agreement.Service
	receipts  receiptRooms
	aics      aicRooms
	documents documentRooms
	support   supportRooms
	feeds     feedRooms
	pages     pages
}

// pages are the handlers of the features.
type pages struct {
	signup    signuphttp.Handlers
	signin    signinhttp.Handlers
	staff     staffhttp.Handlers
	me        mehttp.Handlers
	home      onboardinghttp.Handlers
	system    systemhttp.Handlers
	orgs      orghttp.Handlers
	legacy    legacyhttp.Handlers
	waves     campaignhttp.Handlers
	events    eventhttp.Handlers
	notice    noticehttp.Handlers
	dates     duedatehttp.Handlers
	help      helphttp.Handlers
	powers    providerhttp.Handlers
	invite    invitehttp.Handlers
	technical technicalhttp.Handlers
	goods     goodsPages
	closing   maintenancehttp.Handlers
	agreement agreementhttp.Handlers
	readiness readinesshttp.Handlers
	cards     cardPages
	people    peoplePages
	places    placehttp.Handlers
	keys      apikeyhttp.Handlers
}

// openRooms makes every service and its handlers.
func (a *App) openRooms(context.Context) error {
	r, panel := &a.rooms, panelConfig(a.conf)
	a.openServices()
	r.pages = a.firstPages(panel)
	a.joinPages(panel)
	if err := a.openHelp(); err != nil {
		return err
	}
	if err := a.openCards(); err != nil {
		return err
	}
	r.receipts = a.receiptRooms()
	if err := a.openDocuments(panel); err != nil {
		return err
	}
	r.aics = a.aicRooms()
	r.support = a.supportRooms()
	r.feeds = a.feedRooms()
	r.pages.goods = a.goodsPages()
	r.pages.closing = a.maintenancePages()
	a.openAgreements()
	r.pages.readiness = a.readinessPages()
	r.pages.cards = a.cardPages()
	r.pages.people = a.peoplePages()
	return a.openCompanies(panel)
}

// openServices makes what the features below need of each other.
func (a *App) openServices() {
	r, host := &a.rooms, signingHost(a.conf)
	builtin := a.conf.EDS.Verifier == "cms"
	r.proof = &proof.Service{DB: a.db, Verifier: a.verifier, Box: a.box, Name: a.conf.EDS.Verifier, Statements: builtin}
	r.accounts = &account.Service{DB: a.db, Box: a.box}
	a.openJoining(host)
	a.openKeys()
	a.openPeople()
	r.letters = campaign.New(campaign.Deps{
		DB: a.db, Seal: a.box, Mail: a.mail, BaseURL: string(a.conf.Web.BaseURL), Connections: a.conf.SMTP.Connections,
	})
	r.signup = &signup.Service{DB: a.db, Box: a.box, Letters: r.letters, Proof: r.proof, Accounts: r.accounts, Host: host, Now: a.now}
	r.staffers = &staff.Service{DB: a.db, Box: a.box, Proof: r.proof}
	r.signin = &signin.Service{DB: a.db, Proof: r.proof, Accounts: r.accounts, Staff: r.staffers.Is}
	r.importer = legacy.Runner{DB: a.db, Box: a.box}
	r.providers = &provider.Service{DB: a.db, Now: a.now}
	r.notices = &notice.Service{DB: a.db, Mail: a.mail, BaseURL: string(a.conf.Web.BaseURL)}
}

// firstPages are the handlers of the features that have no file of their own here.
func (a *App) firstPages(panel edsview.Config) pages {
	r, host := &a.rooms, signingHost(a.conf)
	waves := campaignhttp.Handlers{Campaigns: r.letters, Sessions: a.sessions}
	return pages{
		signup: signuphttp.Handlers{Signup: r.signup, Sessions: a.sessions, EDS: panel},
		signin: signinhttp.Handlers{SignIn: r.signin, Proof: r.proof, Sessions: a.sessions, Host: host, Box: a.box, Panel: panel, Acts: acts()},
		staff:  staffhttp.Handlers{Staff: r.staffers, Proof: r.proof, Sessions: a.sessions, Host: host, Box: a.box, Panel: panel},
		me:     mehttp.Handlers{Me: &me.Service{Sessions: a.sessions}, Accounts: r.accounts, People: r.staffers, Sessions: a.sessions},
		home:   onboardinghttp.Handlers{Onboarding: &onboarding.Service{DB: a.db}, Sessions: a.sessions},
		system: systemhttp.Handlers{System: &system.Service{DB: a.db}, Sessions: a.sessions},
		orgs:   a.orgPages(waves),
		legacy: legacyhttp.Handlers{Imports: &legacy.Service{DB: a.db, Box: a.box}},
		waves:  waves,
		places: placehttp.Handlers{Places: &place.Service{DB: a.db}, Sessions: a.sessions, Now: a.now},
		events: eventhttp.Handlers{Events: &event.Service{DB: a.db}},
		powers: providerhttp.Handlers{Providers: r.providers, Sessions: a.sessions},
		keys:   a.keyPages(),
		notice: noticehttp.Handlers{Notices: r.notices, Sessions: a.sessions, Seen: a.forgetCounts},
		dates:  a.datePages(),
	}
}

// acts are the sensitive acts by the patterns of their routes: the page that
// asks for the key again names them. One that is not listed works too.
func acts() map[string]string {
	return map[string]string{
		"/me/keys":                 "apikey.act.create",
		"/org/email":               "profile.edit.email",
		"/op/staff":                "staff.new.title",
		"/op/staff/{id}":           "staff.roles.submit",
		"/org/users":               "member.new.title",
		"/org/users/{id}/roles":    "member.roles.open",
		"/org/users/bulk/{act}":    "member.roles.open",
		"/org/users/import/{id}":   "member.import.title",
		"/org/requests/{id}/grant": "access.grant",
		"/me/access/take":          "access.take.role",
		"/org/users/{id}/unblock":  "member.unblock",
		"/op/feeds/{code}/tokens":  "feed.token.new",
	}
}

// orgPages are the records of organizations; letters are drawn by the feature
// that owns them.
func (a *App) orgPages(waves campaignhttp.Handlers) orghttp.Handlers {
	letters := func(r *http.Request, o org.Org) (templ.Component, error) { return waves.OfOrg(r, o.ID) }
	return orghttp.Handlers{
		Orgs: &org.Service{DB: a.db}, Groups: a.groupService(), Prefixes: &gs1prefix.Service{DB: a.db},
		Sections: []orghttp.Section{letters}, Now: a.now,
	}
}

// signingHost is the name that stands in what is signed: the one registered
// with the vendor, else that of the public address.
func signingHost(c config.Config) string {
	if c.EIMZO.Host != "" {
		return c.EIMZO.Host
	}
	return c.Web.BaseURL.Hostname()
}

// panelConfig is how pages reach the E-IMZO program. Each page gets every key:
// they are public, and only that of its own host fits (eds.md 1.3).
func panelConfig(c config.Config) edsview.Config {
	p := edsview.Config{WS: c.EDS.WS, WSS: c.EDS.WSS, MinVersion: c.EDS.MinClient}
	for _, k := range c.EIMZO.APIKeys {
		p.APIKeys = append(p.APIKeys, k.Host, k.Key)
	}
	return p
}

// public mounts what everybody may open.
func (r *rooms) public(m chi.Router, wrap httpx.Wrap) {
	r.pages.signin.Routes(m, wrap)
	r.pages.signup.Routes(m, wrap)
	r.pages.invite.Routes(m, wrap)
	r.companies.public(m, wrap)
	r.pages.staff.Public(m, wrap)
	r.pages.closing.Public(m, wrap)
	r.pages.help.Public(m, wrap)
}

// members mounts what members of organizations may open.
func (r *rooms) members(m chi.Router, wrap httpx.Wrap) {
	r.pages.home.Routes(m, wrap)
	r.pages.me.Routes(m, wrap)
	r.pages.keys.Routes(m, wrap)
	r.companies.members(m, wrap)
	r.pages.places.Routes(m, wrap)
	r.pages.events.Routes(m, wrap)
	r.pages.notice.Routes(m, wrap)
	r.pages.dates.Routes(m, wrap)
	r.pages.powers.Routes(m, wrap)
	r.pages.technical.Routes(m, wrap)
	r.pages.goods.members(m, wrap)
	r.pages.cards.members(m, wrap)
	r.receipts.members(m, wrap)
	r.aics.members(m, wrap)
	r.documents.members(m, wrap)
	r.support.members(m, wrap)
	r.pages.agreement.Routes(m, wrap)
	r.pages.people.routes(m, wrap)
}

// staff mounts what the operator's staff may open.
func (r *rooms) staff(m chi.Router, wrap httpx.Wrap) {
	r.pages.system.Routes(m, wrap)
	r.pages.orgs.Routes(m, wrap)
	r.pages.legacy.Routes(m, wrap)
	r.pages.waves.Routes(m, wrap)
	r.pages.staff.Routes(m, wrap)
	r.pages.me.Staff(m, wrap)
	r.pages.goods.staff(m, wrap)
	r.pages.cards.staff(m, wrap)
	r.pages.agreement.Staff(m, wrap)
	r.pages.readiness.Staff(m, wrap)
	r.feeds.pages.Staff(m, wrap)
	r.pages.closing.Staff(m, wrap)
	r.pages.help.Staff(m, wrap)
	r.support.staff(m, wrap)
}

// work registers the features' workers.
func (r *rooms) work(runner *jobs.Runner) {
	campaign.Register(runner, r.letters)
	signup.Register(runner, r.signup)
	r.companies.work(runner)
	legacy.Register(runner, r.importer)
	notice.Register(runner, r.notices)
	maintenance.Register(runner, r.pages.closing.Maintenance)
	apikey.Register(runner, r.keys)
	provider.Register(runner, r.providers)
	technical.Register(runner, r.technical)
	invite.Register(runner, r.invite)
	member.Register(runner, r.users)
	r.workCards(runner)
	r.receipts.work(runner)
	r.documents.work(runner)
	r.support.work(runner)
	r.feeds.work(runner)
	agreement.Register(runner, r.agreement)
	readiness.Register(runner, r.pages.readiness.Readiness)
}
