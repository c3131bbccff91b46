// Package vault is the lock on columns with personal data: a value is sealed before
// it goes into the database, under a key that lies outside it, so that whoever
// steals the database or a backup of it reads no CNIC, telephone number or address.
// It uses XChaCha20-Poly1305 (RFC 8439 with the longer nonce of
// draft-irtf-cfrg-xchacha), and keys derived by HKDF (RFC 5869);
// TestSealedElsewhereIsRefused and TestRotationKilled show it.
//
// A sealed value is bound to its table, column and row: moved to another place it
// does not open. It names its key, so that keys can be changed while the service
// runs: [Keyring.Add] makes a new key, [Rotate] seals every value anew, and then the
// old key can go.
//
// A value is looked up by its blind index, a keyed hash in a column beside it; see
// [Keyring.Index].
//
// What remains: a sealed value shows how long it is; two rows with the same blind
// index have the same value, which is what it is for; and someone who can write the
// database can put back an older value of the same place, or take one away.
package vault
