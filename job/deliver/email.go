package deliver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"html"
	"net"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"notifyaudit/job"
)

// Email sends a parcel as a mail: Text and HTML as the body, the files attached.
type Email struct {
	Host string
	Port int
	// TLS says how the connection is encrypted.
	TLS EmailTLS
	// Roots are the trusted certificates; nil means the system's.
	Roots *x509.CertPool
	// Username is empty where the server asks for none.
	Username string
	Password job.Secret
	From     string
	To, CC   []string
	// Receipts say who has the mail of an earlier attempt; nil where nobody remembers: then
	// each attempt is for all.
	Receipts Receipts
	// MaxAttachments is how many bytes of files a mail may carry. Beyond that none
	// is attached and the text names them all.
	MaxAttachments int64
}

// EmailTLS is how a connection to a mail server is encrypted.
type EmailTLS string

// The ways of encryption.
const (
	STARTTLS    EmailTLS = "starttls" // begun in plain text, then encrypted or given up
	ImplicitTLS EmailTLS = "tls"      // encrypted from the first byte, as on port 465
	NoTLS       EmailTLS = "none"     // in plain text: only to a loopback address
)

// emailTimeout is how long one attempt may take, attachments included.
const emailTimeout = 2 * time.Minute

// Receipts remember which recipients have a mail that others of its recipients were
// refused. A recipient is an address as SMTP has it: "<hr@example.com>".
type Receipts interface {
	// Has reports whether the recipient has the mail.
	Has(recipient string) bool
	// Add records that the recipients have it.
	Add(recipients []string) error
}

// Send connects, authenticates and hands the mail over to those who don't have it.
func (e *Email) Send(ctx context.Context, p *Parcel) error {
	message, err := e.message(p)
	if err != nil {
		return err
	}
	return e.send(ctx, message)
}

func (e *Email) send(ctx context.Context, m *mail.Msg) error {
	client, err := mail.NewClient(e.Host, e.options()...)
	if err != nil {
		return refusedf("set up the mail to %s: %w", e.Host, err)
	}
	ctx, cancel := context.WithTimeout(ctx, emailTimeout)
	defer cancel()
	server, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return e.undialed(err)
	}
	defer func() { // what follows the server's yes is goodbye
		_ = server.Quit()
		_ = server.Close()
	}()
	return e.handOver(server, m)
}

// handOver sends one mail in an SMTP session. If the server refuses a recipient, the
// others still get the mail.
func (e *Email) handOver(server *smtp.Client, m *mail.Msg) error {
	from, err := m.GetSender(false)
	if err != nil {
		return refusedf("address the mail: %w", err)
	}
	recipients, err := m.GetRecipients()
	if err != nil {
		return refusedf("address the mail: %w", err)
	}
	if err := server.Mail(from); err != nil {
		return e.failure(err)
	}
	var taken []string
	var refusals []error
	for _, recipient := range recipients {
		if e.Receipts != nil && e.Receipts.Has(recipient) {
			continue
		}
		if err := server.Rcpt(recipient); err != nil {
			refusals = append(refusals, fmt.Errorf("%s: %w", recipient, err))
			continue
		}
		taken = append(taken, recipient)
	}
	switch {
	case len(taken) == 0 && len(refusals) == 0: // all have it: who was refused is no recipient any more
		return nil
	case len(taken) == 0:
		return e.failure(refusals...)
	}
	if err := write(server, m); err != nil {
		return e.failure(err)
	}
	if len(refusals) == 0 {
		return nil
	}
	if e.Receipts != nil {
		err = e.Receipts.Add(taken)
	}
	return errors.Join(fmt.Errorf("%w (all other recipients have it)", e.failure(refusals...)), err)
}

// write writes the mail itself, and waits for the server's yes.
func write(server *smtp.Client, m *mail.Msg) error {
	w, err := server.Data()
	if err != nil {
		return err
	}
	if _, err := m.WriteTo(w); err != nil {
		_ = server.Close() // goodbye would end the mail first, and the server take what it has
		return err
	}
	return w.Close()
}

// undialed is the error of a connection that was not made or not authenticated. It is never
// one parcel's alone.
func (e *Email) undialed(err error) error {
	if said := err.Error(); strings.Contains(said, "535 ") { // the library wraps no type around it
		return refusedf("authenticate at %s: %s", e.address(), said)
	}
	if reply, is := errors.AsType[*textproto.Error](err); is && reply.Code >= 500 {
		return refusedf("connect to %s: %s", e.address(), e.withoutRecipients(err.Error()))
	}
	return e.failure(err)
}

// failure is what the server said, if anything. It may pass if one of the errors may: SMTP
// replies of the 400s are temporary, those of the 500s final (RFC 5321, section 4.2.1).
// The texts of server and library name recipients: logs name nobody.
func (e *Email) failure(errs ...error) error {
	final := true
	var said []string
	for _, err := range errs {
		reply, is := errors.AsType[*textproto.Error](err)
		final = final && is && reply.Code >= 500
		said = append(said, e.withoutRecipients(err.Error()))
	}
	err := fmt.Errorf("send the mail by %s: %s", e.address(), strings.Join(said, "; "))
	if final {
		return fmt.Errorf("%w: %w", ErrUndeliverable, err)
	}
	return err
}

func (e *Email) address() string { return net.JoinHostPort(e.Host, strconv.Itoa(e.Port)) }

// withoutRecipients is a text in which each recipient's address is its place in to and
// cc: "recipient 2".
func (e *Email) withoutRecipients(text string) string {
	for i, recipient := range slices.Concat(e.To, e.CC) {
		if a, err := netmail.ParseAddress(recipient); err == nil {
			recipient = a.Address
		}
		in := regexp.MustCompile("(?i)<?" + regexp.QuoteMeta(recipient) + ">?")
		text = in.ReplaceAllLiteralString(text, fmt.Sprintf("recipient %d", i+1))
	}
	return text
}

func (e *Email) options() []mail.Option {
	options := []mail.Option{
		mail.WithPort(e.Port),
		mail.WithTimeout(emailTimeout),
		mail.WithTLSConfig(&tls.Config{ServerName: e.Host, RootCAs: e.Roots, MinVersion: tls.VersionTLS12}),
	}
	switch e.TLS {
	case ImplicitTLS:
		options = append(options, mail.WithSSL())
	case NoTLS:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if e.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(e.Username), mail.WithPassword(e.Password.Reveal()))
	}
	return options
}

func (e *Email) message(p *Parcel) (*mail.Msg, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(m.From(e.From), m.To(e.To...), m.Cc(e.CC...)); err != nil {
		return nil, refusedf("address the mail: %w", err)
	}
	m.Subject(p.Title)
	m.SetDateWithValue(p.At)
	m.SetMessageIDWithValue(p.ID + "@" + domainOf(e.From))
	attached, note := e.attachments(p)
	m.SetBodyString(mail.TypeTextPlain, p.Text+note)
	if p.HTML != "" {
		m.AddAlternativeString(mail.TypeTextHTML, withNote(p.HTML, note))
	}
	for _, f := range attached {
		if err := attach(m, &f); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// attach reads a file into the mail: the library keeps it until it is sent.
func attach(m *mail.Msg, f *File) error {
	r, err := f.open()
	if err != nil {
		return err
	}
	err = m.AttachReader(f.Name(), r, mail.WithFileContentType(mail.ContentType(f.MediaType)))
	if err := errors.Join(err, r.Close()); err != nil {
		return fmt.Errorf("attach %s: %w", f.called(), err)
	}
	return nil
}

// attachments are the files to attach. Where they are too large together, none is,
// and note names them for the text.
func (e *Email) attachments(p *Parcel) (attached []File, note string) {
	var total int64
	for i := range p.Files {
		total += p.Files[i].Size
	}
	if total <= e.MaxAttachments {
		return p.Files, ""
	}
	var b strings.Builder
	b.WriteString("\n" + p.TooLarge)
	for i := range p.Files {
		f := &p.Files[i]
		fmt.Fprintf(&b, "\n%s (%.1f MB)", f.Name(), float64(f.Size)/1e6)
	}
	return nil, b.String() + "\n"
}

// withNote is a page with a note below what it has.
func withNote(page, note string) string {
	const end = "</body>"
	text := strings.ReplaceAll(html.EscapeString(note), "\n", "<br>\n")
	if before, after, found := strings.Cut(page, end); found {
		return before + text + end + after
	}
	return page + text
}

// domainOf is the domain of a mail address, for the mail's own id.
func domainOf(address string) string {
	if a, err := netmail.ParseAddress(address); err == nil {
		address = a.Address
	}
	return address[strings.LastIndexByte(address, '@')+1:]
}
