// Package centre is the page of an operator at a display centre, where forms 15 to 17 are
// taken while the preliminary roll is on display (Elections Act 2017, chapter IV), and at
// a Registration Officer's counter, where 21 to 23 are between revisions (s. 37): opened
// once with network, it works for hours without. Claims wait on the device, sealed, and
// are sent in their order when network and session are back; each has an id that the
// device made, and comes in once however often it is sent. What the roll says is shown
// beside a claim that it contradicts. TestBatch shows the endpoint, FuzzBatch holds it
// against bytes from outside, and TestCentreOffline of test/browser is the page, in
// Chromium, with the network gone.
//
// What the sealing protects. The queue is encrypted (AES-256-GCM, W3C Web Cryptography)
// under a key that the server makes for one officer on one device and gives out to his
// session alone. The browser keeps it, not to be exported by a script, until it is locked
// away or has not been renewed for KeyHours. A device that is locked, or was not used for
// that long, opens nothing without the officer's sign-in. A device that was left open
// shows what its user sees, and whoever can read the browser's own files while the key is
// there, with tools for that, may find key and queue: it is no replacement of the disk
// encryption and screen lock that such a device must have.
package centre
