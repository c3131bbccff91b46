package player_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"intikhab/test/player"
)

func TestMain(m *testing.M) {
	player.Main(m, map[string]player.Part{"parrot": func(ctx context.Context, s *player.Stage) error {
		s.Say("began", os.Getenv("INTIKHAB_TEST_NAME"))
		for {
			select {
			case word := <-s.Words():
				s.Say("heard", word)
			case <-ctx.Done():
				s.Say("ended", os.Getenv("INTIKHAB_TEST_NAME"))
				return nil
			}
		}
	}})
}

func TestPlayer(t *testing.T) {
	var said player.Tally
	var parrots []*player.Player
	for i := range 2 {
		p := player.Start(t, "parrot", said.Hear, fmt.Sprint("INTIKHAB_TEST_NAME=p", i))
		parrots = append(parrots, p)
		p.Tell(fmt.Sprint("word ", i))
		for !said.Has("heard", fmt.Sprint("word ", i)) {
			time.Sleep(time.Millisecond)
		}
	}
	parrots[0].Finish()
	parrots[1].Kill()
	if !said.Has("ended", "p0") || said.Has("ended", "p1") || said.Count("began") != 2 {
		t.Error("one ends by itself, the other is killed")
	}
	if missing := said.Missing("began", "ended"); len(missing) != 1 || missing[0] != "p1" {
		t.Error(missing)
	}
}
