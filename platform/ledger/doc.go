// Package ledger is the public log: a list to which the commission can add and from
// which nobody can take. Its entries are commitments to records, never the records
// (see [Entry] and [Commit]); a signed checkpoint stands for all entries up to it,
// and whoever has an old one can prove that a later one only added.
//
// The files are those of C2SP tlog-tiles, the checkpoints those of tlog-checkpoint,
// the hashes those of RFC 6962: any web server can serve the folder, and any client
// of such logs can read it. TestForeignClients reads it with two that are not ours,
// and TestKill shows that what was acknowledged outlives kill -9. The engine is
// github.com/transparency-dev/tessera.
//
// # What holds when
//
// After [Log.Append] returns nil, its entries are on the disk, in the tree, and
// covered by a checkpoint that is on the disk and that everybody can fetch. Each
// bundle, each tile and the state of the tree is written with O_SYNC under another
// name and then renamed, and the folder is synced, before the next one is begun; the
// state of the tree comes last. So after kill -9, and after a loss of power on a disk
// that keeps its promises, the tree is that of the last state, whatever stood half
// written beyond it; [Open] removes that.
//
// Holes that remain. A plain web server over the folder may show files beyond the
// checkpoint, which a later run overwrites: readers begin at the checkpoint, as
// tlog-tiles says, and [Log.Routes] serves nothing beyond it. Such a server may also
// show a checkpoint in the instant before its folder is synced; if the power goes in
// that instant, the checkpoint before it is shown until the log runs again. A folder
// that was restored from an old copy forgets what was published since; what it then
// signs is a fork, and only a witness or somebody with a newer checkpoint can tell
// (see docs/ledger-format.md).
package ledger
