package deliver_test

import (
	"cmp"
	"errors"
	"net"
	"net/textproto"
	"strings"
	"testing"

	"notifyaudit/job/deliver"
)

// mailServer speaks SMTP in plain text on a loopback address, as much as a mail takes. It
// refuses the recipients that are a key of refuse, and everybody with its "greeting"; after
// the mail it goes without a word. It returns its port, and the mails.
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
	_ = text.PrintfLine("%s", cmp.Or(refuse["greeting"], "220 ready"))
	taken := []string{"Delivered-To:"}
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		to, isRecipient := strings.CutPrefix(strings.Trim(line, ">"), "RCPT TO:<")
		switch {
		case refuse[to] != "":
			_ = text.PrintfLine("%s", refuse[to])
		case isRecipient:
			taken = append(taken, to)
			_ = text.PrintfLine("250 ok")
		case line == "DATA":
			_ = text.PrintfLine("354 go on")
			data, err := text.ReadDotBytes()
			if err != nil {
				return
			}
			mails <- strings.Join(taken, " ") + "\n" + string(data)
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

// receipts remember in memory.
type receipts map[string]bool

func (r receipts) Has(recipient string) bool { return r[recipient] }

func (r receipts) Add(recipients []string) error {
	for _, recipient := range recipients {
		r[recipient] = true
	}
	return nil
}

// TestEmailRefusedToSome: who can receive the mail gets it once, also when it is tried again
// for the others.
func TestEmailRefusedToSome(t *testing.T) {
	for reply, undeliverable := range map[string]bool{"550 no such user": true, "451 later": false} {
		port, mails := mailServer(t, map[string]string{"li@mail.test": reply})
		mended, others := mailServer(t, nil)
		email := plainEmail(port, "hr@mail.test", "li@mail.test")
		email.CC, email.Receipts = []string{"boss@mail.test"}, make(receipts)
		for range 2 {
			err := email.Send(t.Context(), parcel())
			if errors.Is(err, deliver.ErrUndeliverable) != undeliverable || !strings.Contains(err.Error(), "recipient 2: ") {
				t.Errorf("%s: %v", reply, err)
			}
		}
		email.Port = mended
		if err := email.Send(t.Context(), parcel()); err != nil {
			t.Error(err)
		}
		for want, mails := range map[string]chan string{"hr@mail.test boss@mail.test": mails, "li@mail.test": others} {
			if got := <-mails; !strings.HasPrefix(got, "Delivered-To: "+want+"\n") || len(mails) != 0 {
				t.Errorf("%s: %d more mails beside %s; want one to %s", reply, len(mails), got, want)
			}
		}
	}
}

// TestEmailThatAllHave: when those who were refused the mail are recipients no more, there is
// nothing left to send.
func TestEmailThatAllHave(t *testing.T) {
	port, mails := mailServer(t, nil)
	email := plainEmail(port, "hr@mail.test")
	email.Receipts = receipts{"<hr@mail.test>": true}
	if err := deliver.Send(t.Context(), email, parcel()); err != nil || len(mails) != 0 {
		t.Errorf("%d mails, %v", len(mails), err)
	}
}

// TestEmailToServerThatRefusesAll: that is not about one mail, as the next one fares no better.
func TestEmailToServerThatRefusesAll(t *testing.T) {
	port, _ := mailServer(t, map[string]string{"greeting": "554 no service here"})
	err := plainEmail(port, "hr@mail.test").Send(t.Context(), parcel())
	if !errors.Is(err, deliver.ErrRefused) || errors.Is(err, deliver.ErrUndeliverable) {
		t.Error(err)
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
