package vault_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/health"
	"intikhab/test/databases"
)

var (
	cnics   = vault.Column{Table: "person", Key: "id", Name: "cnic", Index: "cnic_index"}
	phones  = vault.Column{Table: "person", Key: "id", Name: "phone"}
	secrets = vault.Column{Table: "secret", Key: "n", Name: "sealed", As: "sign-in secret"}
	voters  = vault.Column{Table: "voter", Key: "id", Name: "particulars", Index: "cnic_index", Indexed: cnicIn}
	columns = []vault.Column{cnics, phones, voters, secrets, {Table: "of_a_system_that_never_ran", Key: "id", Name: "x"}}
	made    = time.Date(2027, 1, 5, 10, 0, 0, 0, time.UTC)
	tables  = fstest.MapFS{"0001_tables.sql": {Data: []byte(`CREATE TABLE person (id TEXT PRIMARY KEY, cnic BLOB NOT NULL, cnic_index BLOB, phone BLOB);
CREATE UNIQUE INDEX person_cnic ON person (cnic_index);
CREATE TABLE voter (id BIGINT PRIMARY KEY, particulars BLOB NOT NULL, cnic_index BLOB);
CREATE UNIQUE INDEX voter_cnic ON voter (cnic_index);
CREATE TABLE secret (n BIGINT PRIMARY KEY, sealed BLOB NOT NULL);`)}}
)

func cnicOf(i int) string  { return fmt.Sprintf("35201%08d", i) }
func phoneOf(i int) string { return fmt.Sprintf("+9230%08d", i) }

// particularsOf are all that is known of a voter, in one text.
func particularsOf(i int) string { return "Name of " + strconv.Itoa(i) + "\n" + cnicOf(i) + "\nStreet" }

// cnicIn gives the CNIC in particulars.
func cnicIn(particulars string) (string, error) {
	lines := strings.Split(particulars, "\n")
	if len(lines) != 3 {
		return "", errors.New("they have not three lines")
	}
	return lines[1], nil
}

func putVoter(tx *database.Tx, keys *vault.Keyring, i int, particulars string) error {
	var index []byte
	if i%5 > 0 { // some voters are not found by a CNIC
		index = keys.Index("voter.particulars", cnicOf(i))
	}
	_, err := tx.Exec(`INSERT INTO voter (id, particulars, cnic_index) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET particulars = excluded.particulars, cnic_index = excluded.cnic_index`,
		i, keys.Seal("voter", "particulars", strconv.Itoa(i), []byte(particulars)), index)
	return err
}

// checkVoter finds voter i by the CNIC.
func checkVoter(tx *database.Tx, keys *vault.Keyring, i int) error {
	where, args := keys.Match("cnic_index", "voter.particulars", cnicOf(i))
	if i%5 == 0 {
		where, args = "id = ? AND cnic_index IS NULL", []any{i}
	}
	var id int64
	var sealed []byte
	if err := tx.QueryRow(`SELECT id, particulars FROM voter WHERE `+where, args...).Scan(&id, &sealed); err != nil {
		return fmt.Errorf("voter %d is not found: %w", i, err)
	}
	got, err := keys.Open("voter", "particulars", strconv.FormatInt(id, 10), sealed)
	if err != nil || id != int64(i) || string(got) != particularsOf(i) {
		return fmt.Errorf("voter %d is %d, %q, %w", i, id, got, err)
	}
	return nil
}

// put writes person, voter and secret i under the ring's newest key.
func put(tx *database.Tx, keys *vault.Keyring, i int) error {
	id := fmt.Sprintf("p%06d", i)
	var phone []byte
	if i%3 > 0 {
		phone = keys.Seal("person", "phone", id, []byte(phoneOf(i)))
	}
	_, err := tx.Exec(`INSERT INTO person (id, cnic, cnic_index, phone) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET cnic = excluded.cnic, cnic_index = excluded.cnic_index, phone = excluded.phone`,
		id, keys.Seal("person", "cnic", id, []byte(cnicOf(i))), keys.Index("person.cnic", cnicOf(i)), phone)
	if err != nil {
		return err
	}
	if err := putVoter(tx, keys, i, particularsOf(i)); err != nil {
		return err
	}
	sealed, _ := vault.Named{Keys: keys}.Seal("sign-in secret", []byte(cnicOf(i)))
	_, err = tx.Exec(`INSERT INTO secret (n, sealed) VALUES (?, ?) ON CONFLICT (n) DO UPDATE SET sealed = excluded.sealed`, i, sealed)
	return err
}

// check finds person i by the CNIC and opens all that is sealed.
func check(tx *database.Tx, keys *vault.Keyring, i int) error {
	where, args := keys.Match("cnic_index", "person.cnic", cnicOf(i))
	var id string
	var cnic, phone, sealed []byte
	if err := tx.QueryRow(`SELECT id, cnic, phone FROM person WHERE `+where, args...).Scan(&id, &cnic, &phone); err != nil {
		return fmt.Errorf("person %d is not found by its index: %w", i, err)
	}
	got, err := keys.Open("person", "cnic", id, cnic)
	if err != nil || string(got) != cnicOf(i) {
		return fmt.Errorf("cnic of %d: %q, %w", i, got, err)
	}
	if i%3 > 0 {
		if got, err = keys.Open("person", "phone", id, phone); err != nil || string(got) != phoneOf(i) {
			return fmt.Errorf("phone of %d: %q, %w", i, got, err)
		}
	}
	if err := checkVoter(tx, keys, i); err != nil {
		return err
	}
	if err := tx.QueryRow(`SELECT sealed FROM secret WHERE n = ?`, i).Scan(&sealed); err != nil {
		return err
	}
	if got, err = (vault.Named{Keys: keys}).Open("sign-in secret", sealed); err != nil || string(got) != cnicOf(i) {
		return fmt.Errorf("secret of %d: %q, %w", i, got, err)
	}
	return nil
}

func fill(t *testing.T, db *database.DB, keys *vault.Keyring, n int) {
	t.Helper()
	if err := db.Migrate(t.Context(), "x", tables); err != nil {
		t.Fatal(err)
	}
	err := db.Update(t.Context(), func(tx *database.Tx) error {
		for i := range n {
			if err := put(tx, keys, i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestRotatingChild is the process that TestRotationKilled kills; by itself it does
// nothing.
func TestRotatingChild(t *testing.T) {
	where := os.Getenv("INTIKHAB_TEST_ROTATE")
	if where == "" {
		return
	}
	keys, err := vault.Source{File: os.Getenv("INTIKHAB_TEST_KEYRING")}.Read()
	if err != nil {
		t.Fatal(err)
	}
	if err := vault.Rotate(t.Context(), databases.Open(t, where), keys, columns, nil); err != nil {
		t.Fatal(err)
	}
}

// TestRotationKilled kills the rotation at random instants, again and again, while
// others read and write: every value opens at all times, is found by its index, and
// at last nothing needs the old keys.
func TestRotationKilled(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		const people, rounds = 1500, 5
		db, path := databases.Open(t, where), filepath.Join(t.TempDir(), "keyring")
		made := vault.New(made)
		fill(t, db, made, people)
		if err := made.Write(path); err != nil {
			t.Fatal(err)
		}
		service, err := vault.Source{File: path}.Read()
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var work sync.WaitGroup
		for range 2 {
			work.Go(func() { serve(ctx, t, db, service, people) })
		}
		killed, left := 0, []int64{} // of 6 values a person, how many each round leaves under older keys
		for range rounds {
			made.Add(time.Now())
			if err := made.Write(path); err != nil {
				t.Error(err)
			}
			if err := service.Reload(); err != nil {
				t.Error(err)
			}
			child := exec.Command(os.Args[0], "-test.run", "^TestRotatingChild$")
			child.Env = append(os.Environ(), "INTIKHAB_TEST_ROTATE="+where, "INTIKHAB_TEST_KEYRING="+path)
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(time.Duration(30+rand.IntN(700))*time.Millisecond, func() { child.Process.Kill() })
			if child.Wait() != nil {
				killed++
			}
			uses, err := vault.Uses(t.Context(), db, columns)
			if err != nil {
				t.Error(err)
			}
			old := int64(0)
			for _, u := range uses {
				if u.Key != made.Newest() {
					old += u.Values
				}
			}
			left = append(left, old)
		}
		cancel()
		work.Wait()
		t.Logf("killed %d times of %d, values left under older keys: %v", killed, rounds, left)
		if err := vault.Rotate(t.Context(), db, made, columns, nil); err != nil {
			t.Fatal(err)
		}
		keys := made.Keys()
		for _, k := range keys[:len(keys)-1] {
			if err := vault.CanDrop(t.Context(), db, made, columns, k.ID, time.Now().Add(vault.Settled)); err != nil {
				t.Error(err)
			}
			if err := made.Drop(k.ID); err != nil {
				t.Error(err)
			}
		}
		err = db.View(t.Context(), func(tx *database.Tx) error {
			for i := range people {
				if err := check(tx, made, i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// serve reads and writes people until ctx ends.
func serve(ctx context.Context, t *testing.T, db *database.DB, keys *vault.Keyring, people int) {
	for ctx.Err() == nil {
		i := rand.IntN(people)
		err := db.View(ctx, func(tx *database.Tx) error { return check(tx, keys, i) })
		if err == nil {
			err = db.Update(ctx, func(tx *database.Tx) error { return put(tx, keys, i) })
		}
		if err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	}
}

func TestRotate(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		keys := vault.New(made)
		first := keys.Newest()
		fill(t, db, keys, 500)
		old, err := vault.Parse(keys.Reveal())
		if err != nil {
			t.Fatal(err)
		}
		second := keys.Add(made)
		if found := vault.Check(t.Context(), db, keys, columns); health.Worst(found) != health.Warning {
			t.Errorf("a rotation is due: %v", found)
		}
		if err := vault.CanDrop(t.Context(), db, keys, columns, first, made.Add(time.Hour)); err == nil || !strings.Contains(err.Error(), "500 values of person.cnic need") {
			t.Errorf("a key in use may go: %v", err)
		}
		// One value that somebody has moved, one without the part that is indexed, and
		// one that is nothing.
		err = db.Update(t.Context(), func(tx *database.Tx) error {
			if _, err := tx.Exec(`UPDATE person SET phone = (SELECT p.phone FROM person p WHERE p.id = ?) WHERE id = ?`, "p000001", "p000002"); err != nil {
				return err
			}
			if err := putVoter(tx, old, 4, "without lines"); err != nil {
				return err
			}
			_, err := tx.Exec(`UPDATE secret SET sealed = ? WHERE n = 3`, []byte{0})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var last vault.Progress
		err = vault.Rotate(t.Context(), db, keys, columns, func(p vault.Progress) { last = p })
		if !errors.Is(err, vault.ErrSealed) || !strings.Contains(err.Error(), "person.phone of row p000002") || !strings.Contains(err.Error(), "3 values") ||
			!strings.Contains(err.Error(), "voter.particulars of row 4: the part that is indexed: they have not three lines") {
			t.Errorf("damaged values: %v", err)
		}
		if last.Column.String() != secrets.String() || last.Sealed != 499 || fmt.Sprint(last.Passed) != strconv.Itoa(499) {
			t.Errorf("progress %+v", last)
		}
		for _, i := range []int{2, 3, 4} {
			if err := db.Update(t.Context(), func(tx *database.Tx) error { return put(tx, keys, i) }); err != nil {
				t.Fatal(err)
			}
		}
		if err := vault.Rotate(t.Context(), db, keys, columns, nil); err != nil {
			t.Error(err)
		}
		uses, err := vault.Uses(t.Context(), db, columns)
		if err != nil || len(uses) != 6 {
			t.Errorf("uses %v %v", uses, err)
		}
		if err := vault.CanDrop(t.Context(), db, keys, columns, first, made.Add(time.Minute)); err == nil || !strings.Contains(err.Error(), "may still seal") {
			t.Errorf("a key that a node may still use may go: %v", err)
		}
		if err := vault.CanDrop(t.Context(), db, keys, columns, first, made.Add(time.Hour)); err != nil {
			t.Error(err)
		}
		// A column that nobody has put into the list keeps its key.
		err = db.Update(t.Context(), func(tx *database.Tx) error {
			if _, err := tx.Exec(`CREATE TABLE forgotten (id TEXT PRIMARY KEY, sealed ` + map[database.Kind]string{database.SQLite: "BLOB", database.PostgreSQL: "BYTEA"}[db.Kind()] + `)`); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO forgotten VALUES (?, ?)`, "1", old.Seal("forgotten", "sealed", "1", []byte("x")))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := vault.CanDrop(t.Context(), db, keys, columns, first, made.Add(time.Hour)); err == nil || !strings.Contains(err.Error(), "forgotten.sealed") {
			t.Errorf("a forgotten column: %v", err)
		}
		for _, u := range uses {
			if u.Key != second {
				t.Errorf("%+v", u)
			}
		}
		if found := vault.Check(t.Context(), db, vault.New(made), columns); health.Worst(found) != health.Bad || len(found) != 6 {
			t.Errorf("another ring: %v", found)
		}
		if found := vault.Check(t.Context(), db, keys, columns); health.Worst(found) != health.Good {
			t.Errorf("the ring: %v", found)
		}
		// Somebody writes one value under a key that the ring does not have.
		err = db.Update(t.Context(), func(tx *database.Tx) error { return put(tx, vault.New(made), 1) })
		if err != nil {
			t.Fatal(err)
		}
		if err := vault.Rotate(t.Context(), db, keys, columns, nil); !errors.Is(err, vault.ErrNoKey) {
			t.Errorf("error %v", err)
		}
		bad := []vault.Column{{Table: "person; DROP", Key: "id", Name: "cnic"}, {Table: "person", Name: "cnic"}}
		for _, c := range bad {
			if err := vault.Rotate(t.Context(), db, keys, []vault.Column{c}, nil); err == nil {
				t.Errorf("%+v was taken", c)
			}
		}
		err = db.View(t.Context(), func(tx *database.Tx) error { return check(tx, keys, 1) })
		if !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("found under a foreign key: %v", err)
		}
	})
}
