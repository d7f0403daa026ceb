package page

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// listCaps are how many elements lists are cut to, one after the other, until the json fits.
var listCaps = []int{50, 20, 10, 5, 3, 2, 1, 0}

// whole are lists of which every element is a figure that readers look up by its name.
var whole = map[string]bool{"percentiles": true, "levels": true, "verdicts": true}

// fittedJSON writes v in no more bytes than the style allows. Lists lose their last elements: where the
// answer counts beside a list how many more there are, and what these come to, the count grows; of all
// others "cut" says how many were left out.
func fittedJSON(w io.Writer, v any, s Style) error {
	if s.Fit == 0 {
		return EncodeJSON(w, v)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for _, most := range append([]int{len(text)}, listCaps...) {
		tree, err := parseTree(text)
		if err != nil {
			return err
		}
		tree.cutTo(most, nil)
		out.Reset()
		if err := EncodeJSON(&out, tree); err != nil {
			return err
		}
		if int64(out.Len()) <= s.Fit {
			_, err := out.WriteTo(w)
			return err
		}
	}
	return &TooSmall{int64(out.Len()), s.Fit}
}

// A tree is an object of json with its fields in order.
type tree struct {
	keys   []string
	values map[string]any // *tree, []any, json.Number, string, bool or nil
}

func (t *tree) set(key string, v any) {
	if _, known := t.values[key]; !known {
		t.keys = append(t.keys, key)
	}
	t.values[key] = v
}

// MarshalJSON writes the fields in order.
func (t *tree) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, key := range t.keys {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := json.Marshal(key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(t.values[key])
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), value...)
	}
	return append(out, '}'), nil
}

func parseTree(text []byte) (*tree, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := parseValue(d)
	if t, ok := v.(*tree); ok {
		return t, err
	}
	return &tree{values: map[string]any{}}, err
}

func parseValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		t := &tree{values: map[string]any{}}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			t.set(key.(string), v)
		}
		_, err := d.Token()
		return t, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

// A cutter cuts lists to most elements.
type cutter struct {
	most int
	kept map[string]bool // lists by their last name that are not cut
	cut  map[string]int  // elements left out, by the names that lead to the list
}

// cutTo cuts the lists of a tree, but those that are kept, and says in it what is left out.
func (t *tree) cutTo(most int, kept map[string]bool) {
	c := cutter{most: most, kept: kept, cut: map[string]int{}}
	c.object(t, "")
	if len(c.cut) > 0 {
		t.set("cut", c.cut)
	}
}

func (c *cutter) object(t *tree, path string) {
	for _, key := range t.keys {
		at := strings.TrimPrefix(path+"."+key, ".")
		switch v := t.values[key].(type) {
		case *tree:
			c.object(v, at)
		case []any:
			most := c.most
			if whole[key] {
				most = max(most, 3)
			}
			if key == "journeys" {
				most = max(1, c.most)
			}
			if len(v) > most && !c.kept[key] {
				c.count(t, key, at, v[most:])
				v = v[:most]
				t.values[key] = v
			}
			for _, e := range v {
				if inner, ok := e.(*tree); ok {
					c.object(inner, at)
				}
			}
		}
	}
}

// count notes what is left out of a list: beside it where the answer counts there.
func (c *cutter) count(t *tree, key, path string, left []any) {
	if others, ok := t.values["other_"+key].(*tree); ok {
		add(others, key, int64(len(left)))
		add(others, "observations", sumField(left, "observations"))
		return
	}
	if _, counts := t.values[key+"_more"]; counts {
		add(t, key+"_more", int64(len(left)))
		return
	}
	if _, counts := t.values["more"]; !counts {
		c.cut[path] += len(left)
		return
	}
	add(t, "more", int64(len(left)))
	add(t, "rest_ns", sumField(left, "ns"))
	add(t, "more_observations", sumField(left, "observations"))
}

// add adds to a field that is a whole number, if there is one.
func add(t *tree, key string, n int64) {
	if was, ok := t.values[key].(json.Number); ok {
		value, _ := was.Int64()
		t.values[key] = json.Number(jsonInt(value + n))
	}
}

func sumField(list []any, key string) (sum int64) {
	for _, e := range list {
		if t, ok := e.(*tree); ok {
			if n, ok := t.values[key].(json.Number); ok {
				value, _ := n.Int64()
				sum += value
			}
		}
	}
	return sum
}

func jsonInt(n int64) string {
	text, _ := json.Marshal(n)
	return string(text)
}
