package rolls

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"strings"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/siphash"
)

// households finds the number of a household (gharana) by what its members share: the
// authority's family number, or else the words of the address. Who has neither is a
// household of his own.
type households struct{ key siphash.Key }

func (s *Store) households(tx *database.Tx) (h households, err error) {
	secret, err := s.Secret(tx, "household")
	if err != nil {
		return h, err
	}
	return households{siphash.KeyFrom([siphash.KeySize]byte(secret))}, nil
}

// hash is of a household of a block; ok is false if nothing is shared.
func (h households) hash(block geography.BlockCode, p *Particulars) (hash int64, ok bool) {
	shared := p.Family
	if shared == "" {
		a := p.Address()
		shared = a.Ur
		if shared == "" {
			shared = strings.ToLower(a.En)
		}
		if shared = strings.Join(strings.Fields(shared), " "); shared == "" {
			return 0, false
		}
		shared = "at " + shared
	}
	key := binary.BigEndian.AppendUint32(make([]byte, 0, 64), uint32(block))
	return int64(h.key.Bytes(append(key, shared...))), true
}

// find gives the number that a household has already, 0 if it has none.
func (h households) find(tx *database.Tx, hash int64) (number uint32, err error) {
	err = tx.QueryRow(`SELECT number FROM rolls_household WHERE hash = ?`, hash).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return number, err
}

// number gives the household of a new entry of a block: the one that it belongs to, or
// the next.
func (h households) number(tx *database.Tx, b *Block, p *Particulars) (uint32, error) {
	hash, shares := h.hash(b.Code, p)
	if shares {
		if n, err := h.find(tx, hash); n != 0 || err != nil {
			return n, err
		}
	}
	n := b.NextHousehold
	b.NextHousehold++
	if !shares {
		return n, nil
	}
	_, err := tx.Exec(`INSERT INTO rolls_household (hash, number) VALUES (?, ?)`, hash, int64(n))
	return n, err
}
