package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"intikhab/platform/health"
)

// expiresSoon is how long before its end a certificate should be seen to. A
// district office may be reached by one courier a week.
const expiresSoon = 21 * 24 * time.Hour

// CheckFiles looks at a certificate in files as browsers will: is it valid now,
// for this name, and for how long.
func CheckFiles(cert, key, host string, now time.Time) []health.Finding {
	const about = "certificate"
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return []health.Finding{health.Wrong(about, "Put the chain and its key, in PEM, where the settings say.", "%v", err)}
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return []health.Finding{health.Wrong(about, "Ask the authority for the certificate again.", "%s: %v", cert, err)}
	}
	return CheckLeaf(leaf, host, now)
}

// CheckLeaf looks at a certificate's dates and names.
func CheckLeaf(leaf *x509.Certificate, host string, now time.Time) (found []health.Finding) {
	const about = "certificate"
	day := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	switch left := leaf.NotAfter.Sub(now); {
	case now.Before(leaf.NotBefore):
		found = append(found, health.Wrong(about, "Set this machine's clock, or wait.", "is not valid before %s", day(leaf.NotBefore)))
	case left <= 0:
		found = append(found, health.Wrong(about, "Renew it: browsers refuse it now.", "ended on %s", day(leaf.NotAfter)))
	case left < expiresSoon:
		found = append(found, health.Warn(about, "Renew it.", "ends on %s, in %d days", day(leaf.NotAfter), int(left.Hours()/24)))
	default:
		found = append(found, health.Ok(about, "is valid until %s", day(leaf.NotAfter)))
	}
	if host != "" {
		if err := leaf.VerifyHostname(host); err != nil {
			found = append(found, health.Wrong(about, "Ask for one with this name, or change the name in the settings.", "%v", err))
		}
	}
	return found
}
