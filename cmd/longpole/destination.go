package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// A destination is what one -o says: the name of a format and where it goes; no file means
// stdout.
type destination struct{ format, file string }

// destinations reads FORMAT[=FILE] texts. known refuses formats that there are not. Only one of
// them can go to stdout.
func destinations(specs []string, known func(name string) error) ([]destination, error) {
	var all []destination
	toStdout := 0
	for _, spec := range specs {
		name, file, toFile := strings.Cut(spec, "=")
		if err := known(name); err != nil {
			return nil, err
		}
		if file == "-" { // as other programs name stdout
			file, toFile = "", false
		}
		if toFile && file == "" {
			return nil, failf(exitUsage, "-o "+name+"=FILE", "-o %s= names no file", name)
		}
		if file == "" {
			toStdout++
		}
		all = append(all, destination{name, file})
	}
	if toStdout > 1 {
		return nil, failf(exitUsage, "give all but one a file, as in -o "+specs[0]+"=FILE", "%d outputs go to stdout", toStdout)
	}
	return all, nil
}

// deliver writes what write makes to where d says. An error names the format.
func (a *app) deliver(d destination, write func(io.Writer) error) error {
	err := a.deliverTo(d.file, write)
	if err != nil {
		return fmt.Errorf("-o %s could not be written: %w", d.format, err)
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
// it is.
func replaceFile(name string, write func(io.Writer) error) (err error) {
	if to, err := filepath.EvalSymlinks(name); err == nil {
		name = to // the link stays one
	}
	info, statErr := os.Stat(name)
	if statErr == nil && info.IsDir() {
		return fmt.Errorf("%q is a directory", name)
	}
	if statErr == nil && !info.Mode().IsRegular() {
		return overwrite(name, write)
	}
	tmp, err := createBeside(name)
	if err != nil {
		return about(name, err)
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
	if statErr == nil {
		err = tmp.Chmod(info.Mode().Perm())
	}
	if err != nil {
		return err
	}
	if err = tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

// createBeside creates a file of another name in the folder of name, with the mode that the umask
// says.
func createBeside(name string) (*os.File, error) {
	for n := 0; ; n++ {
		beside := filepath.Join(filepath.Dir(name), fmt.Sprintf(".longpole-%d-%d", os.Getpid(), n))
		f, err := os.OpenFile(beside, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) || n == 1000 {
			return f, err
		}
	}
}

// about makes an error about a temporary file one about the file that it stands for.
func about(name string, err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return fmt.Errorf("%s: %w", name, failed.Err)
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
