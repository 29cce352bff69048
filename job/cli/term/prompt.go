package term

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

// Ask writes a question and reads a line from the terminal. It returns the line
// without surrounding spaces; the end of the input is an empty line. When ctx ends
// first, Ask returns its cause. The read goes on in the background: a read from a
// terminal can't be cancelled.
func (s *Screen) Ask(ctx context.Context, terminal io.Reader, question string) (string, error) {
	return s.ask(ctx, terminal, question, func() (string, error) { return line(terminal) })
}

// AskHidden is Ask without echo.
func (s *Screen) AskHidden(ctx context.Context, terminal io.Reader, question string) (string, error) {
	return s.ask(ctx, terminal, question, func() (string, error) {
		fd, _ := FileDescriptor(terminal)
		text, err := term.ReadPassword(fd)
		s.Println("")
		return string(text), err
	})
}

// ask restores the state of the terminal when ctx ends before there is an answer.
func (s *Screen) ask(ctx context.Context, terminal io.Reader, question string, read func() (string, error)) (string, error) {
	fd, _ := FileDescriptor(terminal)
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("ask on the terminal: %w", err)
	}
	if s.wholeLines {
		question += "\n"
	}
	s.Printf("%s", question)
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := read()
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		if a.err != nil && !errors.Is(a.err, io.EOF) {
			return "", fmt.Errorf("ask on the terminal: %w", a.err)
		}
		return strings.TrimSpace(a.text), nil
	case <-ctx.Done():
		s.Println("")
		if err := term.Restore(fd, before); err != nil {
			return "", fmt.Errorf("put the terminal back: %w", err)
		}
		return "", context.Cause(ctx)
	}
}

// line reads up to the end of a line and not a byte more: the next question needs
// the rest.
func line(r io.Reader) (string, error) {
	var text []byte
	var one [1]byte
	for {
		n, err := r.Read(one[:])
		if n == 1 && one[0] == '\n' {
			return string(text), nil
		}
		if err != nil {
			return string(text), err
		}
		text = append(text, one[:n]...)
	}
}
