//go:build !unix

package databases

func start(settings ...string) (where string, stop func(), missing string) {
	return "", nil, "a PostgreSQL for the tests is started on Unix only: INTIKHAB_POSTGRES may name a server"
}
