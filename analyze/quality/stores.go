package quality

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// A Store counts calls of a database by the attributes that they lack.
type Store struct {
	Caller, Peer string
	Calls        int
	NoSystem     int // nothing says which kind of database it is
	NoStatement  int // nothing says what was asked of it
}

type storeKey struct{ caller, peer string }

var (
	systemKeys    = []string{"db.system.name", "db.system", "db.type"}
	statementKeys = []string{
		"db.query.text", "db.statement", "db.query.summary", "sql.query", "cassandra.query", "mongodb.query",
		"db.operation.name", "db.operation",
	}
)

func (s *Survey) addStore(sig *trace.Signature) {
	d := s.explain.Work(sig)
	if d.Category != budget.DB || !d.Remote {
		return
	}
	key := storeKey{sig.Service, d.Peer}
	c := s.stores[key]
	if c == nil {
		c = &Store{Caller: sig.Service, Peer: d.Peer}
		s.stores[key] = c
	}
	c.Calls++
	if _, ok := sig.First(systemKeys...); !ok {
		c.NoSystem++
	}
	if _, ok := sig.First(statementKeys...); !ok {
		c.NoStatement++
	}
}

// storeRows returns the databases some of whose calls lack something, the busiest first.
func (s *Survey) storeRows() []Store {
	var rows []Store
	for _, c := range s.stores {
		if c.NoSystem+c.NoStatement > 0 {
			rows = append(rows, *c)
		}
	}
	slices.SortFunc(rows, func(a, b Store) int {
		return cmp.Or(cmp.Compare(max(b.NoSystem, b.NoStatement), max(a.NoSystem, a.NoStatement)),
			cmp.Compare(a.Caller, b.Caller), cmp.Compare(a.Peer, b.Peer))
	})
	return rows
}
