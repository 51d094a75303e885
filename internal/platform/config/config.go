// Package config is the only place that reads the environment.
//
// Every setting is a variable named KABINET_…, declared once below with its
// default and one line for the operator ("kabinet config -help" prints them).
// A setting that is absent or blank means its default, so that a new program
// starts with yesterday's configuration and a line like KABINET_DATABASE_URL= in
// a file of settings means what its writer thinks. A secret may come from a file instead: the same
// name with _FILE holds the path. Secrets are never printed.
package config

import (
	"os"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// prefix begins the name of every variable of ours.
const prefix = "KABINET_"

// The two ways to run; anything else is refused.
const (
	Production  = "production"
	Development = "development"
)

// Config is everything the environment decides, one part for each user.
type Config struct {
	Env      string `env:"ENV" envDefault:"production" about:"production or development; development allows plain http and the signature simulator"`
	Web      Web
	Database Database
	Secrets  Secrets
	SMTP     SMTP     `envPrefix:"SMTP_"`
	EDS      EDS      `envPrefix:"EDS_"`
	EIMZO    EIMZO    `envPrefix:"EIMZO_"`
	Register Register `envPrefix:"REGISTER_"`
	GTINs    GTINs    `envPrefix:"GTIN_REGISTRY_"`
	Feeds    Feeds    `envPrefix:"FEED_"`
	EDO      EDO      `envPrefix:"EDO_"`
	Photos   Photos   `envPrefix:"PHOTO_"`
	Session  Session  `envPrefix:"SESSION_"`
	Jobs     Jobs     `envPrefix:"JOB_"`
	Log      Log      `envPrefix:"LOG_"`
	Support  Support  `envPrefix:"SUPPORT_"`
	Unknown  []string `env:"-"` // variables that begin like ours but mean nothing: misspelt, or of another version
}

// Web is how browsers reach the portal.
type Web struct {
	BaseURL         Origin        `env:"BASE_URL" about:"public address, https://kabinet.example; links in letters begin with it"`
	Listen          string        `env:"LISTEN" envDefault:":8080" about:"address the portal listens on"`
	AdminListen     string        `env:"ADMIN_LISTEN" envDefault:"127.0.0.1:9090" about:"address for metrics, profiles and health; never public"`
	TrustedProxies  Proxies       `env:"TRUSTED_PROXIES" envDefault:"0" about:"number of proxies in front, or their addresses: 10.0.0.0/8,192.0.2.7"`
	RequestTimeout  time.Duration `env:"REQUEST_TIMEOUT" envDefault:"5s" about:"longest time a page may take; files and signatures have more"`
	ShutdownTimeout time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"20s" about:"longest wait for requests and jobs in flight when stopping"`
	MaxBody         Size          `env:"MAX_BODY" envDefault:"1MiB" about:"largest form or API request"`
	MaxUpload       Size          `env:"MAX_UPLOAD" envDefault:"64MiB" about:"largest uploaded file"`
}

// Database is where everything is kept.
type Database struct {
	URL              DSN           `env:"DATABASE_URL" about:"address of the database, postgres://user:password@host/database?sslmode=verify-full"`
	URLFile          string        `env:"DATABASE_URL_FILE" about:"file that holds it instead"`
	MaxConns         int           `env:"DB_MAX_CONNS" envDefault:"20" about:"most connections of one process"`
	ConnectTimeout   time.Duration `env:"DB_CONNECT_TIMEOUT" envDefault:"5s" about:"longest wait for a new connection"`
	StatementTimeout time.Duration `env:"DB_STATEMENT_TIMEOUT" envDefault:"15s" about:"longest time one statement of a page may take"`
	LockTimeout      time.Duration `env:"DB_LOCK_TIMEOUT" envDefault:"5s" about:"longest wait for a row that somebody else changes"`
	Bin              string        `env:"PG_BIN" about:"folder with the Postgres server programs for the private server of development"`
}

// Secrets are the roots of all derived keys.
type Secrets struct {
	Key     Secret `env:"SECRET_KEY" about:"32 random bytes in base64: head -c 32 /dev/urandom | base64"`
	KeyFile string `env:"SECRET_KEY_FILE" about:"file that holds it instead"`
	Old     Secret `env:"SECRET_KEY_OLD" about:"earlier keys, separated by commas, that still open what they sealed"`
	OldFile string `env:"SECRET_KEY_OLD_FILE" about:"file that holds them instead"`
}

// SMTP is the mail relay. Which TLS words mean what is said in platform/mail.
type SMTP struct {
	Host         string        `env:"HOST" envDefault:"localhost" about:"mail relay"`
	Port         int           `env:"PORT" envDefault:"587" about:"its port"`
	User         string        `env:"USER" about:"name to sign in with; empty for no sign-in"`
	Password     Secret        `env:"PASSWORD" about:"password to sign in with"`
	PasswordFile string        `env:"PASSWORD_FILE" about:"file that holds it instead"`
	TLS          string        `env:"TLS" envDefault:"mandatory" about:"mandatory, opportunistic or none (STARTTLS)"`
	From         string        `env:"FROM" about:"sender of all letters, notifier@kabinet.example"`
	FromName     string        `env:"FROM_NAME" envDefault:"ASL BELGISI" about:"name shown beside the sender"`
	Helo         string        `env:"HELO" about:"name given to the relay; the host of KABINET_BASE_URL when empty"`
	Connections  int           `env:"CONNECTIONS" envDefault:"8" about:"most connections kept to the relay"`
	Rate         int           `env:"RATE" envDefault:"0" about:"most letters per second; 0 for no limit"`
	Timeout      time.Duration `env:"TIMEOUT" envDefault:"30s" about:"longest wait for one letter to be accepted"`
}

// EDS is how signatures are made and checked (eds.md 3.10).
type EDS struct {
	Verifier     string        `env:"VERIFIER" envDefault:"eimzo" about:"eimzo (E-IMZO-SERVER) or cms (built in, for RSA and ECDSA)"`
	TrustPEM     string        `env:"TRUST_PEM" about:"file with the root certificates for the built-in verifier"`
	Revocation   string        `env:"REVOCATION" envDefault:"strict" about:"strict or off: whether an unknown revocation state means no"`
	MinClient    string        `env:"MIN_CLIENT" envDefault:"3.37" about:"oldest E-IMZO version accepted in the browser"`
	ChallengeTTL time.Duration `env:"CHALLENGE_TTL" envDefault:"120s" about:"how long a text to be signed is good"`
	DocMax       Size          `env:"DOC_MAX" envDefault:"1MiB" about:"largest signed document"`
	WS           string        `env:"WS" envDefault:"ws://127.0.0.1:64646/service/cryptapi" about:"E-IMZO for http pages; differs in development only"`
	WSS          string        `env:"WSS" envDefault:"wss://127.0.0.1:64443/service/cryptapi" about:"E-IMZO for https pages; differs in development only"`
}

// EIMZO is the E-IMZO-SERVER that checks national signatures.
type EIMZO struct {
	URL      string  `env:"URL" about:"address of E-IMZO-SERVER, http://10.0.0.5:8080"`
	Host     string  `env:"HOST" about:"domain registered with the vendor"`
	TimeZone string  `env:"TIMEZONE" envDefault:"Asia/Tashkent" about:"time zone of the times E-IMZO-SERVER writes"`
	APIKeys  APIKeys `env:"API_KEYS" about:"keys of the vendor for the browser: localhost=96D0…,kabinet.example=A1B2…"`
}

// Register is the state register of taxpayers, which says who directs a company.
// Without one companies cannot register and directors cannot change.
type Register struct {
	URL       string `env:"URL" about:"address of the state register of taxpayers, https://register.example/api; without it companies cannot register"`
	Token     Secret `env:"TOKEN" about:"token sent to it"`
	TokenFile string `env:"TOKEN_FILE" about:"file that holds it instead"`
	CSV       string `env:"CSV" about:"file of invented entries instead; in development only"`
}

// GTINs is the international registry of GS1, which says what goods a number
// stands for. Without one numbers from abroad are not checked.
type GTINs struct {
	URL       string `env:"URL" about:"address of the international registry of GTINs, https://gs1.example/api; without it numbers from abroad are not checked"`
	Token     Secret `env:"TOKEN" about:"token sent to it"`
	TokenFile string `env:"TOKEN_FILE" about:"file that holds it instead"`
	File      string `env:"FILE" about:"file of invented entries instead; in development only"`
}

// Feeds is how other state systems deliver besides the interface.
type Feeds struct {
	Dir string `env:"DIR" about:"folder in which feeds drop files: DIR/<feed>/in/*.ndjson(.gz); processes that work jobs share it; without it there is only the interface"`

	DutyEmail    string `env:"DUTY_EMAIL" about:"mailbox of the staff on duty, told when a source falls silent and when it is back; without it only pages say so"`
	DutyLanguage string `env:"DUTY_LANGUAGE" envDefault:"uz" about:"language of these letters: uz, ru or en"`
}

// EDO is the operator of e-documents, which is told what became of e-invoices.
// Without one the answers wait.
type EDO struct {
	URL       string `env:"URL" about:"address of the operator of e-documents, https://edo.example/api; without it answers to e-invoices wait to be told"`
	Token     Secret `env:"TOKEN" about:"token sent to it"`
	TokenFile string `env:"TOKEN_FILE" about:"file that holds it instead"`
}

// Photos are those of product cards.
type Photos struct {
	Room Size `env:"ROOM" envDefault:"50GiB" about:"how much the photos of one organization may take in the database"`
}

// Session is how long people stay signed in.
type Session struct {
	Idle     time.Duration `env:"IDLE" envDefault:"30m" about:"signed out after so long without a request"`
	Absolute time.Duration `env:"ABSOLUTE" envDefault:"12h" about:"signed out after so long in any case"`
	Cache    time.Duration `env:"CACHE" envDefault:"5s" about:"how long another process may still honour a session that was ended; 0 for not at all"`
}

// Jobs is the work done in the background.
type Jobs struct {
	Workers     int           `env:"WORKERS" envDefault:"100" about:"jobs worked at once in one process; 0 leaves them to other processes"`
	Timeout     time.Duration `env:"TIMEOUT" envDefault:"60s" about:"longest run of an ordinary job"`
	RescueAfter time.Duration `env:"RESCUE_AFTER" envDefault:"2m" about:"when a job counts as lost whatever its process says; above KABINET_JOB_TIMEOUT (those of a killed process wait 15 s only)"`
}

// Log is what is written to standard output.
type Log struct {
	Level  string `env:"LEVEL" envDefault:"info" about:"debug, info, warn or error"`
	Format string `env:"FORMAT" envDefault:"json" about:"json or text"`
}

// Support is whom people may ask; shown on pages and in letters.
type Support struct {
	Email string `env:"EMAIL" about:"address shown to people who need help"`
	Phone string `env:"PHONE" about:"telephone shown to people who need help"`
	Bot   string `env:"BOT" about:"address of the help bot, https://t.me/…"`
}

// FromEnvironment loads the configuration of this process. The defaults, each
// "KABINET_NAME=value", stand for what the environment does not say.
func FromEnvironment(defaults ...string) (Config, Problems) {
	return Load(append(defaults, os.Environ()...))
}

// Load reads settings from lines "NAME=value"; a later line wins, and one with
// nothing behind the sign says nothing. The problems
// are values that mean nothing at all; whether the values make sense together
// is for Validate.
func Load(environ []string) (Config, Problems) {
	values := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if value = strings.TrimSpace(value); value != "" && strings.HasPrefix(name, prefix) {
			values[name] = value
		}
	}
	var c Config
	var ps Problems
	if err := env.ParseWithOptions(&c, env.Options{Prefix: prefix, Environment: values}); err != nil {
		ps = unreadable(values)
	}
	ps = append(ps, c.readFiles()...)
	c.Unknown = unknown(c, values)
	return c, ps
}

// unreadable tries every variable alone, because the library's errors name the
// field of a struct and an operator knows only the variable.
func unreadable(values map[string]string) Problems {
	var ps Problems
	for _, s := range settings(Config{}) {
		value, set := values[s.name]
		if !set {
			continue
		}
		var alone Config
		one := env.Options{Prefix: prefix, Environment: map[string]string{s.name: value}}
		if env.ParseWithOptions(&alone, one) != nil {
			ps.add(s.name, shown(s, value), s.about)
		}
	}
	return ps
}

// readFiles takes the secrets that were put into files.
func (c *Config) readFiles() Problems {
	var ps Problems
	for _, f := range []struct {
		name, path string
		value      *string
	}{
		{"DATABASE_URL", c.Database.URLFile, (*string)(&c.Database.URL)},
		{"SECRET_KEY", c.Secrets.KeyFile, (*string)(&c.Secrets.Key)},
		{"SECRET_KEY_OLD", c.Secrets.OldFile, (*string)(&c.Secrets.Old)},
		{"REGISTER_TOKEN", c.Register.TokenFile, (*string)(&c.Register.Token)},
		{"EDO_TOKEN", c.EDO.TokenFile, (*string)(&c.EDO.Token)},
		{"GTIN_REGISTRY_TOKEN", c.GTINs.TokenFile, (*string)(&c.GTINs.Token)},
		{"SMTP_PASSWORD", c.SMTP.PasswordFile, (*string)(&c.SMTP.Password)},
	} {
		if f.path == "" {
			continue
		}
		if *f.value != "" {
			ps.add(prefix+f.name+"_FILE", f.path, "unset either this or "+prefix+f.name)
			continue
		}
		content, err := os.ReadFile(f.path)
		if err != nil {
			ps.add(prefix+f.name+"_FILE", err.Error(), "name a file that this user may read")
			continue
		}
		*f.value = strings.TrimSpace(string(content))
	}
	return ps
}
