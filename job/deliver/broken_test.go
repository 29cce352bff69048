package deliver

import (
	"context"
	"errors"
	"io"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/wneessen/go-mail"
)

// TestEmailThatBreaksOff: a mail that can't be written whole is not taken by the server as
// far as it came.
func TestEmailThatBreaksOff(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	taken := make(chan error, 1)
	go func() { taken <- takeMail(listener) }()

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	e := &Email{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, TLS: NoTLS, From: "audit@mail.test", To: []string{"hr@mail.test"}} //nolint:errcheck // a TCP listener's
	m, err := e.message(&Parcel{ID: "r1", Title: "t"})
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	m.SetBodyWriter(mail.TypeTextPlain, func(w io.Writer) (int64, error) {
		n, _ := io.WriteString(w, "half a mail\n")
		return int64(n), broken
	})
	if err := e.send(ctx, m); err == nil || !strings.Contains(err.Error(), broken.Error()) {
		t.Errorf("sent: %v", err)
	}
	if err := <-taken; !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the server takes half a mail: %v", err)
	}
}

// takeMail is a server that takes one mail; an error is why it did not.
func takeMail(listener net.Listener) error {
	c, err := listener.Accept()
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	text := textproto.NewConn(c)
	_ = text.PrintfLine("220 ready")
	for {
		line, err := text.ReadLine()
		switch {
		case err != nil:
			return err
		case line == "DATA":
			_ = text.PrintfLine("354 go on")
			_, err := text.ReadDotBytes()
			return err
		default:
			_ = text.PrintfLine("250 ok")
		}
	}
}
