package deliver_test

import (
	"errors"
	"net"
	"net/textproto"
	"strings"
	"testing"

	"notifyaudit/job/deliver"
)

// mailServer speaks SMTP in plain text on a loopback address, as much as a mail takes. It
// refuses the recipients that are a key of refuse, and after the mail it goes without a
// word. It returns its port, and the mails.
func mailServer(t *testing.T, refuse map[string]string) (port int, mails chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	mails = make(chan string, 9)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			converse(textproto.NewConn(c), refuse, mails)
			_ = c.Close()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port, mails //nolint:errcheck // a TCP listener's
}

func converse(text *textproto.Conn, refuse map[string]string, mails chan<- string) {
	_ = text.PrintfLine("220 ready")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		to := strings.Trim(strings.TrimPrefix(line, "RCPT TO:"), "<>")
		switch {
		case refuse[to] != "":
			_ = text.PrintfLine("%s", refuse[to])
		case line == "DATA":
			_ = text.PrintfLine("354 go on")
			data, err := text.ReadDotBytes()
			if err != nil {
				return
			}
			mails <- string(data)
			_ = text.PrintfLine("250 taken")
			return
		default:
			_ = text.PrintfLine("250 ok")
		}
	}
}

func plainEmail(port int, to ...string) *deliver.Email {
	return &deliver.Email{Host: "127.0.0.1", Port: port, TLS: deliver.NoTLS, From: "audit@mail.test", To: to, MaxAttachments: 1 << 20}
}

// TestEmailThatWasTaken is sent once, though the server doesn't say goodbye.
func TestEmailThatWasTaken(t *testing.T) {
	port, mails := mailServer(t, nil)
	if err := deliver.Send(t.Context(), plainEmail(port, "hr@mail.test"), parcel()); err != nil {
		t.Error(err)
	}
	if n := len(mails); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// TestEmailErrorsNameNobody: what the server says of a recipient stays, without the address.
func TestEmailErrorsNameNobody(t *testing.T) {
	port, _ := mailServer(t, map[string]string{"li@mail.test": "550 5.1.1 <Li@Mail.Test>: no such user here"})
	err := plainEmail(port, "hr@mail.test", "李 <li@mail.test>").Send(t.Context(), parcel())
	if !errors.Is(err, deliver.ErrRefused) || !errors.Is(err, deliver.ErrUndeliverable) || !strings.Contains(err.Error(), "recipient 2: no such user here") || strings.Contains(strings.ToLower(err.Error()), "li@mail") {
		t.Error(err)
	}
}
