package main

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// asCommand turns the test program into the command itself.
const asCommand = "DEVPG_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(run())
	}
	os.Exit(m.Run())
}

func TestCommand(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		args   []string
		env    string
		code   int
		output string // contained in what is printed
	}{
		{"starts a server and names it", []string{"--", "sh", "-c", "echo $" + addressVar}, "", 0, "postgres://postgres@/"},
		{"uses a server that is named already", []string{"--", "sh", "-c", "echo $" + addressVar}, addressVar + "=postgres:///mine", 0, "postgres:///mine\n"},
		{"passes the exit code on", []string{"--", "sh", "-c", "exit 7"}, addressVar + "=x", 7, ""},
		{"tells of a signal as a shell does", []string{"--", "sh", "-c", "kill -9 $$"}, addressVar + "=x", 137, ""},
		{"a command that does not exist", []string{"--", "no-such-command"}, addressVar + "=x", exitNotFound, "no-such-command"},
		{"no command at all", nil, addressVar + "=x", exitTrouble, "usage: devpg"},
		{"no binaries where they should be", []string{"-bin", "/nowhere", "--", "true"}, "", exitTrouble, "/nowhere"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			cmd := command(tc.env, tc.args...)
			out, err := cmd.CombinedOutput()
			if got := exitCode(err); got != tc.code || !strings.Contains(string(out), tc.output) {
				t.Errorf("exit code %d, want %d; output: %s", got, tc.code, out)
			}
		})
	}
}

func TestSignal(t *testing.T) {
	t.Parallel()
	cmd := command("", "--", "sh", "-c", `trap 'echo got it; exit 3' TERM; echo ready $`+addressVar+`; while :; do sleep 0.05; done`)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "ready postgres://") {
		t.Fatalf("the command said %q", lines.Text())
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if !lines.Scan() || lines.Text() != "got it" {
		t.Errorf("the command said %q", lines.Text())
	}
	if code := exitCode(cmd.Wait()); code != 3 {
		t.Errorf("exit code %d, want the command's own 3", code)
	}
}

// command runs devpg as its own process, without what this one was given.
func command(env string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, addressVar+"=") && !strings.HasPrefix(kv, binVar+"=") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Env = append(cmd.Env, asCommand+"=1")
	if env != "" {
		cmd.Env = append(cmd.Env, env)
	}
	return cmd
}
