package notice

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/sms"
	"intikhab/platform/words"
)

//go:embed migrations words
var files embed.FS

// Words is the folder of this package's texts: states and reasons, for pages.
var Words fs.FS = files

// Texts are this package's own texts.
var Texts = words.MustCatalogue(files)

// queue is where notices wait for their turn.
const queue = "notice"

// The tables with sealed columns.
const (
	table     = "notice"
	stopTable = "notice_stop"
)

// The names that numbers and addresses are indexed under, as vault.Rotate writes them.
const (
	recipientColumn = table + ".recipient"
	stopColumn      = stopTable + ".recipient"
)

// SealedColumns are the columns that package vault rotates.
func SealedColumns() []vault.Column {
	return []vault.Column{
		{Table: table, Key: "id", Name: "recipient", Index: "recipient_index"},
		{Table: table, Key: "id", Name: "content"},
		{Table: stopTable, Key: "id", Name: "recipient", Index: "recipient_index"},
	}
}

// Migrate makes the tables.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "notice", dir)
}

// Telephone sends SMS; a *sms.Gateway is one.
type Telephone interface {
	Send(ctx context.Context, m sms.Outgoing) (sms.Sent, error)
}

// Config is what a service needs. DB, Outbox and Keys must be set.
type Config struct {
	DB     *database.DB
	Outbox *bus.Outbox
	Keys   *vault.Keyring

	Telephone Telephone   // nil: no SMS can be sent, and they are given up
	Sender    string      // of SMS: the short code, or a name that the operators know
	Mail      *MailConfig // nil: no e-mail can be sent

	Paisa int   // price of a segment, for previews and lists; 0: not known
	Night Night // when SMS wait; the zero Night is from 21 to 8 o'clock
	Now   func() time.Time
	Log   *slog.Logger
}

// A Service sends notices. It is made by New.
type Service struct {
	cfg   Config
	kinds map[string]Kind
}

// New makes a service for these kinds, and refuses one that has no text.
func New(cfg Config, kinds ...Kind) (*Service, error) {
	if cfg.DB == nil || cfg.Outbox == nil || cfg.Keys == nil {
		return nil, errors.New("notice: database, outbox and keys must be given")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Night == (Night{}) {
		cfg.Night = Night{From: 21, To: 8}
	}
	s := &Service{cfg: cfg, kinds: make(map[string]Kind)}
	for _, k := range kinds {
		if err := k.check(); err != nil {
			return nil, err
		}
		if _, twice := s.kinds[k.Name]; twice {
			return nil, fmt.Errorf("notice %q is there twice", k.Name)
		}
		s.kinds[k.Name] = k
	}
	return s, nil
}

// A Notice is what somebody is to be told. It has a telephone number or an address.
type Notice struct {
	Kind      string
	Language  words.Language
	Telephone sms.MSISDN
	Address   string            // e-mail
	Data      map[string]string // fills the text's placeholders; sealed in the record
	// Key tells notices apart that are put again when a transaction or a message is
	// repeated: of those with the same key the first counts. If "", each is another.
	Key string
	On  string // kind:id that it is about, for lists; nothing personal
}

// content is what is sealed of a notice beside whom it is for.
type content struct {
	Data map[string]string `json:"data"`
}

// Put leaves a notice in the transaction of the act that it tells of, and returns its
// id. If the transaction is committed it is sent soon afterwards.
func (s *Service) Put(tx *database.Tx, n Notice) (id string, err error) {
	k, ok := s.kinds[n.Kind]
	if !ok {
		return "", fmt.Errorf("there is no notice %q", n.Kind)
	}
	channel, to := SMS, n.Telephone.Reveal()
	masked := n.Telephone.String()
	if n.Address != "" {
		channel, to = Mail, strings.ToLower(strings.TrimSpace(n.Address))
		masked = maskAddress(to)
	}
	if to == "" {
		return "", fmt.Errorf("notice %q: no telephone number and no address", n.Kind)
	}
	if n.Language == "" {
		n.Language = words.Urdu
	}
	id = rand.Text()
	if n.Key != "" {
		id = n.Kind + ":" + n.Key
	}
	var had int
	if err := tx.QueryRow(`SELECT count(*) FROM notice WHERE id = ?`, id).Scan(&had); err != nil || had > 0 {
		return id, err
	}
	sealed, err := json.Marshal(content{n.Data})
	if err != nil {
		return "", err
	}
	segments := 0
	if channel == SMS {
		p, err := s.Preview(k.Name, n.Language, n.Data)
		if err != nil {
			return "", err
		}
		segments = p.Segments
	}
	now := database.Time{Time: s.cfg.Now()}
	_, err = tx.Exec(`INSERT INTO notice (id, kind, channel, language, masked, recipient, recipient_index, content,
		on_what, segments, state, reason, attempts, put, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, ?, ?)`,
		id, k.Name, string(channel), string(n.Language), masked,
		s.cfg.Keys.Seal(table, "recipient", id, []byte(to)), s.cfg.Keys.Index(recipientColumn, to),
		s.cfg.Keys.Seal(table, "content", id, sealed), n.On, segments, string(Waiting), now, now)
	if err != nil {
		return "", err
	}
	return id, s.cfg.Outbox.Put(tx, queue, id+"#0", nil)
}

// maskAddress leaves of an address what tells it apart for whoever knows it.
func maskAddress(address string) string {
	name, host, _ := strings.Cut(address, "@")
	if len(name) > 1 {
		name = name[:1]
	}
	return name + "•••@" + host
}
