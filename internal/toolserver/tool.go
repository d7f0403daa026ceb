package toolserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Tool is a row of the table: a command of which an agent may give some values.
type Tool struct {
	Name    string
	Doc     string   // what it answers
	Command []string // the command, with flags that are always given
	Params  []Param
}

// A Param is a value that an agent may give.
type Param struct {
	Name string
	Doc  string
	Flag string // that the value is of; empty: it stands before the files
	Must bool   // it has to be given
	// After has the value name files of those that are served: they are the set after, behind this flag, and
	// the others the set before.
	After bool
}

// longest is how many bytes a value may have.
const longest = 4096

// schema is the JSON schema of the arguments.
func (t *Tool) schema() json.RawMessage {
	type property struct {
		Type        string `json:"type"`
		Description string `json:"description"`
		MaxLength   int    `json:"maxLength"`
	}
	properties, required := map[string]property{}, []string{}
	for _, p := range t.Params {
		properties[p.Name] = property{"string", p.Doc, longest}
		if p.Must {
			required = append(required, p.Name)
		}
	}
	text, _ := json.Marshal(map[string]any{ // nothing in it can fail
		"type": "object", "properties": properties, "required": required, "additionalProperties": false,
	})
	return text
}

// values reads the arguments of a call, of which nothing was checked.
func (t *Tool) values(arguments []byte) (map[string]string, error) {
	given := map[string]string{}
	if len(bytes.TrimSpace(arguments)) > 0 {
		if err := json.Unmarshal(arguments, &given); err != nil {
			return nil, errors.New("arguments are an object of texts")
		}
	}
	for name, value := range given {
		switch {
		case !slices.ContainsFunc(t.Params, func(p Param) bool { return p.Name == name }):
			return nil, fmt.Errorf("there is no argument %.50q; known are %s", name, strings.Join(t.names(), ", "))
		case len(value) > longest:
			return nil, fmt.Errorf("%s has %d bytes, more than %d", name, len(value), longest)
		case strings.ContainsRune(value, 0):
			return nil, fmt.Errorf("%s holds a zero byte", name)
		}
	}
	for _, p := range t.Params {
		if p.Must && given[p.Name] == "" {
			return nil, fmt.Errorf("%s is needed: %s", p.Name, p.Doc)
		}
	}
	return given, nil
}

func (t *Tool) names() (names []string) {
	for _, p := range t.Params {
		names = append(names, p.Name)
	}
	return names
}

// line is the command line of a call over files. Whatever the values are, they are values: flags are joined
// with theirs, and what stands alone stands behind the end of flags.
func (t *Tool) line(values map[string]string, files, always []string) ([]string, error) {
	args := slices.Concat(t.Command, always)
	var first, after []string
	afterFlag := ""
	for _, p := range t.Params {
		value := values[p.Name]
		switch {
		case value == "":
		case p.After:
			var err error
			if files, after, err = divide(files, value); err != nil {
				return nil, err
			}
			afterFlag = p.Flag
		case p.Flag == "":
			first = append(first, value)
		default:
			args = append(args, p.Flag+"="+value)
		}
	}
	if len(after) > 0 { // a flag among files: these are the user's, and none is a flag
		args = append(append(args, files...), afterFlag+"="+after[0])
		return append(args, after[1:]...), nil
	}
	return slices.Concat(args, []string{"--"}, first, files), nil
}

// divide takes the files out that a glob or a name chooses.
func divide(files []string, chosen string) (before, after []string, err error) {
	for _, f := range files {
		if f == chosen || matches(chosen, f) {
			after = append(after, f)
		} else {
			before = append(before, f)
		}
	}
	if len(before) == 0 || len(after) == 0 {
		return nil, nil, fmt.Errorf("%.100q is not some of the files: %s", chosen, strings.Join(files, ", "))
	}
	return before, after, nil
}
