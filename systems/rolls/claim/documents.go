package claim

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/systems/rolls/claim/receipt"
)

// A DocumentInfo is a document of a claim without its content.
type DocumentInfo struct {
	ID    string
	What  attachment.What
	Kind  attachment.Kind
	Size  int64 // bytes
	Added time.Time
}

// attach keeps documents with a claim, each checked once more: nobody is trusted to have
// done it before.
func (s *Store) attach(tx *database.Tx, c *Claim, documents []attachment.Document) error {
	var have int
	if err := tx.QueryRow(`SELECT count(*) FROM claim_document WHERE number = ?`, string(c.Number)).Scan(&have); err != nil {
		return err
	}
	if have+len(documents) > DocumentsMost {
		return refuse(ManyDocument)
	}
	for i, d := range documents {
		if d, err := attachment.Check(d.What, d.Content); err != nil {
			return &Refused{Why: BadDocument, Err: err}
		} else {
			documents[i] = d
		}
		id := rand.Text()
		_, err := tx.Exec(`INSERT INTO claim_document (id, number, seq, what, kind, size, added, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			id, string(c.Number), have+i+1, string(documents[i].What), string(documents[i].Kind), len(documents[i].Content), database.Time{Time: c.Changed},
			s.cfg.Keys.Seal(documentTable, "content", id, documents[i].Content))
		if err != nil {
			return err
		}
	}
	return nil
}

// documents lists what came with a claim.
func (s *Store) documents(tx *database.Tx, n receipt.Number) (all []DocumentInfo, err error) {
	rows, err := tx.Query(`SELECT id, what, kind, size, added FROM claim_document WHERE number = ? ORDER BY seq`, string(n))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d DocumentInfo
		var added database.Time
		if err := rows.Scan(&d.ID, &d.What, &d.Kind, &d.Size, &added); err != nil {
			return nil, err
		}
		d.Added = added.Time
		all = append(all, d)
	}
	return all, rows.Err()
}

// Document gives a document of a claim to an officer who may read the claim, and writes
// that he saw it. A PDF is as it came, and to be sent as a file to be saved, never to be
// shown within a page.
func (s *Store) Document(tx *database.Tx, by office.Acting, n receipt.Number, id, reason string) (attachment.Document, error) {
	var a attachment.Document
	c, d, err := s.may(tx, by, n, ActRead)
	if err != nil {
		return a, err
	}
	var sealed []byte
	err = tx.QueryRow(`SELECT what, kind, content FROM claim_document WHERE id = ? AND number = ?`, id, string(n)).Scan(&a.What, &a.Kind, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return a, ErrMissing
	}
	if err != nil {
		return a, err
	}
	if a.Content, err = s.cfg.Keys.Open(documentTable, "content", id, sealed); err != nil {
		return a, fmt.Errorf("a document of claim %s: %w", n, err)
	}
	return a, audit.Seen(tx, s.now(), d.Entry(by, ActRead, c.on()+"/document:"+id, reason))
}
