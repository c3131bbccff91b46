// Package certificate is the HTTPS certificate of a listener: files that the
// commission was given, read again when they change, or one that is fetched and
// renewed from an authority by ACME (RFC 8555, through x/crypto's autocert).
// TestRenewedFilesAreTaken and TestACME show both.
package certificate
