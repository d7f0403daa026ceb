package props

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// wire is a stretch of network between two places: what goes in at ADDR comes
// out at TARGET after UP_MS, and what comes back takes DOWN_MS. SHARE of the
// packets on the way up are delayed, all of them unless told. HELLO_MS is for
// what comes first on each connection, which is the client's part of a handshake.
type wire struct {
	target          string
	up, down, hello time.Duration
	share           float64
}

// Wire carries bytes and never looks at them.
func Wire(ctx context.Context) error {
	share, err := strconv.ParseFloat(kit.Env("SHARE", "1"), 64)
	if err != nil {
		return err
	}
	w := wire{os.Getenv("TARGET"), kit.EnvMS("UP_MS", 0), kit.EnvMS("DOWN_MS", 0), kit.EnvMS("HELLO_MS", 0), share}
	listener, err := net.Listen("tcp", os.Getenv("ADDR"))
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	for {
		near, err := listener.Accept()
		if err != nil {
			return nil
		}
		go w.connect(near)
	}
}

func (w wire) connect(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", w.target)
	if err != nil {
		return
	}
	defer far.Close()
	go func() {
		carry(far, near, w.upDelay(rand.New(rand.NewPCG(uint64(kit.EnvInt("LAB_SEED", 1)), uint64(portOf(near))))))
		far.Close()
	}()
	carry(near, far, func() time.Duration {
		if w.down == 0 || !kit.Switched() {
			return 0
		}
		return w.down
	})
}

// portOf makes the dice of each connection different and, for the same order
// of connections, the same again.
func portOf(c net.Conn) int {
	return c.RemoteAddr().(*net.TCPAddr).Port
}

func (w wire) upDelay(dice *rand.Rand) func() time.Duration {
	first := true
	return func() time.Duration {
		if first && w.hello > 0 && kit.Switched() {
			first = false
			kit.NoteTrace("-", "wire.hello", w.hello)
			return w.hello
		}
		first = false
		if w.up == 0 || w.share < 1 && dice.Float64() >= w.share || !kit.Switched() {
			return 0
		}
		kit.NoteTrace("-", "wire", w.up+w.down)
		return w.up
	}
}

type packet struct {
	bytes []byte
	due   time.Time
}

// carry moves bytes so that each packet is late by its own delay, not by the
// sum of those before it.
func carry(to io.Writer, from io.Reader, delay func() time.Duration) {
	queue := make(chan packet, 256)
	go func() {
		defer close(queue)
		for {
			buf := make([]byte, 32<<10)
			n, err := from.Read(buf)
			if n > 0 {
				queue <- packet{buf[:n], time.Now().Add(delay())}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range queue {
		time.Sleep(time.Until(p.due))
		if _, err := to.Write(p.bytes); err != nil {
			return
		}
	}
}
