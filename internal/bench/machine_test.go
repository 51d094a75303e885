package bench

import (
	"bufio"
	"bytes"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// tick is the unit of /proc/stat and /proc/<pid>/stat on every Linux.
const tick = 10 * time.Millisecond

// ownCPU is the processor time this process has used so far.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// machineCPU is what all processes of the machine have used so far, time that
// another virtual machine took included; 0 where there is no /proc.
func machineCPU() time.Duration {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(b), "\n")
	fields := strings.Fields(line)
	var busy time.Duration
	for i, f := range fields[min(1, len(fields)):min(9, len(fields))] {
		if i == 3 || i == 4 { // idle, waiting for a disk
			continue
		}
		n, _ := strconv.ParseInt(f, 10, 64)
		busy += time.Duration(n) * tick
	}
	return busy
}

// loadAverage is the one of the last minute; negative where there is none.
func loadAverage() float64 {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return -1
	}
	first, _, _ := strings.Cut(string(b), " ")
	n, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return -1
	}
	return n
}

// backends is the processor time used so far by each database connection of a
// program, by process number; empty where there is no /proc.
func backends(tb testing.TB, db *pgxpool.Pool, program string) map[int]time.Duration {
	tb.Helper()
	const q = `select pid from pg_stat_activity where application_name = $1 and datname = current_database()`
	rows, err := db.Query(tb.Context(), q, program)
	if err != nil {
		tb.Fatal(err)
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		tb.Fatal(err)
	}
	used := map[int]time.Duration{}
	for _, pid := range pids {
		if d, ok := processCPU(pid); ok {
			used[pid] = d
		}
	}
	return used
}

// processCPU reads how long a process has run: exactly, if it has one thread.
func processCPU(pid int) (time.Duration, bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/schedstat")
	if err != nil {
		return 0, false
	}
	first, _, _ := strings.Cut(string(b), " ")
	n, err := strconv.ParseInt(first, 10, 64)
	return time.Duration(n), err == nil
}

// spent is what the connections used between two looks; one opened in between
// began at nothing.
func spent(before, after map[int]time.Duration) time.Duration {
	var sum time.Duration
	for pid, d := range after {
		sum += d - before[pid]
	}
	return sum
}

// residentSet is the memory of a process that is in use now, in bytes.
func residentSet(tb testing.TB, pid int) int64 {
	tb.Helper()
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		tb.Skip("no /proc on ", runtime.GOOS)
	}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		if f := strings.Fields(lines.Text()); len(f) > 1 && f[0] == "VmRSS:" {
			kb, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil {
				tb.Fatal(err)
			}
			return kb << 10
		}
	}
	tb.Fatal("no VmRSS")
	return 0
}
