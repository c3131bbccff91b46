package checkpoint

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	cosign "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// MaxName is the most characters of a name: with it, the short form of a checkpoint
// fits into one SMS.
const MaxName = 80

var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9./_-]*$`)

// A Key signs for a log or for a witness: Ed25519 (RFC 8032) under a name. It prints
// as its public half, in every verb of fmt and in slog.
type Key struct {
	secret   string // PRIVATE+KEY+name+hash+base64
	verifier string // name+hash+base64
	signer   note.Signer
}

// GenerateKey makes a key. The name is that of the log (its origin) or of the
// witness: a host name and perhaps a path, "ledger.ecp.gov.pk/audit", in small
// letters, at most [MaxName] characters.
func GenerateKey(name string) (*Key, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	secret, _, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return nil, err
	}
	return ParseKey(secret)
}

func checkName(name string) error {
	if len(name) > MaxName || !validName.MatchString(name) {
		return fmt.Errorf("name of a key: use at most %d of a-z, 0-9, dot, slash, hyphen and underscore, as in ledger.example.org/audit", MaxName)
	}
	return nil
}

// ParseKey reads the secret text of a key ("PRIVATE+KEY+…", as signed-note has it).
// An error never repeats it.
func ParseKey(secret string) (*Key, error) {
	secret = strings.TrimSpace(secret)
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, errors.New("not a signing key: it begins with PRIVATE+KEY+ and is made by intikhab ledger keygen")
	}
	if err := checkName(signer.Name()); err != nil {
		return nil, err
	}
	// PRIVATE, KEY, the name, its hash; base64 itself may hold a plus.
	raw, err := base64.StdEncoding.DecodeString(strings.SplitN(secret, "+", 5)[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return nil, errors.New("not a signing key: its last part is damaged")
	}
	public := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return nil, err
	}
	return &Key{secret: secret, verifier: verifier, signer: signer}, nil
}

// ReadKey reads a key from a file that nobody else may read.
func ReadKey(path string) (*Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o): a key that was seen is no key; if nobody did, chmod 600 %[1]s", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k, err := ParseKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// Write puts the secret into a new file that only its owner may read. After it
// returns nil, the file is on the disk. It never writes over a file.
func (k *Key) Write(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(k.secret + "\n")
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		os.Remove(path)
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// SyncDir makes the names of a folder durable.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Name is the log's origin, or the witness's name.
func (k *Key) Name() string { return k.signer.Name() }

// Signer signs a log's checkpoints.
func (k *Key) Signer() note.Signer { return k.signer }

// Verifier is the public half, to be given to everybody who checks the log's
// signature.
func (k *Key) Verifier() string { return k.verifier }

// Cosigner signs as a witness: cosignature/v1, with the time at which it is made.
func (k *Key) Cosigner() (note.Signer, error) { return cosign.NewSignerForCosignatureV1(k.secret) }

// CosignVerifier is the public half of a witness's key, for a policy.
func (k *Key) CosignVerifier() (string, error) { return cosign.VKeyToCosignatureV1(k.verifier) }

// String is the public half.
func (k *Key) String() string { return k.verifier }

// Format prints the public half, whatever is asked.
func (k *Key) Format(s fmt.State, _ rune) { io.WriteString(s, k.verifier) }

// LogValue implements slog.LogValuer.
func (k *Key) LogValue() slog.Value { return slog.StringValue(k.verifier) }

// ParseVerifier reads a log's public key.
func ParseVerifier(text string) (note.Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(text))
	if err != nil {
		return nil, errors.New("not a log's public key: it has the form name+8 hexadecimal digits+base64, as intikhab ledger keygen prints it")
	}
	return v, nil
}
