package ingest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/longpole/longpole/internal/errtext"
	"github.com/longpole/longpole/trace"
)

// An input is something to read: a file, or standard input.
type input struct {
	name   string
	size   int64  // as stored; 0 if unknown
	folder string // the folder it was found in; "" if it was named itself
	again  bool   // it can be read a second time
	open   func() (io.ReadCloser, error)
}

// A finder turns names into inputs, each file once.
type finder struct {
	o      *Options
	inputs []input
	infos  map[fileKey][]os.FileInfo // listed so far
	ledger *trace.Ledger
	errs   []error
}

// A fileKey is the same for two names of one file; files that share it are compared.
type fileKey struct {
	size     int64
	modified time.Time
}

// find lists what names mean, in their order; files of a folder in order of their path.
func find(names []string, o *Options) ([]input, *trace.Ledger, []error) {
	f := &finder{o: o, ledger: &trace.Ledger{}, infos: map[fileKey][]os.FileInfo{}}
	for _, name := range names {
		f.name(name)
	}
	return f.inputs, f.ledger, f.errs
}

// Paths lists the files that names mean: themselves, those of folders, and those that globs match.
// Names that mean none are left out, and so is stdin.
func Paths(names []string) (paths []string) {
	inputs, _, _ := find(names, &Options{})
	for _, in := range inputs {
		if in.name != "-" {
			paths = append(paths, in.name)
		}
	}
	return paths
}

func (f *finder) fail(name string, err error, hint string) {
	f.errs = append(f.errs, &FileError{Name: name, Err: errtext.Cause(err), Hint: hint})
}

func (f *finder) name(name string) {
	if name == "-" {
		f.stdin()
		return
	}
	info, err := os.Stat(name)
	if err != nil && strings.ContainsAny(name, "*?[{") {
		f.glob(name)
		return
	}
	switch {
	case err != nil:
		f.fail(name, err, hintFor(err))
	case info.IsDir():
		f.folder(name)
	default:
		f.add(name, info, "")
	}
}

func (f *finder) stdin() {
	in := f.o.Stdin
	if in == nil {
		in = os.Stdin
	}
	f.inputs = append(f.inputs, input{name: "-", open: func() (io.ReadCloser, error) {
		return io.NopCloser(in), nil
	}})
}

func (f *finder) glob(pattern string) {
	names, err := doublestar.FilepathGlob(pattern, doublestar.WithFilesOnly(), doublestar.WithNoFollow())
	if err != nil {
		f.fail(pattern, fmt.Errorf("bad glob: %w", err), "quote special characters with a backslash")
		return
	}
	if len(names) == 0 {
		f.fail(pattern, errors.New("no such file: nothing matches the glob"), "** stands for any depth of folders")
	}
	for _, name := range names {
		if info, err := os.Stat(name); err != nil {
			f.fail(name, err, hintFor(err))
		} else {
			f.add(name, info, "")
		}
	}
}

// folder adds the regular files below dir. Links to folders are not followed, so loops
// cannot happen; what is left out is named.
func (f *finder) folder(dir string) {
	before := len(f.inputs)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			f.fail(path, err, hintFor(err))
			return nil
		case path != dir && strings.HasPrefix(e.Name(), "."):
			return hidden(e)
		case e.IsDir():
			return nil
		}
		info, err := os.Stat(path)
		switch {
		case err != nil:
			f.skip(path, errtext.Cause(err).Error())
		case !info.Mode().IsRegular():
			f.skip(path, "not a regular file: "+info.Mode().Type().String())
		default:
			f.add(path, info, dir)
		}
		return nil
	})
	if err == nil && len(f.inputs) == before && len(f.errs) == 0 {
		f.fail(dir, errors.New("no files in this directory"), "name the directory that holds the trace files")
	}
}

func hidden(e fs.DirEntry) error {
	if e.IsDir() {
		return filepath.SkipDir
	}
	return nil
}

func (f *finder) skip(path, why string) {
	f.ledger.Count(SkippedFile, 1, trace.Example{File: path, Offset: -1, Text: why})
}

// add lists a file unless it was listed before, under whatever name.
func (f *finder) add(path string, info os.FileInfo, folder string) {
	key := fileKey{info.Size(), info.ModTime()}
	for _, other := range f.infos[key] {
		if os.SameFile(other, info) && info.Mode().IsRegular() {
			f.ledger.Count(SameFile, 1, trace.Example{File: path, Offset: -1})
			return
		}
	}
	f.infos[key] = append(f.infos[key], info)
	size := int64(0)
	if info.Mode().IsRegular() {
		size = info.Size()
	}
	f.inputs = append(f.inputs, input{name: path, size: size, folder: folder, again: info.Mode().IsRegular(), open: func() (io.ReadCloser, error) {
		return os.Open(path)
	}})
}
