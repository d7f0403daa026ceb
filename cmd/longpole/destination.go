package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// A target is what one -o says: a format and where it goes; no file means stdout.
type target[F fmt.Stringer] struct {
	format F
	file   string
}

// outputFlag adds -o, which takes the names of formats.
func outputFlag[F fmt.Stringer](c *cobra.Command, specs *[]string, formats []F) {
	names := namesOf(formats)
	c.Flags().StringArrayVarP(specs, "output", "o", nil, "write `FORMAT[=FILE]`; may be repeated; formats: "+strings.Join(names, ", "))
	completes(c, "output", names...)
	c.Flags().SetAnnotation("output", goesOn, []string{"=FILE"})
}

func namesOf[F fmt.Stringer](formats []F) (names []string) {
	for _, f := range formats {
		names = append(names, f.String())
	}
	return names
}

// targetsOf reads FORMAT[=FILE] texts; hint is what to try where a format is not one of formats.
// Only one target can be stdout.
func targetsOf[F fmt.Stringer](specs []string, formats []F, hint string) ([]target[F], error) {
	var all []target[F]
	toStdout := 0
	for _, spec := range specs {
		name, file, toFile := strings.Cut(spec, "=")
		if file == "-" { // as other programs name stdout
			file, toFile = "", false
		}
		at := slices.Index(namesOf(formats), name)
		switch {
		case at < 0:
			return nil, failf(exitUsage, hint, "there is no output format %q; known are %s", name, strings.Join(namesOf(formats), ", "))
		case toFile && file == "":
			return nil, failf(exitUsage, "-o "+name+"=FILE", "-o %s= names no file", name)
		case file == "":
			toStdout++
		}
		all = append(all, target[F]{formats[at], file})
	}
	if toStdout > 1 {
		return nil, failf(exitUsage, "give all but one a file, as in -o "+specs[0]+"=FILE", "%d outputs go to stdout", toStdout)
	}
	return all, nil
}

// deliver writes what write makes to where t says. An error names the format.
func (t target[F]) deliver(a *app, write func(io.Writer) error) error {
	if err := a.deliverTo(t.file, write); err != nil {
		return fmt.Errorf("-o %s could not be written: %w", t.format, err)
	}
	return nil
}

func (a *app) deliverTo(file string, write func(io.Writer) error) error {
	if file != "" {
		return replaceFile(file, write)
	}
	return a.stream(write)
}

// stream writes to stdout. A reader that has seen enough (head, less) is no error.
func (a *app) stream(write func(io.Writer) error) error {
	w := bufio.NewWriter(a.stdout)
	err := write(w)
	if err == nil {
		err = w.Flush()
	}
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

// print writes text to stdout, as stream does.
func (a *app) print(text []byte) error {
	return a.stream(func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// replaceFile puts what write makes in the place of a file: written beside it, flushed to the
// disk, then renamed. What is no regular file, such as /dev/null or a pipe, is written to as
// it is. An error is about the file, not about the one beside it.
func replaceFile(name string, write func(io.Writer) error) error {
	to := name
	if real, err := filepath.EvalSymlinks(name); err == nil {
		to = real // the link stays one
	}
	info, err := os.Stat(to)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%q is a directory", name)
	case err == nil && !info.Mode().IsRegular():
		return overwrite(to, write)
	case err != nil:
		info = nil
	}
	if err := replace(to, info, write); err != nil {
		return fmt.Errorf("%s: %w", name, cause(err))
	}
	return nil
}

// replace replaces a regular file, of which info says how it is; nil if there is none.
func replace(name string, info fs.FileInfo, write func(io.Writer) error) (err error) {
	tmp, err := createBeside(name)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if err = buffered(tmp, write); err != nil {
		return err
	}
	if err = tmp.Sync(); err != nil {
		return err
	}
	if info != nil {
		err = tmp.Chmod(info.Mode().Perm())
	}
	if err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	return disk.rename(tmp.Name(), name)
}

// A beside is a file that is to take the place of another one.
type beside interface {
	io.WriteCloser
	Name() string
	Sync() error
	Chmod(fs.FileMode) error
}

// disk is what replacing a file asks of the system. A variable, so that tests can let each call fail.
var disk = struct {
	create func(name string) (beside, error)
	rename func(from, to string) error
}{
	func(name string) (beside, error) { return os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666) },
	os.Rename,
}

// createBeside creates a file of another name in the folder of name, with the mode that the umask
// says.
func createBeside(name string) (beside, error) {
	for n := 0; ; n++ {
		f, err := disk.create(filepath.Join(filepath.Dir(name), fmt.Sprintf(".longpole-%d-%d", os.Getpid(), n)))
		if !errors.Is(err, fs.ErrExist) || n == 1000 {
			return f, err
		}
	}
}

// cause strips the paths that the system puts into an error.
func cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

func overwrite(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	err = buffered(f, write)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}
