package critpath_test

import (
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

const ms = trace.Time(time.Millisecond)

// wantJudged judges a child of a parent that runs from 0 to length.
func wantJudged(t *testing.T, name string, length trace.Time, p, c trace.Kind, start, end trace.Time, flags trace.Flags, want critpath.Wait) {
	t.Helper()
	parent := trace.Span{End: length, Sig: &trace.Signature{Kind: p}}
	child := trace.Span{Start: start, End: end, Flags: flags, Sig: &trace.Signature{Kind: c}}
	if got := critpath.WaitOf(&parent, &child, nil); got != want {
		t.Errorf("%s: judged %q, want %q", name, got, want)
	}
}

func TestAnOverrunOfTheToleranceIsClippedAndANanosecondMoreIsAsynchronous(t *testing.T) {
	for _, c := range []struct {
		name          string
		length, limit trace.Time
	}{
		{"1 ms of a short parent", 10 * ms, ms},
		{"1 ms and 5 % alike", 20 * ms, ms},
		{"5 % of a long parent", 100 * ms, 5 * ms},
	} {
		wantJudged(t, c.name, c.length, trace.Internal, trace.Internal, 1, c.length+c.limit, 0, critpath.Blocking)
		wantJudged(t, c.name, c.length, trace.Internal, trace.Internal, 1, c.length+c.limit+1, 0, critpath.OutlivesParent)
	}
}

func TestAConsumerThatEndsWithItsParentIsWaitedFor(t *testing.T) {
	wantJudged(t, "with it", 10*ms, trace.Server, trace.Consumer, 1, 10*ms, 0, critpath.Blocking)
	wantJudged(t, "a nanosecond later", 10*ms, trace.Server, trace.Consumer, 1, 10*ms+1, 0, critpath.Messaging)
	wantJudged(t, "below a producer", 10*ms, trace.Producer, trace.Consumer, 1, 9*ms, 0, critpath.Messaging)
}

func TestWorkThatStartsWhenItsParentEndsIsAsynchronous(t *testing.T) {
	wantJudged(t, "a nanosecond before", 10*ms, trace.Internal, trace.Internal, 10*ms-1, 10*ms, 0, critpath.Blocking)
	wantJudged(t, "at the end", 10*ms, trace.Internal, trace.Internal, 10*ms, 10*ms, 0, critpath.AfterParent)
	wantJudged(t, "a server, too", 10*ms, trace.Client, trace.Server, 10*ms, 20*ms, 0, critpath.AfterParent)
}

func TestOnlyTheServerOfAClientMayOutliveIt(t *testing.T) {
	for _, c := range []struct {
		parent, child trace.Kind
		want          critpath.Wait
	}{
		{trace.Client, trace.Server, critpath.Blocking},
		{trace.Client, trace.Internal, critpath.OutlivesParent},
		{trace.Internal, trace.Server, critpath.OutlivesParent},
		{trace.Producer, trace.Server, critpath.OutlivesParent},
		{trace.Server, trace.Client, critpath.OutlivesParent},
	} {
		wantJudged(t, c.parent.String()+" above "+c.child.String(), 10*ms, c.parent, c.child, 1, 30*ms, 0, c.want)
	}
}

func TestALinkAloneIsAsynchronousWhateverTheTimes(t *testing.T) {
	wantJudged(t, "within", 10*ms, trace.Client, trace.Server, 1, 2, trace.FollowsFrom, critpath.LinkedOnly)
}
