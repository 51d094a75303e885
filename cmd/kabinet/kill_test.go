//go:build dev

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kabinet/internal/app"
	"kabinet/internal/campaign"
	"kabinet/internal/core/clock"
	"kabinet/internal/platform/config"
	"kabinet/internal/platform/mail/mailtest"
)

// connections is how many letters can be on their way when the program dies.
const connections = 4

// goOn is how long after a restart the letters in hand of a killed program may
// wait: the silence after which it counts as dead, and three beats of another.
const goOn = 30 * time.Second

// Every letter of a campaign goes out although the program is stopped in the
// middle, without the time to finish, and later killed. Twice come only those
// whose answer from the mail server nobody was left to hear.
func TestACampaignSurvivesStopAndKill(t *testing.T) {
	t.Parallel()
	w := startWhole(t, "KABINET_SHUTDOWN_TIMEOUT=1s", fmt.Sprintf("KABINET_SMTP_CONNECTIONS=%d", connections))
	const letters = 300
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	const campaign, invitations = 4, 2 // letters of the seed
	const seeded = campaign + invitations
	w.came(ctx, t, seeded)
	w.Mail.Slow(10 * time.Millisecond) // every answer; a letter needs several
	w.launch(t, tins(t, campaign, letters))
	for _, end := range []struct {
		sig   syscall.Signal
		after int
	}{{syscall.SIGTERM, letters / 5}, {syscall.SIGKILL, letters * 3 / 5}} {
		w.came(ctx, t, seeded+end.after)
		w.stop(end.sig)
		out := w.Mail.Total() - seeded
		t.Logf("%v when %d of %d letters were out", end.sig, out, letters)
		if out >= letters {
			t.Fatal("too late: all letters were out")
		}
		if end.sig == syscall.SIGKILL {
			w.Mail.Slow(0)
		}
		w.start(t)
	}
	restarted := time.Now()
	w.allSent(ctx, t, seeded+letters)
	took := time.Since(restarted)
	t.Logf("the last letter went out %v after the restart", took.Round(time.Millisecond))
	if took > goOn {
		t.Errorf("letters in hand of the killed program waited %v, promised are %v", took, goOn)
	}
	twice := sentTwice(w.Mail.Mails())
	t.Logf("%d letters came twice", len(twice))
	if len(twice) > 2*connections {
		t.Errorf("%d letters came twice, at most %d were on their way at each end", len(twice), connections)
	}
}

// came waits until so many letters have come.
func (w *whole) came(ctx context.Context, t *testing.T, n int) {
	t.Helper()
	if err := w.Mail.Wait(ctx, n); err != nil {
		t.Fatalf("%v\n%s", err, w.out)
	}
}

// launch starts a campaign as the command line does.
func (w *whole) launch(t *testing.T, tins []string) {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(w.dir, folder, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	box, err := app.Box(config.Config{Secrets: config.Secrets{Key: config.Secret(key)}})
	if err != nil {
		t.Fatal(err)
	}
	now := clock.System()
	_, err = campaign.New(campaign.Deps{DB: w.DB, Seal: box, BaseURL: w.URL}).LaunchByCommand(t.Context(), campaign.Form{
		Name: "Main launch", Kind: string(campaign.KindCode),
		OpensAt: typed(now), ClosesAt: typed(now.AddDate(0, 1, 0)), TINs: strings.Join(tins, ","),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tins gives n tax numbers of the invented organizations, after the first skip.
func tins(t *testing.T, skip, n int) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(repository(t), "legacy", "organizations.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, line := range strings.Split(string(b), "\n")[1+skip:] {
		if tin, _, ok := strings.Cut(line, ";"); ok && len(found) < n {
			found = append(found, tin)
		}
	}
	if len(found) != n {
		t.Fatalf("the file has only %d organizations more", len(found))
	}
	return found
}

// allSent waits until every letter is out and noted as sent.
func (w *whole) allSent(ctx context.Context, t *testing.T, want int) {
	t.Helper()
	for {
		different := map[string]bool{}
		for _, m := range w.Mail.Mails() {
			if !strings.HasPrefix(m.MessageID, "notice.") { // the company at work is told things, too
				different[m.MessageID] = true
			}
		}
		var open int
		if err := w.DB.QueryRow(ctx, `select count(*) from letters where status <> 'sent'`).Scan(&open); err != nil {
			t.Fatal(err)
		}
		if len(different) == want && open == 0 {
			return
		}
		// Either a letter comes, or the last ones are only to be noted.
		short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		_ = w.Mail.Wait(short, w.Mail.Total()+1)
		cancel()
		if ctx.Err() != nil {
			t.Fatalf("%d of %d letters came, %d are not noted as sent\n%s", len(different), want, open, w.out)
		}
	}
}

// sentTwice lists the Message-IDs that came more than once.
func sentTwice(mails []mailtest.Mail) []string {
	times := map[string]int{}
	var twice []string
	for _, m := range mails {
		if times[m.MessageID]++; times[m.MessageID] == 2 {
			twice = append(twice, m.MessageID)
		}
	}
	return twice
}

// On a machine with nothing but server binaries the program brings a Postgres of
// its own, which never outlives it.
func TestThePrivateDatabaseDiesWithTheProgram(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("looks for processes in /proc")
	}
	w := &whole{Mail: mailtest.New(t, mailtest.Options{}), dir: t.TempDir()}
	w.settings(t)
	w.start(t)
	t.Cleanup(func() {
		family := descendants(w.cmd.Process.Pid)
		w.stop(syscall.SIGKILL)
		for _, pid := range family { // they write into the folder until they are gone
			gone(t, "the end", pid)
		}
		w.forget(t)
	})
	for _, end := range []struct {
		name string
		sig  syscall.Signal
	}{{"Ctrl-C", syscall.SIGINT}, {"kill -9", syscall.SIGKILL}} {
		family := descendants(w.cmd.Process.Pid)
		if len(family) < 3 { // the watching shell, postgres, its workers
			t.Fatalf("the program has %d processes below it", len(family))
		}
		began := time.Now()
		w.stop(end.sig)
		for _, pid := range family {
			gone(t, end.name, pid)
		}
		t.Logf("%s: all %d processes gone after %v", end.name, len(family), time.Since(began).Round(time.Millisecond))
		if end.sig == syscall.SIGINT && w.cmd.ProcessState.ExitCode() != 0 {
			t.Errorf("Ctrl-C: status %d\n%s", w.cmd.ProcessState.ExitCode(), w.out)
		}
		began = time.Now()
		w.start(t)
		took := time.Since(began)
		t.Logf("the next start took %v", took.Round(time.Millisecond))
		if took > 2*secondStart {
			t.Errorf("the next start took %v, promised are %v on an idle machine", took, secondStart)
		}
	}
}

// secondStart is the promise; other tests run beside this one.
const secondStart = 5 * time.Second

// forget removes a data folder that had to lie outside of the test's own, where
// the server's user could not have entered it.
func (w *whole) forget(t *testing.T) {
	t.Helper()
	_, note, _ := strings.Cut(w.out.String(), "the database is kept in ")
	if home, _, told := strings.Cut(note, ", because"); told {
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	}
}

// descendants are the processes below one, from /proc.
func descendants(pid int) []int {
	parents := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // a constant pattern
	for _, name := range stats {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it has just ended
		}
		// "pid (name) state parent …"; the name may hold anything.
		_, rest, _ := strings.Cut(string(b[strings.LastIndexByte(string(b), ')'):]), ") ")
		fields := strings.Fields(rest)
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		parent, _ := strconv.Atoi(fields[1])
		parents[parent] = append(parents[parent], child)
	}
	var below []int
	for next := parents[pid]; len(next) > 0; {
		below = append(below, next...)
		var deeper []int
		for _, p := range next {
			deeper = append(deeper, parents[p]...)
		}
		next = deeper
	}
	slices.Sort(below)
	return below
}

// gone waits until a process has ended.
func gone(t *testing.T, how string, pid int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || zombie(pid) {
			return
		}
	}
	t.Errorf("%s: process %d is left running", how, pid)
}

// zombie reports whether a process has ended and nobody has asked how. Where
// nothing adopts orphans properly they stay so for ever.
func zombie(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(b), ") Z ")
}
