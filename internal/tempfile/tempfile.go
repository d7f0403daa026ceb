package tempfile

import (
	"os"
	"path/filepath"
)

// A File is one that only this process can see. Close it: there are systems where an open file
// keeps its name.
type File struct {
	*os.File
	folder string // that must be removed with it; "" if it is gone already
}

// New makes a file in the folder of the system for temporary ones.
func New() (*File, error) {
	folder, err := os.MkdirTemp("", "longpole-")
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(folder, "data"), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		os.Remove(folder)
		return nil, err
	}
	if os.Remove(f.Name()) == nil {
		os.Remove(folder)
		folder = ""
	}
	return &File{f, folder}, nil
}

// Close gives back what the file takes.
func (f *File) Close() error {
	err := f.File.Close()
	if f.folder != "" {
		os.RemoveAll(f.folder)
	}
	return err
}
