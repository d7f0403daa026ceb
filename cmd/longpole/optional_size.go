package main

import "github.com/longpole/longpole/internal/bytesize"

// An optionalSize is the value of a flag of which the default is no number.
type optionalSize struct {
	size bytesize.Size
	told bool
}

// Set reads a size as a user writes it.
func (s *optionalSize) Set(text string) error {
	s.told = true
	return s.size.Set(text)
}

// String returns what was set; help shows nothing where nothing was.
func (s *optionalSize) String() string {
	if !s.told {
		return ""
	}
	return s.size.String()
}

// Type names the value in help.
func (s *optionalSize) Type() string { return s.size.Type() }
