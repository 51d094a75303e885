package campaign

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"kabinet/internal/core/actor"
	"kabinet/internal/core/perm"
	"kabinet/internal/core/taxid"
	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/gate"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

// Mailer is the part of mail.Sender that letters need.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Deps are what the service works with.
type Deps struct {
	DB      *pgxpool.Pool
	Seal    *seal.Box
	Mail    Mailer
	BaseURL string // of the portal, "https://kabinet.example"; links in letters begin with it

	// Connections is how many the Mailer keeps to the relay: so many letters are
	// on their way at once. 8 when 0, as the configuration has it.
	Connections int
}

// Service keeps campaigns and letters.
type Service struct {
	db   *pgxpool.Pool
	box  *seal.Box
	mail Mailer
	base string
	host string // right side of Message-IDs

	onTheWay chan struct{} // a place for each letter handed over and not yet noted
	noting   noting
	counting counting
}

// New makes the service.
func New(d Deps) *Service {
	s := &Service{
		db: d.DB, box: d.Seal, mail: d.Mail,
		base: strings.TrimSuffix(d.BaseURL, "/"), host: "kabinet.localhost",
		onTheWay: make(chan struct{}, cmp.Or(d.Connections, 8)),
		counting: counting{known: map[int64]*tally{}},
	}
	if u, err := url.Parse(d.BaseURL); err == nil && u.Hostname() != "" {
		s.host = u.Hostname()
	}
	return s
}

// Preview is what a selection comes to at this moment.
type Preview struct {
	Chosen     int // organizations
	WithLetter int // of them, with a live letter: they are left out
}

// Letters is how many would be sent.
func (p Preview) Letters() int { return p.Chosen - p.WithLetter }

// Names gives what a selection names, to write it in words.
func (s *Service) Names(ctx context.Context, op actor.Operator, named Selection) (Offer, error) {
	if err := op.Need(perm.OpCampaignRead); err != nil {
		return Offer{}, err
	}
	return s.offer(ctx, named.Imports)
}

// Choices gives what the form of a campaign offers, which only those see whom it
// would obey. chosen is what the form holds already.
func (s *Service) Choices(ctx context.Context, op actor.Operator, chosen Form) (Offer, error) {
	if err := op.Need(perm.OpCampaignRun); err != nil {
		return Offer{}, err
	}
	return s.offer(ctx, chosen.importIDs())
}

func (s *Service) offer(ctx context.Context, named []int64) (o Offer, err error) {
	if o.Groups, err = productGroups(ctx, s.db); err != nil {
		return Offer{}, err
	}
	o.Imports, err = imports(ctx, s.db, named)
	return o, err
}

// Check reads a form and counts whom it would reach; it changes nothing.
func (s *Service) Check(ctx context.Context, op actor.Operator, f Form) (Campaign, Preview, error) {
	if err := op.Need(perm.OpCampaignRun); err != nil {
		return Campaign{}, Preview{}, err
	}
	c, err := s.open(ctx, f)
	if err != nil {
		return Campaign{}, Preview{}, err
	}
	p, err := countRecipients(ctx, s.db, c.Selection)
	return c, p, err
}

// Create stores a campaign as a draft: nothing is sent before Start.
func (s *Service) Create(ctx context.Context, op actor.Operator, f Form) (id int64, err error) {
	if err := op.Need(perm.OpCampaignRun); err != nil {
		return 0, err
	}
	c, err := s.open(ctx, f)
	if err != nil {
		return 0, err
	}
	c.StaffName = op.Name
	err = gate.InTx(ctx, s.db, op, perm.OpCampaignRun, func(tx pg.Tx) error {
		id, err = createTx(ctx, tx, op.Subject(), c, op.StaffID)
		return err
	})
	return id, err
}

func createTx(ctx context.Context, tx pg.Tx, who actor.Subject, c Campaign, staffID int64) (int64, error) {
	id, err := insertCampaign(ctx, tx, c, staffID)
	if err != nil {
		return 0, err
	}
	return id, audit.Record(ctx, tx, who, audit.Entry{Action: "campaign.create", Target: target(id), Details: c.details()})
}

// details are what the log keeps of a draft.
func (c Campaign) details() map[string]any {
	return map[string]any{
		"name": c.Name, "kind": c.Kind, "opens_at": c.OpensAt, "closes_at": c.ClosesAt,
		"regions": c.Selection.Regions, "groups": c.Selection.Groups, "imports": c.Selection.Imports, "tins": len(c.Selection.TINs),
	}
}

func (s *Service) open(ctx context.Context, f Form) (Campaign, error) {
	o, err := s.offer(ctx, f.importIDs())
	if err != nil {
		return Campaign{}, err
	}
	return f.Open(o)
}

// Start lets a campaign choose its organizations and send, at once or when it
// opens. version is the one that the person has seen: another one is ErrStale.
func (s *Service) Start(ctx context.Context, op actor.Operator, id int64, version int) error {
	return gate.InTx(ctx, s.db, op, perm.OpCampaignRun, func(tx pg.Tx) error {
		return startTx(ctx, tx, op.Subject(), id, version)
	})
}

func startTx(ctx context.Context, tx pg.Tx, who actor.Subject, id int64, version int) error {
	opensAt, wait, err := startCampaign(ctx, tx, id, version)
	if err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, who, audit.Entry{Action: "campaign.start", Target: target(id)}); err != nil {
		return err
	}
	if wait {
		return jobs.Enqueue(ctx, tx, StartArgs{CampaignID: id}, jobs.At(opensAt))
	}
	return jobs.Enqueue(ctx, tx, StartArgs{CampaignID: id})
}

// LaunchByCommand makes a campaign and starts it, from the command line.
//
//gate:none whoever runs commands on the server may do anything
func (s *Service) LaunchByCommand(ctx context.Context, f Form) (id int64, err error) {
	c, err := s.open(ctx, f)
	if err != nil {
		return 0, err
	}
	who := actor.System("kabinet campaign")
	c.StaffName = who.ID
	err = pg.InTx(ctx, s.db, func(tx pg.Tx) error {
		if id, err = createTx(ctx, tx, who, c, 0); err != nil {
			return err
		}
		return startTx(ctx, tx, who, id, 0)
	})
	return id, err
}

// Stop ends a campaign: letters of which no copy can have left are withdrawn
// and go nowhere any more. Letters that left keep working to their end.
func (s *Service) Stop(ctx context.Context, op actor.Operator, id int64) error {
	return gate.InTx(ctx, s.db, op, perm.OpCampaignRun, func(tx pg.Tx) error {
		if err := stopCampaign(ctx, tx, id); err != nil {
			return err
		}
		n, err := withdrawQueued(ctx, tx, id)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, op.Subject(), audit.Entry{
			Action: "campaign.stop", Target: target(id), Details: map[string]any{"withdrawn": n},
		})
	})
}

// Campaigns lists campaigns older than before (0: all), the newest first, and
// whether older ones follow.
func (s *Service) Campaigns(ctx context.Context, op actor.Operator, before int64, limit int) (cs []Campaign, more bool, err error) {
	if err := op.Need(perm.OpCampaignRead); err != nil {
		return nil, false, err
	}
	cs, err = campaignsBefore(ctx, s.db, before, limit+1)
	if len(cs) > limit {
		return cs[:limit], true, err
	}
	return cs, false, err
}

// Campaign reads one campaign.
func (s *Service) Campaign(ctx context.Context, op actor.Operator, id int64) (Campaign, error) {
	if err := op.Need(perm.OpCampaignRead); err != nil {
		return Campaign{}, err
	}
	return campaignByID(ctx, s.db, id)
}

// Refusal is a letter that the relay did not take, with its words.
type Refusal struct {
	LetterID int64
	Email    string
	Reason   string
	TIN      taxid.TIN
	Names
}

// Progress is a campaign with its numbers of this moment.
type Progress struct {
	Campaign
	Counts   map[Status]int
	Refusals []Refusal // the newest ones
	Preview  Preview   // of a draft: whom it would reach now
}

// Total is the number of its letters, without those sent again and replaced.
func (p Progress) Total() int {
	n := 0
	for s, c := range p.Counts {
		if s != Replaced {
			n += c
		}
	}
	return n
}

// refusalsShown is how many refusals the page of a campaign names; all of them
// are in the list of letters.
const refusalsShown = 10

// Progress reads a campaign with its numbers.
func (s *Service) Progress(ctx context.Context, op actor.Operator, id int64) (p Progress, err error) {
	if err := op.Need(perm.OpCampaignRead); err != nil {
		return Progress{}, err
	}
	if p.Campaign, err = campaignByID(ctx, s.db, id); err != nil {
		return Progress{}, err
	}
	if p.Phase == Draft {
		p.Preview, err = countRecipients(ctx, s.db, p.Selection)
		return p, err
	}
	if p.Counts, err = s.counts(ctx, p.Campaign); err != nil {
		return Progress{}, err
	}
	if p.Counts[Refused] > 0 {
		p.Refusals, err = refusalsOf(ctx, s.db, id, refusalsShown)
	}
	return p, err
}

// counts are exact to the moment for a campaign at rest: its page is not fetched
// again.
func (s *Service) counts(ctx context.Context, c Campaign) (map[Status]int, error) {
	if c.Live() {
		return s.counting.of(ctx, s.db, c.ID)
	}
	return countLetters(ctx, s.db, c.ID)
}

func target(campaignID int64) string { return "campaign:" + itoa(campaignID) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
