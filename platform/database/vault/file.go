package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// A keyring's text is this, with one line a key, oldest first:
//
//	# intikhab keyring 1. SECRET: …
//	key 7f3c09aa 2027-01-05T10:00:00Z <43 letters>
//	sha256 <64 hexadecimal digits over all lines before>
const (
	keyringHead = "# intikhab keyring 1. SECRET: it opens the personal data in the database. Keep a copy apart from it, and from its backups.\n"
	sumWord     = "sha256 "
)

// Reveal gives the keyring's text, to be written where only the service reads it.
func (k *Keyring) Reveal() []byte {
	text := []byte(keyringHead)
	for _, one := range k.all() {
		text = fmt.Appendf(text, "key %v %s %s\n", one.id, one.made.Format(time.RFC3339), base64.RawURLEncoding.EncodeToString(one.secret[:]))
	}
	sum := sha256.Sum256(text)
	return append(text, sumWord+hex.EncodeToString(sum[:])+"\n"...)
}

// Parse reads what Reveal gave.
func Parse(text []byte) (*Keyring, error) {
	if !bytes.HasPrefix(text, []byte("# intikhab keyring ")) {
		return nil, errors.New("not a keyring: make one with intikhab keys new")
	}
	if !bytes.HasPrefix(text, []byte(keyringHead)) {
		return nil, errors.New("the keyring's first line is not as this program writes it: it is damaged, or a newer program's")
	}
	at := bytes.LastIndex(text, []byte("\n"+sumWord)) + 1
	if at == 0 {
		return nil, errors.New("the keyring is cut off: it ends with a line sha256 …")
	}
	sum := sha256.Sum256(text[:at])
	if string(bytes.TrimRight(text[at:], "\r\n ")) != sumWord+hex.EncodeToString(sum[:]) {
		return nil, errors.New("the keyring is damaged: its checksum is another one. Take the copy")
	}
	k := &Keyring{}
	for i, line := range strings.Split(strings.TrimSuffix(string(text[len(keyringHead):at]), "\n"), "\n") {
		one, err := parseKey(line)
		if err != nil {
			return nil, fmt.Errorf("keyring, line %d: %w", i+2, err)
		}
		for _, other := range k.keys {
			if other.id == one.id {
				return nil, fmt.Errorf("keyring, line %d: key %v stands twice", i+2, one.id)
			}
		}
		k.keys = append(k.keys, one)
	}
	return k, nil
}

func parseKey(line string) (*key, error) {
	words := strings.Split(line, " ")
	if len(words) != 4 || words[0] != "key" {
		return nil, errors.New("a line is: key NUMBER DATE SECRET")
	}
	made, err := time.Parse(time.RFC3339, words[2])
	if err != nil {
		return nil, errors.New("the date is not like 2027-01-05T10:00:00Z")
	}
	secret, err := base64.RawURLEncoding.Strict().DecodeString(words[3])
	if err != nil || len(secret) != secretLength {
		return nil, errors.New("not a whole key: its secret has 43 letters")
	}
	one := newKey([secretLength]byte(secret), made)
	if one.id.String() != words[1] {
		return nil, fmt.Errorf("the line says key %s, and its secret is that of key %v", words[1], one.id)
	}
	return one, nil
}

// A Source is where a keyring lies: a file, or an environment variable, or a systemd
// credential (systemd.exec(5), LoadCredential=); the last that is named counts.
type Source struct {
	File       string `toml:"file"`
	Env        string `toml:"env"`
	Credential string `toml:"credential"`
}

// IsZero tells whether no place is named.
func (s Source) IsZero() bool { return s == Source{} }

// Read reads the keyring.
func (s Source) Read() (*Keyring, error) {
	text, from, err := s.text()
	if err != nil {
		return nil, err
	}
	k, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	k.source = &s
	return k, nil
}

func (s Source) text() (text []byte, from string, err error) {
	path := s.File
	switch {
	case s.Credential != "":
		dir := os.Getenv("CREDENTIALS_DIRECTORY")
		if dir == "" {
			return nil, "", fmt.Errorf("keyring credential %s: systemd gave this service no credentials: LoadCredential= in the unit does; by hand, CREDENTIALS_DIRECTORY=FOLDER names where they lie", s.Credential)
		}
		path = filepath.Join(dir, s.Credential)
	case s.Env != "":
		if text := os.Getenv(s.Env); text != "" {
			return []byte(text), "the environment variable " + s.Env, nil
		}
		return nil, "", fmt.Errorf("keyring: the environment variable %s is not set", s.Env)
	case path == "":
		return nil, "", errors.New("keyring: no file, environment variable or credential is named")
	}
	if text, err = os.ReadFile(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("no keyring at %s (make one with: intikhab keys new --keyring %s)", path, path)
		}
		return nil, "", err
	}
	if s.Credential == "" && runtime.GOOS != "windows" {
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
			return nil, "", fmt.Errorf("keyring %s may be read by others than its owner (mode %04o): chmod 600 it, and think about who may have read it", path, info.Mode().Perm())
		}
	}
	return text, path, nil
}

// Write puts the keyring into a file, readable by its owner only. When it returns
// nil the file is on the disk whole; a crash leaves the file that was there before.
func (k *Keyring) Write(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".keyring-*") // mode 0600
	if err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	defer os.Remove(f.Name()) // does nothing once it has its name
	_, err = f.Write(k.Reveal())
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	return nil
}

// syncDir brings a name to the disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if runtime.GOOS == "windows" { // where folders cannot be synced
		err = nil
	}
	return errors.Join(err, d.Close())
}
