// Package catcher is a mail server that delivers nothing: it keeps what it is sent, for
// tests and the demonstration. It speaks SMTP (RFC 5321) on loopback, through
// emersion's go-smtp, and parses no mail itself. TestMail of package notice shows it.
package catcher

import (
	"fmt"
	"io"
	"mime"
	"net"
	"net/mail"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// A Letter is one mail that came in.
type Letter struct {
	From    string
	To      []string
	Subject string // decoded
	Body    string // as it came, encoded
	Header  mail.Header
}

// Catcher is a running server.
type Catcher struct {
	server   *smtp.Server
	listener net.Listener

	mu      sync.Mutex
	letters []Letter
	refuse  error
	came    chan struct{}
}

// Start listens on a free port of the loopback interface until Close.
func Start() (*Catcher, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("catcher: %w", err)
	}
	c := &Catcher{listener: l, came: make(chan struct{}, 1)}
	c.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{catcher: c}, nil }))
	c.server.Domain = "localhost"
	c.server.ReadTimeout, c.server.WriteTimeout = 30*time.Second, 30*time.Second
	c.server.MaxMessageBytes = 1 << 20
	go c.server.Serve(l)
	return c, nil
}

// Port is where it listens.
func (c *Catcher) Port() int { return c.listener.Addr().(*net.TCPAddr).Port }

// Refuse has every recipient refused with this error until it is nil; a *smtp.SMTPError
// says with which code.
func (c *Catcher) Refuse(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refuse = err
}

// Letters are those that have come in so far.
func (c *Catcher) Letters() []Letter {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Letter(nil), c.letters...)
}

// Came is told when one comes in.
func (c *Catcher) Came() <-chan struct{} { return c.came }

// Close ends it.
func (c *Catcher) Close() error { return c.server.Close() }

var wordDecoder = new(mime.WordDecoder)

type session struct {
	catcher *Catcher
	letter  Letter
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.letter = Letter{From: from}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.catcher.mu.Lock()
	defer s.catcher.mu.Unlock()
	s.letter.To = append(s.letter.To, to)
	return s.catcher.refuse
}

func (s *session) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	s.letter.Header, s.letter.Body = m.Header, string(body)
	if s.letter.Subject, err = wordDecoder.DecodeHeader(m.Header.Get("Subject")); err != nil {
		return err
	}
	s.catcher.mu.Lock()
	s.catcher.letters = append(s.catcher.letters, s.letter)
	s.catcher.mu.Unlock()
	select {
	case s.catcher.came <- struct{}{}:
	default:
	}
	return nil
}

func (s *session) Reset()        { s.letter = Letter{} }
func (s *session) Logout() error { return nil }
