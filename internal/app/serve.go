package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"kabinet/internal/core/clock"
	"kabinet/internal/platform/logx"
)

// Timeouts of a connection; a request has its own deadline besides.
const (
	readHeader = 5 * time.Second
	readAll    = 60 * time.Second
	writeAll   = 90 * time.Second
	keepAlive  = 2 * time.Minute
	maxHeaders = 32 << 10
)

// Serve answers requests and works jobs until ctx is done, then lets both
// finish what they began. ready is called when the portal accepts requests.
func (a *App) Serve(ctx context.Context, ready func(address string)) error {
	start := clock.System()
	useMemory()
	front, err := net.Listen("tcp", a.conf.Web.Listen)
	if err != nil {
		return fmt.Errorf("KABINET_LISTEN: %w", err)
	}
	back, err := net.Listen("tcp", a.conf.Web.AdminListen)
	if err != nil {
		return errors.Join(fmt.Errorf("KABINET_ADMIN_LISTEN: %w", err), front.Close())
	}
	ctx = logx.Into(ctx, a.log)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.serveOn(ctx, front, a.handler) })
	group.Go(func() error { return a.serveOn(ctx, back, a.adminHandler()) })
	group.Go(func() error { return a.workJobs(ctx) })
	group.Go(func() error { a.sessions.Listen(ctx); return nil })
	group.Go(func() error { a.sessions.KeepFresh(ctx); return nil })
	if a.opts.Scratch != nil {
		group.Go(func() error { a.opts.Scratch.Keep(ctx, a.log); return nil })
	}
	a.log.Info("ready", "listen", front.Addr().String(), "admin", back.Addr().String(), "ms", clock.Since(start).Milliseconds())
	ready(front.Addr().String())
	return group.Wait()
}

// serveOn answers on one listener; when ctx ends it stops accepting and waits
// for the requests in flight.
func (a *App) serveOn(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: readHeader, ReadTimeout: readAll, WriteTimeout: writeAll,
		IdleTimeout: keepAlive, MaxHeaderBytes: maxHeaders,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.conf.Web.ShutdownTimeout)
		defer cancel()
		stopped <- server.Shutdown(grace)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return <-stopped
}
