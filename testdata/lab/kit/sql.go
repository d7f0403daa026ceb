package kit

import (
	"database/sql"
	"fmt"

	"github.com/XSAM/otelsql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"go.opentelemetry.io/otel/attribute"
)

// DSN is how a service finds the database.
func DSN() string {
	return Env("POSTGRES", "postgres://lab@postgres.shop.test:15432/lab?sslmode=disable")
}

// OpenSQL is database/sql behind otelsql, with the spans that its examples
// leave out left out: one span for each statement.
func OpenSQL() (*sql.DB, error) {
	db, err := otelsql.Open("pgx", DSN(),
		otelsql.WithAttributes(attribute.String("db.system.name", "postgresql"), attribute.String("server.address", "postgres.shop.test")),
		otelsql.WithSpanOptions(otelsql.SpanOptions{OmitConnResetSession: true, OmitRows: true, OmitConnPrepare: true}))
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	db.SetMaxOpenConns(24)
	db.SetMaxIdleConns(24)
	return db, nil
}
