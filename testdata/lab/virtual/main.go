// Command virtual is the lab in virtual time: a shop whose clock does not
// depend on the machine. It writes the spans of a scenario, healthy, faulty or
// cured, as the OpenTelemetry collector would, and the truth beside them.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"github.com/longpole/longpole/testdata/lab/virtual/otlp"
	"github.com/longpole/longpole/testdata/lab/virtual/shop"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("virtual: ")
	if err := command(os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		log.Fatal(err)
	}
}

// options are the command line.
type options struct {
	scenario, cure string
	healthy, list  bool
	out, truth     string
	start          string
	seconds        float64
	from, until    time.Duration
	set            shop.Changes

	// What they come to.
	found  shop.Scenario
	mended *shop.Cure
	world  string // healthy, fault, or cure and its name
	plan   shop.Plan
}

func parse(args []string, usage io.Writer) (options, error) {
	o := options{set: shop.Changes{}}
	flags := flag.NewFlagSet("virtual", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.StringVar(&o.scenario, "scenario", "payment-slow", "the `name` of what is wrong")
	flags.BoolVar(&o.healthy, "healthy", false, "without the fault")
	flags.Var(choice{&o.cure}, "cure", "with the fault and its first cure, or with -cure=`name` another one")
	flags.BoolVar(&o.list, "list", false, "print all scenarios and cures, and stop")
	flags.Uint64Var(&o.plan.Seed, "seed", 1, "of arrivals and service times, the same in all worlds of a scenario")
	flags.Uint64Var(&o.plan.Run, "run", 0, "`number` of the run: the same arrivals and draws on another machine (-drift, -wander)")
	flags.IntVar(&o.plan.Requests, "requests", 1000, "how many customers come")
	flags.Float64Var(&o.seconds, "seconds", 0, "how long they come, in the mean, instead of -requests")
	flags.Float64Var(&o.plan.Drift, "drift", 0, "standard `deviation` of a factor on all service times of a run")
	flags.Float64Var(&o.plan.Wander, "wander", 0, "standard `deviation` of a factor on those of each ten seconds")
	flags.DurationVar(&o.from, "from", -1, "begin the fault (with -cure: the cure) only after so long")
	flags.DurationVar(&o.until, "until", -1, "end it again")
	flags.StringVar(&o.start, "start", "", "`time` of the beginning (RFC 3339); by default a day for each -run")
	flags.StringVar(&o.out, "out", "", "`file` for the spans; standard output unless given")
	flags.StringVar(&o.truth, "truth", "", "`file` for what is true of them")
	flags.Var(setting(o.set), "set", "`name=value` of a setting in all worlds; they stand in shop/settings.go")
	err := flags.Parse(args)
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("nothing is known about %q", flags.Arg(0))
	}
	return o, err
}

func command(args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if o.list {
		return list(stdout)
	}
	if err := o.complete(); err != nil {
		return err
	}
	out, err := o.write(stdout)
	if err != nil || o.truth == "" {
		return err
	}
	return o.writeTruth(out)
}

// complete settles what the shop is before and after the change.
func (o *options) complete() error {
	var ok bool
	if o.found, ok = shop.Find(o.scenario); !ok {
		return fmt.Errorf("no scenario %q; -list prints them", o.scenario)
	}
	healthy, err := shop.Defaults().With(o.found.Both, o.set)
	if err != nil {
		return err
	}
	faulty, err := healthy.With(o.found.Fault, o.set)
	if err != nil {
		return err
	}
	switch {
	case o.healthy && o.cure != "":
		return errors.New("-healthy and -cure exclude each other")
	case o.healthy:
		o.change("healthy", healthy, healthy)
	case o.cure == "":
		o.change("fault", healthy, faulty)
	default:
		if err := o.cured(faulty); err != nil {
			return err
		}
	}
	if o.seconds > 0 {
		o.plan.Requests = int(o.seconds * o.plan.Before.Rate)
	}
	return o.begin()
}

// cured puts the cure on top of the fault.
func (o *options) cured(faulty shop.Settings) error {
	for _, c := range o.found.Cures {
		if o.cure == first || o.cure == c.Name {
			mended, err := faulty.With(c.Change)
			o.mended = &c
			o.change("cure "+c.Name, faulty, mended)
			return err
		}
	}
	return fmt.Errorf("%s has no cure %q; -list prints them", o.scenario, o.cure)
}

// change is from one world to another, from the beginning unless a time is given.
func (o *options) change(world string, before, after shop.Settings) {
	o.world = world
	o.plan.World = o.scenario + " " + world
	o.plan.Before, o.plan.After = before, after
	if o.plan.From, o.plan.Until = int64(o.from), int64(o.until); o.from < 0 {
		o.plan.Before = after
	}
}

// begin sets the time of the first customer.
func (o *options) begin() error {
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(o.plan.Run))
	if o.start != "" {
		var err error
		if start, err = time.Parse(time.RFC3339, o.start); err != nil {
			return err
		}
	}
	o.plan.Start = start.UnixNano()
	return nil
}

// write lets the shop run and writes what it exports.
func (o options) write(stdout io.Writer) (shop.Outcome, error) {
	to := stdout
	if o.out != "" {
		file, err := os.Create(o.out)
		if err != nil {
			return shop.Outcome{}, err
		}
		defer file.Close()
		to = file
	}
	writer := otlp.NewWriter(to)
	out := shop.Run(o.plan, writer.Write)
	return out, writer.Close()
}

func list(w io.Writer) error {
	for _, s := range shop.Scenarios {
		var cures []string
		for _, c := range s.Cures {
			cures = append(cures, c.Name)
		}
		if _, err := fmt.Fprintf(w, "%-20s %s\n%-20s   cures: %s\n", s.Name, s.About, "", strings.Join(cures, ", ")); err != nil {
			return err
		}
	}
	return nil
}
