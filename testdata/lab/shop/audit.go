package shop

import (
	"context"
	"net/http"
	"time"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// Audit takes its time: AUDIT_MS for each report.
func Audit(ctx context.Context) error {
	cost := kit.EnvMS("AUDIT_MS", 120)
	return kit.ServeHTTPS(ctx, kit.Routes{"POST /audit": func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(cost)
		w.WriteHeader(http.StatusNoContent)
	}})
}
