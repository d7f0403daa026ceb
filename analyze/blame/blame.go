package blame

import (
	"math/bits"
	"time"
)

// A Subject is what a sentence is about.
type Subject string

// The subjects.
const (
	Typical Subject = "typical" // where the time of a typical request goes
	Tail    Subject = "tail"    // what the slow requests add
	Nothing Subject = "nothing" // nothing stands out
)

// Times are what is known of a journey.
type Times struct {
	Requests int
	Typical  []Part // of a typical request
	Total    time.Duration
	Adds     []Part // slow minus typical
	Extra    time.Duration
	Slow     int // requests in the tail
	Far      int // of them, those that are nearer to the tail's mean than to the typical
}

// An Answer is what is worth saying. Places are those that hold most of Total, the largest first;
// where no few do, and a layer does, Layer and Spread say in how many places it is.
type Answer struct {
	Subject Subject
	Total   time.Duration
	Places  []Place
	Layer   string
	Took    time.Duration
	Spread  int
	// Largest is the largest place where none stands out, if it is worth a word.
	Largest *Place
	// Beside is what the slow requests add, too, where the subject is a typical one.
	Beside *Answer
	// Most is the place with most of what the slow requests add, where that is as much as a typical request
	// takes and no few places hold most of it.
	Most *Place
}

const (
	// fewest is how many requests a tail is told from the typical by.
	fewest = 20
	// fewestFar is how many slow requests make a tail: fewer are accidents.
	fewestFar = 3
	// fewestBeside is how many make one that is worth a second thought.
	fewestBeside = 30
)

// HasTail reports whether there are enough requests to tell slow ones from typical ones, and a
// difference of at least a tenth of what the slow ones take: less is not blamed.
func (t *Times) HasTail() bool {
	return t.Requests >= fewest && t.Extra*9 >= t.Total && t.Extra > 0
}

// Of decides what is worth saying. The larger of the two is said, if it stands out; else the tail where that does and
// is half as large at least.
func Of(t Times) Answer {
	tail := t.tail()
	if tail != nil && t.Extra >= t.Total {
		return *tail
	}
	answer := about(Typical, t.Typical, t.Total)
	if tail == nil {
		answer.Most = t.most()
		return answer
	}
	if t.Slow < fewestBeside {
		return answer
	}
	if answer.Subject == Nothing && t.Extra >= t.Total/2 {
		return *tail
	}
	answer.Beside = tail
	return answer
}

// tail returns what the slow requests add, or nil where that is not worth a sentence.
func (t *Times) tail() *Answer {
	if !t.HasTail() || t.Far < fewestFar {
		return nil
	}
	a := about(Tail, t.Adds, t.Extra)
	if a.Subject == Nothing {
		return nil
	}
	return &a
}

// most returns the place with most of a long tail, or nil where there is none.
func (t *Times) most() *Place {
	all := Places(t.Adds)
	if !t.HasTail() || t.Far < fewestFar || t.Extra < t.Total || len(all) == 0 {
		return nil
	}
	return &all[0]
}

// about finds the few places that hold most of a time.
func about(s Subject, parts []Part, total time.Duration) Answer {
	a := Answer{Subject: s, Total: total}
	if total <= 0 {
		a.Subject = Nothing
		return a
	}
	all := Places(parts)
	most := 3
	if s == Typical {
		most = 2 // three places with most of a request are a request
	}
	if a.Places = few(all[:min(most, len(all))], total); a.Places != nil {
		return a
	}
	if name, took, in := layer(parts); holds(took, total, 75) && s == Tail {
		a.Layer, a.Took, a.Spread, a.Largest = name, took, in, &all[0]
		return a
	}
	a.Subject = Nothing
	if len(all) > 0 && holds(all[0].Time, total, 40) {
		a.Largest = &all[0]
	}
	return a
}

// few returns the one, two or three places that hold most of a time: one 60 %, two 75 %, or three
// 85 %, of which none is much smaller than the others.
func few(all []Place, total time.Duration) []Place {
	var sum time.Duration
	for i, p := range all {
		sum += p.Time
		switch {
		case i == 0 && holds(sum, total, 60):
		case i == 1 && holds(sum, total, 75) && holds(p.Time, total, 20):
		case i == 2 && holds(sum, total, 85) && holds(p.Time, total, 20):
		default:
			continue
		}
		return all[:i+1]
	}
	return nil
}

// holds reports whether part is at least so many hundredths of a whole.
func holds(part, whole time.Duration, hundredths uint64) bool {
	if part < 0 {
		return false
	}
	hi, lo := bits.Mul64(uint64(part), 100)
	most, least := bits.Mul64(uint64(whole), hundredths)
	return hi > most || hi == most && lo >= least
}
