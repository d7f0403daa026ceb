package semconv

import "testing"

func TestATargetIsTheSameForAttemptsAtOneCall(t *testing.T) {
	for _, c := range []struct {
		key, one, other string
		same            bool
	}{
		{"db.query.text", "get user:1", "get user:2", false},
		{"db.query.text", "get user:1", "get user:1", true},
		{"cache.key", "user:1", "user:2", false},
		{"url.full", "http://pay/users/1?attempt=1", "http://pay/users/1?attempt=2", true},
		{"url.full", "http://pay-1/users/1", "http://pay-2/users/1", true},
		{"http.target", "/users/1", "/users/2", false},
		{"aws.s3.key", "a/b", "a/c", false},
		{"messaging.destination.name", "orders-1", "orders-2", false},
		{"db.statement", "INSERT INTO a VALUES (1234567), ('x')", "INSERT INTO a VALUES (1234568), ('x')", false},
	} {
		target := TargetOf(c.key)
		if target == NoTarget {
			t.Errorf("%s says no target", c.key)
		}
		if same := target.Hash([]byte(c.one)) == target.Hash([]byte(c.other)); same != c.same {
			t.Errorf("%s: %q and %q are the same target: %v", c.key, c.one, c.other, same)
		}
	}
}

func TestAStatementSaysMoreThanAPathAndThatMoreThanAnObject(t *testing.T) {
	if s, p, o := TargetOf("db.statement"), TargetOf("url.path"), TargetOf("file.path"); s >= p || p >= o {
		t.Errorf("%d %d %d", s, p, o)
	}
	if TargetOf("http.request.method") != NoTarget {
		t.Error("a method is no target")
	}
}

func TestPathsOfDifferentAttributesAreTheSameTarget(t *testing.T) {
	if URLPath.Hash([]byte("http://pay/a?b=c")) != URLPath.Hash([]byte("/a")) {
		t.Error("the path of a URL is not the path")
	}
}
