package centre

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/phase"
)

const table = "centre_device"

// devicesMost is how many devices one officer has keys on.
const devicesMost = 50

// isDevice is the id that a device makes for itself, at random and once.
var isDevice = regexp.MustCompile(`^[A-Za-z0-9-]{16,64}$`)

// opened is what a device gets that asks for its key.
type opened struct {
	Officer string `json:"officer"` // an id, for telling officers' queues apart
	Key     string `json:"key"`     // 32 bytes, base64
	Hours   int    `json:"hours"`
}

// device gives the key under which this officer's queue on this device is sealed, the
// same each time.
func (c *Centre) device(t *counter.Turn) {
	var ask struct {
		Device string `json:"device"`
	}
	if problem := web.ReadJSON(t.R, &ask); problem != nil {
		problem.Write(t.W, t.R)
		return
	}
	if !isDevice.MatchString(ask.Device) {
		web.NewProblem(http.StatusUnprocessableEntity, "bad_device", "No device", "device is 16 to 64 letters, digits and hyphens, chosen at random once.").Write(t.W, t.R)
		return
	}
	var key []byte
	err := t.Do(func(tx *database.Tx) (err error) {
		key, err = c.key(tx, ask.Device, t.By)
		return err
	})
	switch {
	case errors.Is(err, errDevices):
		web.NewProblem(http.StatusConflict, "many_devices", "Too many devices", "This officer has used 50 devices already: use one of them.").Write(t.W, t.R)
	case err != nil:
		t.Fail(err)
	default:
		web.WriteJSON(t.W, http.StatusOK, "application/json", opened{string(t.By.Officer), base64.StdEncoding.EncodeToString(key), KeyHours})
	}
}

var errDevices = errors.New("the officer has used too many devices")

// key finds or makes a key.
func (c *Centre) key(tx *database.Tx, device string, by office.Acting) ([]byte, error) {
	sum := sha256.Sum256([]byte(device + "\x00" + string(by.Officer)))
	id := hex.EncodeToString(sum[:16])
	var sealed []byte
	err := tx.QueryRow(`SELECT key FROM centre_device WHERE id = ?`, id).Scan(&sealed)
	if err == nil {
		return c.cfg.Keys.Open(table, "key", id, sealed)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM centre_device WHERE officer = ?`, string(by.Officer)).Scan(&n); err != nil {
		return nil, err
	}
	if n >= devicesMost {
		return nil, errDevices
	}
	key := make([]byte, 32)
	rand.Read(key)
	_, err = tx.Exec(`INSERT INTO centre_device (id, device, officer, key, made) VALUES (?, ?, ?, ?, ?)`,
		id, device, string(by.Officer), c.cfg.Keys.Seal(table, "key", id, key), database.Time{Time: c.now()})
	return key, err
}

// place is one electoral area as the device keeps it.
type place struct {
	Code   string `json:"code"`
	En     string `json:"en"`
	Ur     string `json:"ur"`
	Closed []int  `json:"closed,omitempty"` // forms that are not taken there now
	Until  string `json:"until,omitempty"`  // last day of the phase, 2027-02-08
}

// placesMost is how many electoral areas a device keeps.
const placesMost = 20_000

// blocks gives the electoral areas for which the officer takes claims.
func (c *Centre) blocks(t *counter.Turn) {
	all := []place{}
	ok := t.Read(func(l *counter.Look) error {
		areas, err := c.cfg.Claims.Jurisdiction(l.Tx, t.By, claim.ActReceive)
		if err != nil {
			return err
		}
		times, err := c.cfg.Phases.Rules(l.Tx)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, a := range areas {
			blocks, err := c.in(l.Tx, a)
			if err != nil {
				return err
			}
			for _, b := range blocks {
				if code := b.Code.String(); !seen[code] && len(all) < placesMost {
					seen[code] = true
					all = append(all, c.place(times, b))
				}
			}
		}
		return nil
	})
	if ok {
		web.WriteJSON(t.W, http.StatusOK, "application/json", map[string]any{"blocks": all})
	}
}

// in gives the blocks of an area.
func (c *Centre) in(tx *database.Tx, a area.Area) ([]rolls.Block, error) {
	switch a.Kind() {
	case area.District:
		return c.cfg.Rolls.Blocks(tx, rolls.Scope{District: a})
	case area.Tehsil:
		return c.cfg.Rolls.Blocks(tx, rolls.Scope{Tehsil: a})
	case area.Constituency:
		return c.cfg.Rolls.Blocks(tx, rolls.Scope{Seat: a.Seat()})
	}
	all, err := c.cfg.Rolls.Blocks(tx, rolls.Scope{})
	if err != nil {
		return nil, err
	}
	var in []rolls.Block
	for _, b := range all {
		if area.OfBlock(b.Code) == a || area.Within(b.Area(), a) {
			in = append(in, b)
		}
	}
	return in, nil
}

func (c *Centre) place(times *phase.Rules, b rolls.Block) place {
	p := place{Code: b.Code.String(), En: b.NameEn, Ur: b.NameUr}
	where := phase.Areas{Block: b.Code, NA: b.NA, PA: b.PA, District: b.District, Tehsil: b.Tehsil}
	p.Until = string(times.At(where, c.now()).Until)
	for _, f := range claim.Forms() {
		if deed, ok := phase.Received(int(f)); ok && times.Allows(where, deed, c.now()) != nil {
			p.Closed = append(p.Closed, int(f))
		}
	}
	return p
}
