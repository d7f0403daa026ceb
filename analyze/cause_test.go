package analyze_test

import (
	"fmt"
	"testing"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
)

// isRetry reports whether an attempt counts as one that is repeated by the next, which touches it.
func isRetry(t *testing.T, attempt, next string) bool {
	t.Helper()
	tr := testkit.DrawTrace(t, fmt.Sprintf(`
		root server    ==========
		  call client  ===        %s
		  call client     ====    %s`, attempt, next))
	return attribute.Attribute(tr, tr.Roots[0], explainer())[0].Cause == category.Retry
}

func TestAStatusAfterWhichACallerMayTryAgainIsAFailure(t *testing.T) {
	for status, want := range map[int]bool{
		200: false, 299: false, 300: false, 399: false, 400: false, 404: false, 407: false, 409: false,
		408: true, 428: false, 429: true, 430: false, 499: false, 500: true, 503: true, 599: true,
	} {
		for _, key := range []string{"http.response.status_code", "http.status_code"} {
			if got := isRetry(t, fmt.Sprintf("%s=%d", key, status), ""); got != want {
				t.Errorf("%s %d: a retry follows: %v", key, status, got)
			}
		}
	}
}

func TestAChallengeOrARedirectIsNoFailureThoughItsSpanSaysSo(t *testing.T) {
	for status, want := range map[int]bool{
		200: true, 299: true, 300: false, 302: false, 399: false, 400: true, 401: false, 402: true, 404: false, 406: true, 407: false, 408: true, 410: false,
	} {
		if got := isRetry(t, fmt.Sprintf("failed http.status_code=%d", status), ""); got != want {
			t.Errorf("failed with status %d: a retry follows: %v", status, got)
		}
	}
}

func TestSomethingThatIsNotThereIsAnAnswer(t *testing.T) {
	for words, want := range map[string]bool{
		"failed rpc.grpc.status_code=5": false, "failed rpc.grpc.status_code=14": true, "failed grpc.status_code=16": false,
		"failed cache.hit=false": false, "failed cache.hit=true": true, "failed error.type=NoSuchKey": false, "failed error.type=timeout": true,
	} {
		if got := isRetry(t, words, ""); got != want {
			t.Errorf("%q: a retry follows: %v", words, got)
		}
	}
}

func TestACallForSomethingElseIsNoRetry(t *testing.T) {
	for _, c := range []struct {
		first, next string
		want        bool
	}{
		{"target=user:1", "target=user:2", false},
		{"target=user:1", "target=user:1", true},
		{"target=user:1", "", true},
		{"", "target=user:1", true},
	} {
		if got := isRetry(t, "failed "+c.first, c.next); got != c.want {
			t.Errorf("%q after %q that failed: a retry: %v", c.next, c.first, got)
		}
	}
}

func TestACallIsRepeatedAlsoAfterCallsForSomethingElse(t *testing.T) {
	wantPieces(t, `
		root server    ============
		  get client   ===           failed db.system=redis target=1
		  get client      ==         db.system=redis target=2
		  get client        ====     db.system=redis target=1`,
		"get 3 cache retry", "get 2 cache", "get 4 cache", "root 3 app")
}

func TestAFileThatIsNotSaidIsNoAttempt(t *testing.T) {
	wantPieces(t, `
		root server                ========
		  readFile internal        ===        failed az.namespace=Microsoft.Storage
		  readFile internal           ====    az.namespace=Microsoft.Storage`,
		"readFile 3 storage", "readFile 4 storage", "root 1 app")
	wantPieces(t, `
		root server                ========
		  work internal            ===        failed
		  work internal               ====`,
		"work 3 app retry", "work 4 app", "root 1 app")
}

func TestAnAttemptThatSaysItWasSentAgainIsARetry(t *testing.T) {
	for words, want := range map[string]bool{
		"http.request.resend_count=1": true, "http.request.resend_count=0": false, "http.request.resend_count=": false,
		"grpc.previous-rpc-attempts=2": true, "grpc.previous-rpc-attempts=0": false, "": false,
	} {
		if got := isRetry(t, "", words); got != want {
			t.Errorf("%q: a retry: %v", words, got)
		}
	}
}

func TestARepeatMayTouchTheFailedAttemptButNotOverlapIt(t *testing.T) {
	wantPieces(t, `
		root server    ==========
		  call client  ===         failed
		  call client     ====`,
		"call 3 external retry", "call 4 external", "root 3 app")
	wantPieces(t, `
		root server    ==========
		  call client  ===         failed
		  call client    =======`,
		"root 2 app fanout", "call 7 external", "root 1 app")
}

func TestTheWaitBetweenAttemptsIsRetryAlsoBesideAnotherCall(t *testing.T) {
	wantPieces(t, `
		root server     ====================
		  call client    ====                 failed
		  call client           ==========
		  other          ==============`,
		"root 1 app", "call 4 external retry", "root 3 app retry", "call 10 external", "root 2 app")
}

func TestAFailedAttemptThatIsTheSlowestOfManyIsARetryAndNoFanOut(t *testing.T) {
	wantPieces(t, `
		root server     ====================
		  call client    ====
		  call client    =====
		  call client    ==========           failed
		  call client                ====`,
		"root 1 app", "call 5 external retry", "call 5 external retry", "root 2 app retry", "call 4 external", "root 3 app")
}

func TestTheMedianOfAnEvenFanIsInTheMiddleOfTheTwo(t *testing.T) {
	wantPieces(t, `
		root server    ================
		  call client   ====
		  call client   ======
		  call client   ========
		  call client   ============`,
		"root 1 app", "call 7 external", "call 5 external fanout", "root 3 app")
	wantPieces(t, `
		root server    ====================
		  call client   ==
		  call client   ====
		  call client   ======
		  call client   ============
		  call client   ==============
		  call client   ================`,
		"root 1 app", "call 9 external", "call 7 external fanout", "root 3 app")
}

func TestTwoCallsAtTheSameTimeAreNoFanOutThoughTheFamilyIsCrowded(t *testing.T) {
	wantPieces(t, `
		root server    ============
		  work         ====
		  call client   ====
		  call client   ==========`,
		"root 1 app fanout", "call 10 external", "root 1 app")
}

func TestACallThatStartsWhenTheFirstOfAFanEndsIsNotInIt(t *testing.T) {
	wantPieces(t, `
		root server    ==============
		  call client  =====
		  call client  ======
		  call client       ====
		  call client  ==============`,
		"call 6 external", "call 8 external fanout") // not 7.5, as the median of four would be
}

func TestACallThatEndsWhenTheOneOnThePathStartsIsNotInItsFan(t *testing.T) {
	wantPieces(t, `
		root server    ===============
		  call client  =====
		  call client       ==
		  call client       ===
		  call client       ==========`,
		"call 5 external", "call 3 external", "call 7 external fanout")
}

func TestCallsThatEndTogetherFirstAreAllInTheFan(t *testing.T) {
	wantPieces(t, `
		root server    ============
		  call client   ====
		  call client   ====
		  call client   ==========`,
		"root 1 app", "call 4 external", "call 6 external fanout", "root 1 app")
}

func TestCallsThatNobodyWaitedForAreInNoFan(t *testing.T) {
	wantPieces(t, `
		root server    ============
		  call client   ====
		  call client   =====       follows
		  call client   ==========`,
		"root 1 app", "call 10 external", "root 1 app")
}

func TestACallWithoutLengthEndsNoFan(t *testing.T) {
	wantPieces(t, `
		root server    ============
		  call client   =====
		  call client    |
		  call client     ====
		  call client   ==========`,
		"root 1 app", "call 6 external", "call 4 external fanout", "root 1 app")
}
