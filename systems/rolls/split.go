package rolls

import (
	"crypto/rand"
	"fmt"

	"intikhab/domain/geography"
	"intikhab/platform/database"
)

// A Share is one station's part of a block's list: the serials from From up to the next
// share's, the last one's to the end. The polling scheme allots serials so when a block
// has too many voters for one station.
type Share struct {
	From    uint32
	Station geography.StationID
}

// StationAt gives the station of a serial; "" where the list is not split.
func StationAt(shares []Share, serial uint32) (station geography.StationID) {
	for _, one := range shares {
		if one.From <= serial {
			station = one.Station
		}
	}
	return station
}

// Evenly shares serials 1 to n between stations so that no two differ by more than one,
// in order. It is a proposal; an officer decides.
func Evenly(n uint32, stations ...geography.StationID) (shares []Share) {
	from := uint32(1)
	for i, station := range stations {
		shares = append(shares, Share{from, station})
		from += n / uint32(len(stations))
		if uint32(i) < n%uint32(len(stations)) {
			from++
		}
	}
	return shares
}

func checkShares(shares []Share) error {
	for i, one := range shares {
		switch {
		case one.Station == "":
			return fmt.Errorf("share %d of the list names no polling station", i+1)
		case i == 0 && one.From != 1:
			return fmt.Errorf("the first share begins at serial %d: it must begin at 1, or those before vote nowhere", one.From)
		case i > 0 && one.From <= shares[i-1].From:
			return fmt.Errorf("share %d begins at serial %d, not behind share %d, which begins at %d", i+1, one.From, i, shares[i-1].From)
		}
	}
	return nil
}

// Split shares a list between stations; no shares undo it.
func (s *Store) Split(tx *database.Tx, block geography.BlockCode, list List, shares []Share) error {
	if err := checkShares(shares); err != nil {
		return fmt.Errorf("block %v, list %v: %w", block, list, err)
	}
	if _, err := s.Block(tx, block); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM rolls_split WHERE block = ? AND list = ?`, int64(block), int64(list)); err != nil {
		return err
	}
	for _, one := range shares {
		_, err := tx.Exec(`INSERT INTO rolls_split (id, block, list, serial, station) VALUES (?, ?, ?, ?, ?)`,
			rand.Text(), int64(block), int64(list), int64(one.From), string(one.Station))
		if err != nil {
			return err
		}
	}
	return s.touch(tx)
}

// A Shared is a list of a block.
type Shared struct {
	Block geography.BlockCode
	List  List
}

// Splits gives all lists that are split.
func (s *Store) Splits(tx *database.Tx) (map[Shared][]Share, error) {
	rows, err := tx.Query(`SELECT block, list, serial, station FROM rolls_split ORDER BY block, list, serial`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := make(map[Shared][]Share)
	for rows.Next() {
		var of Shared
		var one Share
		if err := rows.Scan(&of.Block, &of.List, &one.From, &one.Station); err != nil {
			return nil, err
		}
		all[of] = append(all[of], one)
	}
	return all, rows.Err()
}

// PutStation writes a polling station of the scheme.
func (s *Store) PutStation(tx *database.Tx, p geography.PollingStation) error {
	_, err := tx.Exec(`INSERT INTO rolls_station (id, kind, name_en, name_ur, lat, lon) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name_en = excluded.name_en, name_ur = excluded.name_ur, lat = excluded.lat, lon = excluded.lon`,
		string(p.ID), string(p.Kind), p.NameEn, p.NameUr, fmt.Sprintf("%.6f", p.Lat), fmt.Sprintf("%.6f", p.Lon))
	if err != nil {
		return err
	}
	return s.touch(tx)
}

// Stations gives all polling stations, by number.
func (s *Store) Stations(tx *database.Tx) (all []geography.PollingStation, err error) {
	rows, err := tx.Query(`SELECT id, kind, name_en, name_ur, lat, lon FROM rolls_station ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p geography.PollingStation
		var lat, lon string
		if err := rows.Scan(&p.ID, &p.Kind, &p.NameEn, &p.NameUr, &lat, &lon); err != nil {
			return nil, err
		}
		if _, err := fmt.Sscan(lat, &p.Lat); err != nil {
			return nil, fmt.Errorf("station %s: latitude: %w", p.ID, err)
		}
		if _, err := fmt.Sscan(lon, &p.Lon); err != nil {
			return nil, fmt.Errorf("station %s: longitude: %w", p.ID, err)
		}
		all = append(all, p)
	}
	return all, rows.Err()
}
