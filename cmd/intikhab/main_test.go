package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/rogpeppe/go-internal/testscript"
)

// In the tests, the test binary is intikhab too: scripts and tests run it as a
// process of its own, under that name.
func TestMain(m *testing.M) {
	testscript.Main(withRolls{m}, map[string]func(){"intikhab": main})
}

// The commands as an operator types them; testdata/script has the sessions.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"gzip":    onFile(gzipped),
			"zstd":    onFile(zstded),
			"parquet": onFile(parquetVoters),
			"flip":    onFile(flipped),
			"half":    onFile(func(b []byte) ([]byte, error) { return b[:len(b)/2], nil }),
			"mode":    hasMode,
		},
	})
}

// onFile makes a script command of something done to bytes: NAME FROM TO.
func onFile(do func([]byte) ([]byte, error)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 2 {
			ts.Fatalf("usage: NAME FROM TO")
		}
		b, err := do([]byte(ts.ReadFile(args[0])))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o600))
	}
}

func gzipped(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

func zstded(b []byte) ([]byte, error) {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, err
	}
	return w.EncodeAll(b, nil), w.Close()
}

// parquetVoters makes Parquet of a voters table in CSV.
func parquetVoters(b []byte) ([]byte, error) {
	type voter struct {
		CNIC      string `parquet:"cnic"`
		Block     string `parquet:"block_code"`
		Gender    string `parquet:"gender"`
		Serial    int32  `parquet:"serial"`
		Household int32  `parquet:"household"`
	}
	lines, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		return nil, err
	}
	var voters []voter
	for _, l := range lines[1:] {
		serial, _ := strconv.Atoi(l[3])
		household, _ := strconv.Atoi(l[4])
		voters = append(voters, voter{l[0], l[1], l[2], int32(serial), int32(household)})
	}
	var out bytes.Buffer
	err = parquet.Write(&out, voters)
	return out.Bytes(), err
}

// flipped changes one bit in the middle.
func flipped(b []byte) ([]byte, error) {
	b[len(b)/2] ^= 0x10
	return b, nil
}

// hasMode checks the permissions of a file: mode 600 FILE.
func hasMode(ts *testscript.TestScript, neg bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); (got == args[0]) == neg {
		ts.Fatalf("%s has mode %s", args[1], got)
	}
}
