package devpg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// account is the system user that runs the server: oneself, or, because
// PostgreSQL refuses to run as root, an unprivileged one chosen by root.
type account struct {
	name     string
	uid, gid uint32
	other    bool // not the user of this process
}

// serverUser picks the user for a new cluster.
func serverUser() (account, error) {
	if os.Geteuid() != 0 {
		return account{name: "this user", uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if uidErr == nil && gidErr == nil {
			return account{name: name, uid: uint32(uid), gid: uint32(gid), other: true}, nil
		}
	}
	return account{}, fmt.Errorf("PostgreSQL does not run as root and this system has neither a user postgres nor nobody: start as an ordinary user")
}

// orOwnerOf returns the owner of an existing data folder, so that root continues
// a cluster that an ordinary user began. Without the folder it returns a.
func (a account) orOwnerOf(data string) (account, error) {
	info, err := os.Stat(data)
	if os.IsNotExist(err) {
		return a, nil
	}
	if err != nil {
		return a, fmt.Errorf("look at the data folder: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || st.Uid == a.uid {
		return a, nil
	}
	if !a.other || st.Uid == 0 {
		return a, fmt.Errorf("the data in %s belongs to another user: delete the folder, or start as that user", data)
	}
	return account{name: "user " + strconv.Itoa(int(st.Uid)), uid: st.Uid, gid: st.Gid, other: true}, nil
}

// command prepares a program that runs as the account, away from any folder the
// account might not be allowed to enter, with nothing of our environment.
func (a account) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	// Its own session: Ctrl-C in the terminal must reach the program first, which
	// still needs the server to finish its work.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if a.other {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return cmd
}

// canEnter reports whether the account may pass through dir.
func (a account) canEnter(dir string) bool {
	return a.command(context.Background(), "/bin/sh", "-c", `cd "$1"`, "sh", dir).Run() == nil
}

// own hands a folder over to the account and closes it to others.
func (a account) own(dir string) error {
	if a.other {
		if err := os.Chown(dir, int(a.uid), int(a.gid)); err != nil {
			return fmt.Errorf("hand %s to %s: %w", dir, a.name, err)
		}
	}
	return os.Chmod(dir, 0o700)
}
