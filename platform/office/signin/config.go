package signin

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/password"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

//go:embed assets migrations pages words
var files embed.FS

var (
	catalogue = web.MustCatalogue(files)
	assets    = web.MustAssets("signin", files)
	pages     = web.MustPages(catalogue, assets, files)
)

// Migrate makes the tables of sign-in.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "signin", dir)
}

// Config is what sign-in needs. DB, Officers, Sealer and Origins must be set; what
// is zero among the rest gets the value beside it.
type Config struct {
	DB       *database.DB
	Officers Officers
	Sealer   Sealer
	Notify   Notifier // if nil, notices are only shown on the officer's pages

	// Origins are the addresses under which officers reach the service:
	// "https://offices.example". Plain http is taken for this machine only.
	Origins []string
	// Party is the domain that passkeys are bound to; if "", the host of the first
	// origin. Passkeys made for another one are of no use.
	Party    string
	Service  string         // its name in code apps and passkeys; if "", "intikhab"
	Language words.Language // of pages whose visitor names none; if "", Urdu

	Password       password.Parameters // if zero, password.Recommended
	HashesTogether int                 // passwords hashed at a time; if 0, 2: 128 MiB

	Idle    time.Duration // a session unused for so long ends; if 0, 20 minutes
	Longest time.Duration // a session ends after so long; if 0, 12 hours
	Fresh   time.Duration // a grave act needs a proof no older; if 0, 5 minutes
	// Grave are the acts before which an officer proves anew who he is, beside the
	// changes to his own sign-in; if nil, those of graveActs. A program with a token
	// cannot do them at all.
	Grave []web.Act

	Home string // where a signed-in officer is led who was going nowhere; if "", /account

	// Programs are the acts that tokens can be issued for: those of the routes for
	// programs. The gate lets a token do no act that a program must not do, whatever
	// stands here.
	Programs []web.Act

	// Links are what the head of each page leads an officer to; if nil, nothing.
	Links func(tx *database.Tx, officer string) ([]web.Link, error)

	Now func() time.Time // if nil, time.Now
	Log *slog.Logger     // if nil, slog.Default()
}

// A Service signs officers in. It is made by New and safe for concurrent use.
type Service struct {
	cfg    Config
	hasher *password.Hasher
	party  *webauthn.WebAuthn
	secure bool // all origins are https: cookies have the __Host- prefix
	key    [32]byte
}

// Times of what is set up once.
const (
	setupTime    = 30 * time.Minute // from opening an invitation to the end
	ceremonyTime = 5 * time.Minute  // from a challenge to its answer
	longestToken = 366 * 24 * time.Hour
)

// New makes the service on a database that Migrate has been run on. After it
// returns the database holds the key that all nodes of the service share.
func New(ctx context.Context, cfg Config) (*Service, error) {
	if cfg.DB == nil || cfg.Officers == nil || cfg.Sealer == nil || len(cfg.Origins) == 0 {
		return nil, errors.New("sign-in: set DB, Officers, Sealer and at least one origin, such as https://offices.example")
	}
	setDefault(&cfg.Service, "intikhab")
	setDefault(&cfg.Language, words.Urdu)
	setDefault(&cfg.Home, "/account")
	setDefault(&cfg.Password, password.Recommended)
	setDefault(&cfg.HashesTogether, 2)
	setDefault(&cfg.Idle, 20*time.Minute)
	setDefault(&cfg.Longest, 12*time.Hour)
	setDefault(&cfg.Fresh, 5*time.Minute)
	if cfg.Idle < time.Minute || cfg.Longest < cfg.Idle || cfg.Fresh < time.Minute {
		return nil, fmt.Errorf("sign-in: idle %v, longest %v, fresh %v: each is at least a minute, and the longest is not less than idle", cfg.Idle, cfg.Longest, cfg.Fresh)
	}
	if cfg.Grave == nil {
		cfg.Grave = graveActs
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	s := &Service{cfg: cfg}
	host, secure, err := readOrigins(cfg.Origins)
	if err != nil {
		return nil, err
	}
	s.secure = secure
	setDefault(&s.cfg.Party, host)
	if s.hasher, err = password.NewHasher(cfg.Password, cfg.HashesTogether); err != nil {
		return nil, fmt.Errorf("sign-in: %w", err)
	}
	resident := true
	s.party, err = webauthn.New(&webauthn.Config{
		RPID: s.cfg.Party, RPDisplayName: cfg.Service, RPOrigins: cfg.Origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &resident, ResidentKey: protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("sign-in: passkeys for %q: %w", s.cfg.Party, err)
	}
	if err := s.loadKey(ctx); err != nil {
		return nil, fmt.Errorf("sign-in: %w", err)
	}
	return s, nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// readOrigins checks the origins. secure tells that all are https.
func readOrigins(origins []string) (host string, secure bool, err error) {
	secure = true
	for i, origin := range origins {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || u.String() != u.Scheme+"://"+u.Host || u.Scheme != "https" && u.Scheme != "http" {
			return "", false, fmt.Errorf("sign-in: %q is no origin: write it like https://offices.example, with no path", origin)
		}
		name := u.Hostname()
		addr, _ := netip.ParseAddr(name)
		if u.Scheme == "http" {
			if name != "localhost" && !strings.HasSuffix(name, ".localhost") && !addr.IsLoopback() {
				return "", false, fmt.Errorf("sign-in: %q is plain http, over which passwords and sessions can be read on the way: use https", origin)
			}
			secure = false
		}
		if i == 0 {
			host = name
		}
	}
	// Browsers make passkeys for names, not for addresses.
	if net.ParseIP(host) != nil {
		host = "localhost"
	}
	return host, secure, nil
}

// loadKey reads the key that all nodes share, which the first of them makes.
func (s *Service) loadKey(ctx context.Context) error {
	var fresh [32]byte
	rand.Read(fresh[:])
	sealed := s.cfg.Sealer.Seal("signin_key", "sealed", "1", fresh[:])
	return s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		if err := records.KeepKey(tx, sealed); err != nil {
			return err
		}
		kept, err := records.Key(tx)
		if err != nil {
			return err
		}
		key, err := s.cfg.Sealer.Open("signin_key", "sealed", "1", kept)
		if err == nil && copy(s.key[:], key) != len(s.key) {
			err = errors.New("it has another length")
		}
		if err != nil {
			return fmt.Errorf("the key in the database cannot be opened, see to it that the vault's keys are those of this database: %w", err)
		}
		return nil
	})
}
