package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/jaegertracing/jaeger/examples/hotrod/services/config"
)

const module = "github.com/jaegertracing/jaeger"

// truth is what a test may hold an analysis of the recordings against. Times are nanoseconds.
type truth struct {
	Module     string          `json:"module"`
	Version    string          `json:"version"`
	Load       loadTruth       `json:"load"`
	Configured configured      `json:"configured"`
	Recordings []recordedTruth `json:"recordings"`
}

type loadTruth struct {
	Seed      uint64 `json:"seed"`
	MeanGap   int64  `json:"meanGapNs"`
	Requests  int    `json:"requests"`
	Customers []int  `json:"customers"`
}

// delay is a sleep of HotROD: normally distributed, and drawn anew for each call.
type delay struct {
	Mean   time.Duration `json:"meanNs"`
	StdDev time.Duration `json:"stdDevNs"`
}

// configured is HotROD as it comes. What services/config does not export is read from the source named.
type configured struct {
	MySQLGet         delay         `json:"mysqlGet"`
	MySQLConnections int           `json:"mysqlConnections"` // services/customer/database.go: one lock
	RedisFind        delay         `json:"redisFind"`
	RedisGet         delay         `json:"redisGet"`
	RedisFailsEvery  int           `json:"redisFailsEvery"` // services/driver/redis.go: errorSimulator, over all requests
	RedisTimeout     time.Duration `json:"redisTimeoutNs"`  // what a failed get sleeps more
	RedisAttempts    int           `json:"redisAttempts"`   // services/driver/server.go
	Drivers          int           `json:"drivers"`         // services/driver/redis.go: gets in turn, then routes at once
	RouteCalc        delay         `json:"routeCalc"`
	RouteWorkers     int           `json:"routeWorkers"` // shared by all requests
}

// implied is what the configuration says that a request takes which meets no other and no spread.
type implied struct {
	MySQL  time.Duration `json:"mysqlNs"`
	Driver time.Duration `json:"driverNs"`
	Route  time.Duration `json:"routeNs"`
}

type recordedTruth struct {
	File    string   `json:"file"`
	Flags   []string `json:"flags"`
	Implied implied  `json:"implied"`
	summary
}

// asItComes reads the numbers from the module that is recorded, so that they cannot differ from it.
func asItComes() configured {
	return configured{
		MySQLGet:         delay{config.MySQLGetDelay, config.MySQLGetDelayStdDev},
		MySQLConnections: 1,
		RedisFind:        delay{config.RedisFindDelay, config.RedisFindDelayStdDev},
		RedisGet:         delay{config.RedisGetDelay, config.RedisGetDelayStdDev},
		RedisFailsEvery:  5,
		RedisTimeout:     2 * config.RedisGetDelay,
		RedisAttempts:    3,
		Drivers:          10,
		RouteCalc:        delay{config.RouteCalcDelay, config.RouteCalcDelayStdDev},
		RouteWorkers:     config.RouteWorkerPoolSize,
	}
}

// implies does the arithmetic: ten good gets need 12.5 when every fifth fails, and ten routes go in rounds of the pool.
func (c configured) implies() implied {
	failed := time.Duration(c.Drivers) * (c.RedisGet.Mean + c.RedisTimeout) / time.Duration(c.RedisFailsEvery-1)
	rounds := (c.Drivers + c.RouteWorkers - 1) / c.RouteWorkers
	return implied{
		MySQL:  c.MySQLGet.Mean,
		Driver: c.RedisFind.Mean + time.Duration(c.Drivers)*c.RedisGet.Mean + failed,
		Route:  time.Duration(rounds) * c.RouteCalc.Mean,
	}
}

// writeTruth counts every recording again and says what they should show.
func writeTruth(o options) error {
	t := truth{
		Module:     module,
		Version:    version(),
		Load:       loadTruth{o.load.Seed, int64(o.load.Gap), o.load.Requests, customers},
		Configured: asItComes(),
	}
	for _, r := range recordings {
		s, err := summarize(filepath.Join(o.out, r.file()))
		if err != nil {
			return err
		}
		t.Recordings = append(t.Recordings, recordedTruth{r.file(), r.flags, r.repaired(asItComes()).implies(), s})
	}
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(o.out, "truth.json"), append(text, '\n'), 0o644)
}

// version returns the module's version that this binary was built with.
func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, d := range info.Deps {
		if d.Path == module {
			return d.Version
		}
	}
	return "unknown"
}
