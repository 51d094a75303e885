package campaign_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sync"

	"kabinet/internal/campaign"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/jobs"
	"kabinet/internal/platform/mail"
	"kabinet/internal/platform/pg"
	"kabinet/internal/platform/seal"
)

const (
	doomedEnv  = "KABINET_TEST_DOOMED"
	doomedName = "kabinet doomed"
)

// doomed is what a process that is to be killed needs to know.
type doomed struct {
	Database string
	Relay    config.SMTP
}

// doomedProcess starts this test program once more as a process that works jobs,
// and gives the function that kills it as the kernel does.
func (k *kit) doomedProcess() (kill func()) {
	k.t.Helper()
	orders, err := json.Marshal(doomed{k.db.Config().ConnString(), k.relay.Config()})
	if err != nil {
		k.t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(k.t.Context()), os.Args[0])
	cmd.Env = append(os.Environ(), doomedEnv+"="+string(orders))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	k.t.Cleanup(kill)
	return kill
}

func sendUntilKilled() int {
	if err := workForEver(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return 1
}

func workForEver(ctx context.Context) error {
	var orders doomed
	if err := json.Unmarshal([]byte(os.Getenv(doomedEnv)), &orders); err != nil {
		return err
	}
	db, err := pg.Open(ctx, pg.Config{URL: orders.Database, AppName: doomedName})
	if err != nil {
		return err
	}
	sender, err := mail.NewSender(orders.Relay, nil)
	if err != nil {
		return err
	}
	box, err := seal.New(root(1))
	if err != nil {
		return err
	}
	r := jobs.New(db, jobs.Options{Workers: map[jobs.Queue]int{jobs.Mail: 4, jobs.Bulk: 1}, Log: quiet})
	campaign.Register(r, campaign.New(campaign.Deps{DB: db, Seal: box, Mail: sender, BaseURL: "https://kabinet.example"}))
	if err := r.Start(ctx); err != nil {
		return err
	}
	select {}
}
