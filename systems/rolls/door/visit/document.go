package visit

import (
	"crypto/rand"
	"fmt"

	"intikhab/platform/database"
	"intikhab/systems/rolls/claim/attachment"
)

// A Document is one that a visit has, without its content.
type Document struct {
	ID   string
	What attachment.What
	Kind attachment.Kind
	Size int64
}

// Attach keeps a document of a visit.
func (s *Store[T]) Attach(tx *database.Tx, v *Visit[T], d attachment.Document) error {
	id := rand.Text()
	_, err := tx.Exec(`INSERT INTO visit_document (id, visit, what, kind, size, content) VALUES (?, ?, ?, ?, ?, ?)`,
		id, v.ID, string(d.What), string(d.Kind), len(d.Content), s.keys.Seal(documents, "content", id, d.Content))
	return err
}

// Documents are a visit's documents, those of one kind together.
func (s *Store[T]) Documents(tx *database.Tx, v *Visit[T]) (all []Document, err error) {
	rows, err := tx.Query(`SELECT id, what, kind, size FROM visit_document WHERE visit = ? ORDER BY what, id`, v.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d Document
		if err := rows.Scan(&d.ID, &d.What, &d.Kind, &d.Size); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// Detach takes a document away. One of another visit stays.
func (s *Store[T]) Detach(tx *database.Tx, v *Visit[T], id string) error {
	_, err := tx.Exec(`DELETE FROM visit_document WHERE id = ? AND visit = ?`, id, v.ID)
	return err
}

// Take gives a visit's documents whole, and forgets them: they go with the claim, in its
// transaction.
func (s *Store[T]) Take(tx *database.Tx, v *Visit[T]) (all []attachment.Document, err error) {
	infos, err := s.Documents(tx, v)
	if err != nil {
		return nil, err
	}
	for _, d := range infos {
		var sealed []byte
		if err := tx.QueryRow(`SELECT content FROM visit_document WHERE id = ?`, d.ID).Scan(&sealed); err != nil {
			return nil, err
		}
		plain, err := s.keys.Open(documents, "content", d.ID, sealed)
		if err != nil {
			return nil, fmt.Errorf("a document of a visit: %w", err)
		}
		all = append(all, attachment.Document{What: d.What, Kind: d.Kind, Content: plain})
	}
	_, err = tx.Exec(`DELETE FROM visit_document WHERE visit = ?`, v.ID)
	return all, err
}
