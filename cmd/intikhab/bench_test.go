package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// The measurements measure; what they come to is no test's business.
func TestBench(t *testing.T) {
	said, status := run(t, "bench", "roll", sampleRolls.first, "--key-file", sampleRolls.key, "--lookups", "1000", "--json")
	var r rollFigures
	if err := json.Unmarshal([]byte(said), &r); status != 0 || err != nil || r.Voters != rollVoters || r.TogetherMixed == 0 || r.SingleP99 == 0 {
		t.Errorf("bench roll: status %d, %v:\n%s", status, err, said)
	}
	said, status = run(t, "bench", "sms", sampleRolls.first, "--key-file", sampleRolls.key, "--for", "50ms", "--askers", "1000", "--texts", "500", "--json")
	runs := 0
	for line := range strings.Lines(said) {
		var r smsRun
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Acked == 0 || r.Acked != r.Questions || r.Refused != 0 {
			t.Errorf("bench sms: %v: %s", err, line)
		}
		runs++
	}
	if status != 0 || runs < 5 {
		t.Errorf("bench sms: status %d, %d runs", status, runs)
	}
}
