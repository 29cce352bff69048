package sqlite

import (
	"context"
	"errors"
	"sync"
)

// A pool keeps connections that read for the next who reads.
type pool struct {
	open func(context.Context) (*conn, error)
	// places bounds how many are in use.
	places chan struct{}

	mu     sync.Mutex
	idle   []*conn
	closed bool
}

var errClosed = errors.New("the state is closed")

const maxReaders = 4

func newPool(open func(context.Context) (*conn, error)) *pool {
	return &pool{open: open, places: make(chan struct{}, maxReaders)}
}

func (p *pool) take(ctx context.Context) (*conn, error) {
	select {
	case p.places <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	c, err := p.next(ctx)
	if err != nil {
		<-p.places
	}
	return c, err
}

func (p *pool) next(ctx context.Context) (*conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return c, nil
	}
	return p.open(ctx)
}

func (p *pool) put(c *conn) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	<-p.places
}

// close waits for those in use.
func (p *pool) close() error {
	var failures []error
	for range maxReaders {
		p.places <- struct{}{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.idle {
		failures = append(failures, c.close())
	}
	p.idle, p.closed = nil, true
	for range maxReaders {
		<-p.places
	}
	return errors.Join(failures...)
}
