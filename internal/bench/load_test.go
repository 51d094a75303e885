package bench

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// connections are kept alive for a whole round, as in performance.md 0.
const connections = 16

// load is what all clients of one round saw together.
type load struct {
	delays []time.Duration // of every answer, sorted
	bytes  int64           // of bodies, as they came over the wire
	took   time.Duration
}

func (l load) perSecond() float64 { return float64(len(l.delays)) / l.took.Seconds() }

func (l load) percentile(p float64) time.Duration {
	if len(l.delays) == 0 {
		return 0
	}
	return l.delays[min(int(float64(len(l.delays))*p), len(l.delays)-1)]
}

// pace says how long after the start the nth request of a client is due; what
// is negative is due at once.
type pace func(client, n int) time.Duration

// atOnce asks again as soon as an answer is there.
func atOnce(int, int) time.Duration { return -1 }

// atRate spreads requests evenly. The delay of an answer counts from when its
// request was due, so that a server which stalls cannot hide its queue.
func atRate(perSecond float64) pace {
	gap := float64(time.Second) / perSecond
	return func(client, n int) time.Duration { return time.Duration(float64(n*connections+client) * gap) }
}

// drive asks for the requests in turn until d is over. An answer other than
// 200 ends the benchmark: figures of failures look better than those of pages.
func drive(tb testing.TB, address string, requests [][]byte, d time.Duration, due pace) load {
	tb.Helper()
	clients := make([]*client, connections)
	for i := range clients {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			tb.Fatal(err)
		}
		defer conn.Close()
		clients[i] = &client{conn: conn, in: bufio.NewReaderSize(conn, 32<<10)}
	}
	start := time.Now()
	errs := make([]error, connections)
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() { errs[i] = c.run(i, requests, start, d, due) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		tb.Fatal(err)
	}
	l := load{took: time.Since(start)}
	for _, c := range clients {
		l.delays = append(l.delays, c.delays...)
		l.bytes += c.bytes
	}
	slices.Sort(l.delays)
	return l
}

// client is one connection. It parses only as much of an answer as is needed
// to find the next one, because it shares the machine with the server.
type client struct {
	conn   net.Conn
	in     *bufio.Reader
	delays []time.Duration
	bytes  int64
}

func (c *client) run(i int, requests [][]byte, start time.Time, d time.Duration, due pace) error {
	for n := 0; ; n++ {
		from := time.Now()
		if after := due(i, n); after >= 0 {
			from = start.Add(after)
			time.Sleep(time.Until(from))
		}
		if from.Sub(start) >= d {
			return nil
		}
		if err := c.ask(requests[(n*connections+i)%len(requests)]); err != nil {
			return err
		}
		c.delays = append(c.delays, time.Since(from))
	}
}

func (c *client) ask(request []byte) error {
	if _, err := c.conn.Write(request); err != nil {
		return err
	}
	status, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("%.60s: answered %s", request, bytes.TrimSpace(status))
	}
	length, chunked, err := c.head()
	switch {
	case err != nil:
		return err
	case chunked:
		return c.chunks()
	}
	return c.skip(length)
}

// head reads the header lines and says how the body is framed.
func (c *client) head() (length int, chunked bool, err error) {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, false, err
		}
		name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte(": "))
		switch string(name) {
		case "":
			return length, chunked, nil
		case "Content-Length":
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, false, err
			}
		case "Transfer-Encoding":
			chunked = true
		}
	}
}

func (c *client) chunks() error {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		if err := c.skip(int(size)); err != nil {
			return err
		}
		if _, err := c.in.Discard(2); err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
	}
}

func (c *client) skip(n int) error {
	c.bytes += int64(n)
	_, err := c.in.Discard(n)
	return err
}
