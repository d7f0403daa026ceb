package ingest

import "github.com/longpole/longpole/trace"

// Files that could not be used, or not wholly.
var (
	TrailingBytes = trace.Code{ID: "trailing-bytes", What: "compressed files followed by other bytes, ignored"}
	Wrapped       = trace.Code{ID: "lines-wrapped", What: "files of which a container runtime, log shipper or logger had wrapped the lines, read without the wrapper"}
	SkippedFile   = trace.Code{ID: "file-skipped", What: "files of a folder skipped, as they are no trace exports or cannot be read",
		Do: "name the file itself to see why"}
	SameFile = trace.Code{ID: "same-file-twice", What: "inputs that are the same file as another one, already seen and read once"}
)
