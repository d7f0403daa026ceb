package process

import "testing"

func TestOnlyTheExitCodeThatIsAcceptedIsNoFailure(t *testing.T) {
	for _, c := range []struct {
		script string
		accept int
		fails  bool
	}{
		{"exit 0", 0, false},
		{"exit 1", 0, true},
		{"exit 1", 1, false},
		{"exit 3", 1, true},
		{"kill -9 $$", 1, true},
	} {
		_, err := Command{Args: []string{"sh", "-c", c.script}, Accept: c.accept}.Run(t.Context())
		if (err != nil) != c.fails {
			t.Errorf("%s, accepting %d: %v", c.script, c.accept, err)
		}
	}
}

func TestWhatAProcessTookIsItsOwnTime(t *testing.T) {
	busy, err := Command{Args: []string{"sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"}}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	idle, err := Command{Args: []string{"sleep", "0.2"}}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if idle.CPU > busy.CPU || idle.Wall < idle.CPU {
		t.Errorf("sleeping took %v, counting %v", idle, busy)
	}
}
