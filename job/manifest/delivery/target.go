package delivery

import (
	"net"
	"net/mail"
	"net/url"
	"path"
	"regexp"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/address"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// A decoder decodes the arguments of one block.
type decoder struct {
	*lang.Args

	placeholder string
}

// made reports whether a text is the placeholder of a variable without a value, which
// has no form.
func (d decoder) made(text string) bool { return text != "" && text == d.placeholder }

const (
	submissionPort = 587 // RFC 6409
	implicitPort   = 465 // RFC 8314
	plainPort      = 25
	megabyte       = 1_000_000
)

func (d decoder) email(title string) *Email {
	e := &Email{Host: d.Text("host", ""), TLS: d.Text("tls", "starttls"), Subject: d.Text("subject", title)}
	modes := []string{"starttls", "tls", "none"}
	usual := submissionPort
	switch e.TLS {
	case "tls":
		usual = implicitPort
	case "none":
		usual = plainPort
		if e.Host != "" && !d.made(e.Host) && !Loopback(e.Host) {
			d.FailAt("tls", diag.Problemf("Unencrypted mail", `tls = "none" would send reports in the open: only a loopback address can be written to so.`))
		}
	case "starttls":
	default:
		d.FailAt("tls", diag.Problemf("Unknown encryption", "There is no encryption %s.%s", diag.Quote(e.TLS), diag.DidYouMeanOr(e.TLS, modes, "The encryptions are")))
	}
	const mostPort, mostMegabytes = 65535, 100
	e.Port = d.Int("port", usual, 1, mostPort)
	e.MaxAttachments = int64(d.Int("max_attachments", 10, 0, mostMegabytes)) * megabyte
	if d.Require("host", `It is the mail server that takes mails in, as in "smtp.example.com".`) && !d.made(e.Host) && !address.IsHost(e.Host) {
		d.FailAt("host", diag.Problemf("Unsuitable host", `%s is no name of a host: write host = "smtp.example.com" and, where it is not %d, port = ….`, diag.Quote(e.Host), usual))
	}
	d.login(e)
	if d.Require("from", `It is the sender's address, as in "Audit <audit@example.com>".`) {
		e.From = d.address("from", d.Text("from", ""))
	}
	if d.Require("to", `It is a list of addresses, as in ["hr@example.com"].`) {
		e.To = d.addresses("to")
		if len(e.To) == 0 {
			d.FailAt("to", diag.Problemf("Empty value", "to has no address."))
		}
	}
	e.CC = d.addresses("cc")
	if strings.ContainsAny(e.Subject, "\r\n") {
		d.FailAt("subject", diag.Problemf("Unsuitable value", "A subject is one line."))
	}
	return e
}

// login reads the user and the password, which go together.
func (d decoder) login(e *Email) {
	switch user, password := d.IsSet("username"), d.IsSet("password"); {
	case user && !password:
		d.FailAt("username", diag.Problemf("Missing required argument", "username goes with password."))
	case password && !user:
		d.FailAt("password", diag.Problemf("Missing required argument", "password goes with username."))
	case user:
		e.Username, _, _ = d.Revealed("username")
		e.Password = d.secret("password")
	}
}

func (d decoder) addresses(name string) []string {
	var all []string
	for _, text := range d.Texts(name) {
		all = append(all, d.address(name, text))
	}
	return all
}

// address checks a mail address, with a name or without.
func (d decoder) address(name, text string) string {
	if _, err := mail.ParseAddress(text); err != nil && !d.made(text) {
		d.FailAt(name, diag.Problemf("Unsuitable address", `%s is no mail address: write "hr@example.com" or "HR <hr@example.com>".`, diag.Quote(text)))
	}
	return text
}

func (d decoder) s3() *S3 {
	s := &S3{Region: d.Text("region", "us-east-1"), Bucket: d.Text("bucket", ""), Prefix: d.Text("prefix", ""), PathStyle: d.Bool("path_style", false)}
	if d.Require("endpoint", `It is the store's address, as in "https://oss-cn-hangzhou.aliyuncs.com".`) {
		if u := d.url("endpoint", d.Text("endpoint", "")); u != nil {
			s.Host, s.Plain = u.Host, u.Scheme == "http"
			if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
				d.FailAt("endpoint", diag.Problemf("Unsuitable endpoint", "An endpoint ends after the host: the bucket is an argument of its own."))
			}
		}
	}
	if d.Require("bucket", "It is the name of the bucket.") && !d.made(s.Bucket) && !isBucket(s.Bucket) {
		d.FailAt("bucket", diag.Problemf("Unsuitable bucket", `%s is no name of a bucket: it has 3 to 63 letters, digits, ".", "_" and "-". A folder in it is prefix = "…".`, diag.Quote(s.Bucket)))
	}
	if clean := strings.Trim(s.Prefix, "/"); clean != "" {
		s.Prefix = path.Clean(clean)
		if strings.HasPrefix(s.Prefix, "..") {
			d.FailAt("prefix", diag.Problemf("Unsuitable value", `prefix is a folder of the bucket, as in "audits/2026".`))
		}
	}
	if d.Require("access_key", "It is the id of the store's access key.") {
		key, sensitive, _ := d.Revealed("access_key")
		if sensitive {
			d.KeepSecret(key)
		}
		s.AccessKey = job.NewSecret(key)
	}
	if d.Require("secret_key", "It is the store's secret access key.") {
		s.SecretKey = d.secret("secret_key")
	}
	return s
}

// isBucket reports whether a store can have a bucket of the name; old ones have names
// with capitals and _.
func isBucket(name string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$`).MatchString(name) && !strings.Contains(name, "..") && net.ParseIP(name) == nil
}

func (d decoder) dingTalk() *DingTalk {
	t := &DingTalk{}
	if d.Require("webhook", "It is the address that the settings of the group's custom robot show.") {
		t.Webhook = d.secret("webhook")
		d.url("webhook", t.Webhook.Reveal())
	}
	if d.IsSet("secret") {
		t.Secret = d.secret("secret")
	}
	return t
}

func (d decoder) webhook() *Webhook {
	w := &Webhook{}
	if d.Require("url", "It is the address that the JSON report is posted to.") {
		w.URL = d.hidden("url")
	}
	if d.IsSet("token") {
		w.Token = d.secret("token")
	}
	return w
}

func (d decoder) secret(name string) job.Secret {
	text := d.Secret(name)
	if text == "" {
		return job.Secret{}
	}
	return job.NewSecret(text)
}

// hidden is an address that is kept like a secret, because its path can be one.
func (d decoder) hidden(name string) job.Secret {
	text, _, ok := d.Revealed(name)
	if !ok {
		return job.Secret{}
	}
	d.KeepSecret(text)
	d.url(name, text)
	return job.NewSecret(text)
}

// url checks an address; nil after a mistake.
func (d decoder) url(name, text string) *url.URL {
	if text == "" || d.made(text) {
		return nil
	}
	u, err := address.Parse(text, "http", "https")
	switch {
	case err != nil:
		d.FailAt(name, diag.Problemf("Unsuitable address", `%s is no address: %v. It begins with https:// and a host.`, name, err))
	case u.User != nil:
		d.FailAt(name, diag.Problemf("Unsuitable address", "%s has a user and a password: an address has none.", name))
	case u.Scheme == "http" && !Loopback(u.Hostname()):
		d.FailAt(name, diag.Problemf("Unsuitable address", "%s would send reports in the open: write https. Plain http is for loopback addresses only.", name))
	default:
		return u
	}
	return nil
}

// Loopback reports whether a host is this machine.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
