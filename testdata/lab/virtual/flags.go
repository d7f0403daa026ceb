package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/longpole/longpole/testdata/lab/virtual/shop"
)

// first stands for the first cure of a scenario.
const first = "true"

// choice is a flag that needs no value.
type choice struct{ value *string }

func (c choice) Set(v string) error { *c.value = v; return nil }
func (c choice) String() string     { return "" }
func (c choice) IsBoolFlag() bool   { return true }

// setting is a flag for one setting each time.
type setting shop.Changes

func (s setting) String() string { return "" }

func (s setting) Set(v string) error {
	name, text, ok := strings.Cut(v, "=")
	if !ok {
		return fmt.Errorf("not name=value: %q", v)
	}
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		value = text // a dial, an order, a name
	}
	s[name] = value
	_, err := shop.Defaults().With(shop.Changes{name: value})
	return err
}
