package app

import (
	"context"
	"encoding/hex"
	"time"

	"kabinet/internal/platform/audit"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/limit"
	"kabinet/internal/platform/mail"
)

func (a *App) openMail(context.Context) (err error) {
	a.mail, err = mail.NewSender(a.conf.SMTP, nil)
	return err
}

// tidyArgs asks for what lapses by itself to be thrown away. It is for order
// only: nothing that has lapsed is honoured until it is gone (decision 0014).
type tidyArgs struct{}

// Kind names the job.
func (tidyArgs) Kind() string { return "app.tidy" }

// tidyEvery is how often; each round deletes in small slices.
const tidyEvery = 10 * time.Minute

// openJobs registers the workers of every room.
func (a *App) openJobs(context.Context) error {
	a.jobs = jobs.New(a.db, jobs.Options{
		Workers: a.lanes(),
		Timeout: a.conf.Jobs.Timeout, RescueAfter: a.conf.Jobs.RescueAfter, StopTimeout: a.conf.Web.ShutdownTimeout, Log: a.log,
	})
	jobs.Add(a.jobs, jobs.Func[tidyArgs](a.tidy))
	a.jobs.Every(tidyEvery, tidyArgs{})
	jobs.Add(a.jobs, jobs.Func[audit.SealArgs](a.sealAudit))
	a.jobs.Every(time.Minute, audit.SealArgs{})
	a.rooms.work(a.jobs)
	return nil
}

// sealAudit closes over the newest lines of the audit log. The hash goes to the
// process log as well: whoever may change the database cannot change that.
func (a *App) sealAudit(ctx context.Context, _ audit.SealArgs) error {
	return audit.SealAll(ctx, a.db, func(s audit.Seal) {
		a.log.Info("audit log sealed", "seal", s.N, "lines", s.Lines, "hash", hex.EncodeToString(s.Hash))
	})
}

// tidy may run twice at once: each deletes what the other left.
func (a *App) tidy(ctx context.Context, _ tidyArgs) error {
	if err := a.sessions.Clean(ctx); err != nil {
		return err
	}
	if err := a.rooms.proof.Clean(ctx); err != nil {
		return err
	}
	if err := a.rooms.api.Clean(ctx); err != nil {
		return err
	}
	return limit.Clean(ctx, a.db)
}

// workJobs works until ctx is done, then lets the jobs in hand finish.
func (a *App) workJobs(ctx context.Context) error {
	if err := a.jobs.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.conf.Web.ShutdownTimeout)
	defer cancel()
	return a.jobs.Stop(grace)
}

// lanes gives letters and bulk work their own workers, so that a slow relay or
// a long import never keeps a person waiting. Letters get as many as there are
// connections to the relay.
func (a *App) lanes() map[jobs.Queue]int {
	n := a.conf.Jobs.Workers
	if n == 0 {
		return nil
	}
	return map[jobs.Queue]int{jobs.Default: n, jobs.Mail: max(a.conf.SMTP.Connections, 1), jobs.Bulk: bulkLanes}
}

// bulkLanes is how many imports run at once in a process.
const bulkLanes = 2
