package notice

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// MailConfig is the mail server that takes e-mail from us.
type MailConfig struct {
	Host     string
	Port     int    // 587 if 0
	User     string // "" for a server that knows us by our address
	Password string
	From     string // "Election Commission <no-reply@ecp.gov.pk>"
	// Plain speaks without TLS: for a server on this machine.
	Plain bool
	TLS   *tls.Config // if nil, the system's authorities
}

func (c *MailConfig) client() (*mail.Client, error) {
	options := []mail.Option{mail.WithTimeout(30 * time.Second), mail.WithTLSPolicy(mail.TLSMandatory)}
	if c.Port != 0 {
		options = append(options, mail.WithPort(c.Port))
	}
	if c.Plain {
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if c.TLS != nil {
		options = append(options, mail.WithTLSConfig(c.TLS))
	}
	if c.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.User), mail.WithPassword(c.Password))
	}
	return mail.NewClient(c.Host, options...)
}

// Check tells what is wrong with the settings, without sending anything.
func (c *MailConfig) Check() error {
	if c.Host == "" {
		return errors.New("notice.mail_server: missing")
	}
	if err := mail.NewMsg().From(c.From); err != nil {
		return fmt.Errorf("notice.mail_from: %w", err)
	}
	_, err := c.client()
	return err
}

// mail hands a notice to the mail server. Its Message-ID is made of the notice's id, so
// that a mail server that gets it twice may know it.
func (s *Service) mail(ctx context.Context, r *record, text string) (why failure, sent bool) {
	c := s.cfg.Mail
	if c == nil {
		return failure{why: whyNoChannel}, false
	}
	m := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8))
	if err := errors.Join(m.From(c.From), m.To(r.to)); err != nil {
		return failure{why: whyRefused, said: "the address is none"}, false
	}
	host := c.From[strings.LastIndexByte(c.From, '@')+1:]
	m.SetMessageIDWithValue(strings.Map(plain, r.id) + "@" + strings.TrimSuffix(host, ">"))
	m.SetDateWithValue(s.cfg.Now())
	m.Subject(r.kind.text(r.lang, r.kind.Subject, r.data))
	m.SetGenHeader(mail.HeaderContentLang, string(r.lang))
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence note answers it
	m.SetBodyString(mail.TypeTextPlain, text)
	client, err := c.client()
	if err == nil {
		err = client.DialAndSendWithContext(ctx, m)
	}
	if err == nil {
		return why, true
	}
	var refused *mail.SendError
	if !errors.As(err, &refused) { // the server was not reached, or sent nobody away
		return failure{why: whyNobody, said: noAddress(err.Error(), r.to), again: true}, false
	}
	said := noAddress(refused.Error(), r.to)
	switch {
	case refused.IsTemp():
		return failure{why: whyNobody, said: said, again: true}, false
	case refused.Reason == mail.ErrSMTPDataClose || refused.Reason == mail.ErrConnCheck:
		return failure{why: whyUnknown, said: said, uncertain: true}, false
	case refused.ErrorCode() == 0 && refused.Reason != mail.ErrSMTPRcptTo && refused.Reason != mail.ErrSMTPMailFrom:
		return failure{why: whyNobody, said: said, again: true}, false
	}
	return failure{why: whyRefused, said: said}, false
}

// noAddress keeps the person's address out of what the server said: it stands in lists.
func noAddress(said, address string) string {
	return strings.ReplaceAll(said, address, maskAddress(address))
}

// plain keeps of an id what a Message-ID may hold.
func plain(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
		return r
	}
	return '.'
}
