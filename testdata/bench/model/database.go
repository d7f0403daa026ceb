package model

import (
	"fmt"
	"strings"
)

func (m *Maker) describeQuery(s *Span) {
	of := s.Pod.service
	table := one(&m.dice, of.tables...)
	verb := one(&m.dice, "SELECT", "SELECT", "SELECT", "INSERT", "UPDATE")
	s.Name, s.Scope = verb+" "+table, overSQL
	text, host := m.statement(verb, table), of.name+"-"+of.store+".c9k2x.europe-west3.sql.internal"
	if of.old {
		s.Attrs = Attrs{
			{"db.system", of.store}, {"db.name", "tickets"}, {"db.statement", text}, {"db.operation", verb}, {"db.sql.table", table},
			{"db.user", of.name}, {"db.connection_string", of.store + "://" + host + ":3306"}, {"net.peer.name", host}, {"net.peer.port", int64(3306)},
		}
	} else {
		s.Attrs = Attrs{
			{"db.system.name", of.store}, {"db.namespace", "tickets"}, {"db.query.text", text}, {"db.operation.name", verb}, {"db.collection.name", table},
			{"db.response.returned_rows", int64(m.IntN(120))}, {"server.address", host}, {"server.port", int64(5432)},
			{"network.peer.address", m.ip()}, {"network.peer.port", int64(5432)},
		}
	}
	m.describeThread(s)
	m.describeBusiness(s, m.IntN(4))
}

// statement is SQL as people and object mappers write it: half a kilobyte is usual.
func (m *Maker) statement(verb, table string) string {
	switch verb {
	case "INSERT":
		return "INSERT INTO " + table + " (id, version, created_at, changed_at, customer_id, event_id, channel, state, amount, currency, valid_from, valid_to, note)\nVALUES ($1, 1, now(), now(), $2, $3, $4, $5, $6, $7, $8, $9, $10)\nON CONFLICT (id) DO UPDATE SET version = " + table + ".version + 1, changed_at = now(), state = EXCLUDED.state, amount = EXCLUDED.amount\nRETURNING id, version, created_at, changed_at"
	case "UPDATE":
		return "UPDATE " + table + " SET state = $1, version = version + 1, changed_at = now(), changed_by = $2, reason = $3 WHERE id = $4 AND version = $5 AND state NOT IN ('closed', 'void')"
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", 1+m.IntN(60)), ", ")
	return one(&m.dice,
		"SELECT id, version, state, amount, currency, created_at, changed_at FROM "+table+" WHERE id = $1 LIMIT 1",
		"SELECT t.id, t.\"name\", t.state, t.starts_at, t.doors_at, v.\"name\" AS venue, v.city, v.country, a.\"name\" AS artist, count(s.id) FILTER (WHERE s.state = 'free') AS free\n  FROM \""+table+"\" t\n  LEFT JOIN venues v ON v.id = t.venue_id\n  LEFT JOIN event_artists ea ON ea.event_id = t.id AND ea.headliner\n  LEFT JOIN artists a ON a.id = ea.artist_id\n  LEFT JOIN seats s ON s.event_id = t.id\n WHERE t.starts_at >= $1 AND t.starts_at < $2 AND v.country = $3 AND NOT t.hidden\n GROUP BY t.id, v.id, a.id\n ORDER BY t.starts_at, t.id\n LIMIT $4 OFFSET $5",
		"select x1_0.id, x1_0.version, x1_0.created_at, x1_0.changed_at, x1_0.band, x1_0.amount, x1_0.currency, x1_0.channel, x1_0.valid_from, x1_0.valid_to, f1_0.id, f1_0.kind, f1_0.share, f1_0.cap from "+table+" x1_0 left join fees f1_0 on f1_0.owner_id = x1_0.id where x1_0.id in ("+marks+") and (x1_0.valid_to is null or x1_0.valid_to > ?) order by x1_0.valid_from desc")
}

func (m *Maker) describeLookup(s *Span) {
	verb := one(&m.dice, "GET", "MGET", "SETEX", "HGETALL", "EVALSHA")
	text := verb + " " + one(&m.dice, "event:?", "seats:?", "basket:?", "price:?")
	if m.in(4) {
		text = fmt.Sprintf(`%s basket:%s {"seat":"%s","price":%d}`, verb, m.uuid(), m.hex(6), m.IntN(20000))
	}
	s.Name, s.Scope = verb, byHand
	if s.Pod.service.old {
		s.Attrs = Attrs{
			{"db.system", "redis"}, {"db.statement", text}, {"db.operation", verb}, {"db.redis.database_index", int64(0)},
			{"net.peer.name", "redis.tickets-live"}, {"net.peer.port", int64(6379)}, {"net.transport", "ip_tcp"},
		}
	} else {
		s.Attrs = Attrs{
			{"db.system.name", "redis"}, {"db.query.text", text}, {"db.operation.name", verb}, {"db.namespace", "0"},
			{"server.address", "redis.tickets-live"}, {"server.port", int64(6379)}, {"network.peer.address", m.ip()}, {"network.peer.port", int64(6379)},
		}
	}
	m.describeBusiness(s, m.IntN(2))
}
