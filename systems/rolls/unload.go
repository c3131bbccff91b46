package rolls

import (
	"strings"

	"intikhab/platform/database"
)

// Unload deletes entries that a cause brought and nothing has happened to since, as if
// they had never been there: at most limit of them above the voter after, by number. It
// gives the last that it looked at, 0 when there are no more. The numbers that they had
// on their lists are not given again before the block is consolidated.
//
// Entries to which something has happened since have another cause, and stay; so does
// somebody who came back by this cause, whom Store.Caused tells of.
func (s *Store) Unload(tx *database.Tx, cause Cause, after VoterID, limit int) (last VoterID, deleted int, err error) {
	rows, err := tx.Query(`SELECT id FROM rolls_voter WHERE id > ? AND cause = ? AND version = 1 ORDER BY id LIMIT ?`, int64(after), string(cause), limit)
	if err != nil {
		return 0, 0, err
	}
	defer rows.Close()
	var gone []any
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return 0, 0, err
		}
		gone, last = append(gone, id), VoterID(id)
	}
	if err := rows.Err(); err != nil {
		return 0, 0, err
	}
	rows.Close()
	for some := range chunks(gone, 500) {
		if _, err := tx.Exec(`DELETE FROM rolls_voter WHERE id IN (?`+strings.Repeat(`, ?`, len(some)-1)+`)`, some...); err != nil {
			return 0, 0, err
		}
	}
	if len(gone) == 0 {
		return last, 0, nil
	}
	return last, len(gone), s.touch(tx)
}
