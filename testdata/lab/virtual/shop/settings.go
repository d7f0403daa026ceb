package shop

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/longpole/longpole/testdata/lab/virtual/sim"
)

// Settings are all that can be changed about the shop. Times are milliseconds.
type Settings struct {
	Rate     float64 `json:"rate"` // requests a second
	Checkout int     `json:"checkout"`
	Search   int     `json:"search"`
	Product  int     `json:"product"`
	Dispatch int     `json:"dispatch"` // HotROD's journey
	Serve    int     `json:"serve"`    // one queue and nothing else
	Hot      int     `json:"hot"`      // percent of customers who want product 7

	Spread float64   `json:"spread"` // standard deviation of a service time with the mean 1
	Hop    float64   `json:"hop_ms"` // one way between two services
	Order  sim.Order `json:"order"`  // of every queue

	InventoryQuery float64 `json:"inventory_query_ms"`
	InventorySlow  Dial    `json:"inventory_slow"`
	InventoryPool  int     `json:"inventory_pool"`
	LockHold       float64 `json:"lock_hold_ms"` // a batch job holds product 7
	LockPause      float64 `json:"lock_pause_ms"`

	Tax            float64 `json:"tax_ms"`
	TaxProvisioned int     `json:"tax_provisioned"`
	TaxKeep        float64 `json:"tax_keep_ms"`
	TaxStart       float64 `json:"tax_start_ms"`
	Together       bool    `json:"calls_together"` // checkout asks inventory and tax at once

	Payment         float64 `json:"payment_work_ms"`
	PaymentWorkers  int     `json:"payment_workers"`
	PaymentSlow     Dial    `json:"payment_slow"`
	PaymentRefuse   Dial    `json:"payment_refuse"` // refuses the first attempt after so many ms
	PaymentOutage   float64 `json:"payment_outage_ms"`
	PaymentPeriod   float64 `json:"payment_period_ms"`
	PaymentAttempts int     `json:"payment_attempts"`
	PaymentBackoff  float64 `json:"payment_backoff_ms"`
	PaymentGrows    float64 `json:"payment_backoff_factor"` // from one wait to the next
	PaymentJitter   float64 `json:"payment_backoff_jitter"` // of a wait, up or down
	PaymentTimeout  float64 `json:"payment_timeout_ms"`     // of an attempt; 0 is none
	Bank            float64 `json:"bank_ms"`
	PaymentSkew     float64 `json:"payment_clock_ahead_ms"`

	DNS       float64 `json:"payment_dns_ms"`
	Idle      float64 `json:"payment_idle_ms"`  // how long an idle connection to payment lives
	NoReuse   string  `json:"payment_no_reuse"` // web instance that closes its connection each time
	Far       string  `json:"payment_far"`      // web instance with a long way to payment; "*" is all
	Wire      float64 `json:"payment_wire_ms"`  // that way, in each direction
	TLSRounds float64 `json:"payment_tls_roundtrips"`

	Audited   Dial    `json:"audited"` // which checkouts, and how long audit takes
	AuditSync bool    `json:"audit_sync"`
	Mail      float64 `json:"mail_ms"`

	Cache       bool    `json:"cache"`
	CacheHits   float64 `json:"cache_hits"`
	FlushAfter  float64 `json:"cache_flush_after_ms"`
	FlushEvery  float64 `json:"cache_flush_every_ms"`
	Redis       float64 `json:"redis_ms"`
	RedisLate   Dial    `json:"redis_late"`
	RecsQuery   float64 `json:"recs_query_ms"`
	RecsRank    float64 `json:"recs_rank_ms"`
	RecsSlow    Dial    `json:"recs_slow"`
	RecsSlowIn  int     `json:"recs_slow_instance"`
	RecsNewIn   int     `json:"recs_new_instance"` // which runs build 2.4.0
	RecsStuck   Dial    `json:"recs_stuck"`
	RecsTimeout float64 `json:"recs_timeout_ms"`
	RecsSingle  Dial    `json:"recs_single"` // twenty queries of so many ms in all
	RecsJoined  bool    `json:"recs_joined"` // one query where there were twenty

	Shard     float64 `json:"shard_ms"`
	ShardSlow Dial    `json:"shard_slow"`     // shard 5
	Hedge     float64 `json:"shard_hedge_ms"` // a second call after so long; 0 is none

	Sampler  string  `json:"sampler"`      // th:c keeps one trace in four
	TailSlow float64 `json:"tail_slow_ms"` // the collector keeps what took longer,
	TailRest float64 `json:"tail_rest"`    // and this share of the rest

	HotrodQuery float64 `json:"hotrod_query_ms"`
	HotrodLock  bool    `json:"hotrod_lock"`
	HotrodRedis float64 `json:"hotrod_redis_ms"`
	HotrodRoute float64 `json:"hotrod_route_ms"`
	HotrodPool  int     `json:"hotrod_route_pool"`

	ServeWork    float64 `json:"serve_ms"` // exponential
	ServeServers int     `json:"serve_servers"`
}

// Defaults is the healthy shop.
func Defaults() Settings {
	return Settings{
		Rate: 30, Checkout: 70, Search: 10, Product: 20, Spread: 0.25, Hop: 0.3,
		InventoryQuery: 3, InventoryPool: 24,
		Tax: 3, TaxProvisioned: 64, TaxKeep: 3600e3, TaxStart: 180,
		Payment: 15, PaymentWorkers: 64, PaymentPeriod: 4000, PaymentAttempts: 3, PaymentBackoff: 100, PaymentGrows: 1, Bank: 12,
		DNS: 0.5, Idle: 60e3, TLSRounds: 2, Mail: 15,
		Cache: true, CacheHits: 1, Redis: 0.3, RecsQuery: 4, RecsRank: 4, RecsTimeout: 2000, Shard: 8,
		HotrodQuery: 300, HotrodLock: true, HotrodRedis: 10, HotrodRoute: 50, HotrodPool: 3,
		ServeWork: 50, ServeServers: 1,
	}
}

// Changes are settings by name, as JSON has them.
type Changes map[string]any

// With is a copy with some changes. A name that does not exist is an error.
func (s Settings) With(changes ...Changes) (Settings, error) {
	for _, c := range changes {
		text, err := json.Marshal(c)
		if err != nil {
			return s, err
		}
		read := json.NewDecoder(bytes.NewReader(text))
		read.DisallowUnknownFields()
		if err := read.Decode(&s); err != nil {
			return s, fmt.Errorf("settings %s: %w", text, err)
		}
	}
	return s, nil
}

// Dial is a delay that hits a share of the requests, written 180@0.12.
type Dial struct{ MS, Share float64 }

// UnmarshalText reads a dial.
func (d *Dial) UnmarshalText(text []byte) error {
	if n, _ := fmt.Sscanf(string(text), "%f@%f", &d.MS, &d.Share); n != 2 {
		return fmt.Errorf("a dial is milliseconds@share, like 180@0.12, not %q", text)
	}
	return nil
}

// MarshalText writes a dial.
func (d Dial) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%g@%g", d.MS, d.Share), nil }
