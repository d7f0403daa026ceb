#!/usr/bin/env python3
"""Makes a longpole report with Apache Spark: the same bytes as `longpole report FILES`, of files that lie where many can read them.

    spark-submit longpole_spark.py --longpole bin/longpole --input s3://traces/2026-11-26/ --partials s3://scratch/run-1/ \\
        --output -o=json=report.json --flag=--skew=off

Each file is read by one task (longpole map), its frames are shuffled by part, each group of parts becomes a partial (longpole reduce), and
the driver puts the partials together (longpole merge). docs/partials.md describes the protocol. Paths are local, or URIs of pyarrow.fs:
s3://, gs://, abfs://, hdfs://. README.md says where this was run and where not.
"""

import argparse
import os
import posixpath
import shutil
import struct
import subprocess
import sys
import tempfile
import threading

LEDGER = -1  # the part of the frame that a stream of frames ends with
UNUSABLE = 3  # exit code of map: the file could not be used, which merge says; of merge: refused
TOGETHER = 4  # exit code of merge: all requests together decide otherwise
BATCH = 8 << 20  # bytes of frames that one Arrow batch holds, or one frame


def filesystem(uri):
    """The file system of a path or URI, and the path in it."""
    from pyarrow import fs

    if "://" in uri:
        return fs.FileSystem.from_uri(uri)
    return fs.LocalFileSystem(), os.path.abspath(uri)


def listed(uris):
    """The files that paths mean, each as (uri it was found by, path in its file system, folder or ""): as longpole finds them, without hidden ones."""
    from pyarrow import fs

    found = []
    for uri in uris:
        at, path = filesystem(uri)
        info = at.get_file_info(path)
        if info.type == fs.FileType.File:
            found.append((uri, path, uri, ""))
            continue
        if info.type == fs.FileType.NotFound:
            sys.exit(f"{uri}: there is no such file or folder")
        inside = at.get_file_info(fs.FileSelector(path, recursive=True))
        for f in sorted((f for f in inside if f.is_file), key=lambda f: f.path.split("/")):
            below = posixpath.relpath(f.path, path)
            if not any(word.startswith(".") for word in below.split("/")):
                found.append((uri, f.path, posixpath.join(uri.split("?")[0], below), uri.split("?")[0]))
    if not found:
        sys.exit("no files are found")
    return found


def program(name):
    """The binary: where Spark has put it with --files, else where it is named."""
    from pyspark import SparkFiles

    shipped = SparkFiles.get(os.path.basename(name))
    path = shipped if os.path.exists(shipped) else name
    if not os.access(path, os.X_OK):
        os.chmod(path, 0o755)
    return path


class Child:
    """A longpole process that is fed by a thread, and read by the caller. Leaving it early kills it."""

    def __init__(self, args, feed, stdout=subprocess.PIPE):
        self.said = tempfile.TemporaryFile()
        self.process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=stdout, stderr=self.said)
        self.failed = None
        self.feeder = threading.Thread(target=self._run, args=(feed,), daemon=True)
        self.feeder.start()

    def _run(self, feed):
        try:
            with self.process.stdin as pipe:
                feed(pipe)
        except BrokenPipeError:
            pass  # its exit code says why
        except BaseException as error:  # the input: the child must not take what came for all there is
            self.failed = error
            self.process.kill()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None and error[0] is not None:
            self.process.kill()
        self.process.wait()
        self.feeder.join()

    def ended(self, well):
        """Waits for the end, and raises unless its exit code is one of those."""
        code = self.process.wait()
        self.feeder.join()
        if self.failed is not None:
            raise RuntimeError(f"the input could not be read: {self.failed}") from self.failed
        if code not in well:
            raise RuntimeError(f"{' '.join(self.process.args)} ended with {code}: {self.words()}")
        return code

    def words(self):
        self.said.seek(0)
        return self.said.read(4000).decode(errors="replace").strip()


def exactly(pipe, n):
    data = pipe.read(n)
    if len(data) != n:
        raise EOFError(f"{len(data)} of {n} bytes")
    return data


def frames(pipe):
    """The frames of a stream, each as (part, bytes)."""
    while True:
        head = pipe.read(8)
        if not head:
            return
        if len(head) != 8:
            raise EOFError("a frame is cut off")
        part, length = struct.unpack("<iI", head)
        yield part, exactly(pipe, length)


def mapper(files, options):
    """Reads the files of a partition, each with a child of its own."""

    def feeder(uri, path):
        def feed(pipe):
            with filesystem(uri)[0].open_input_stream(path, compression=None) as source:
                shutil.copyfileobj(source, pipe, 1 << 20)

        return feed

    def run(batches):
        import pyarrow as pa

        def batch(rows):
            parts, data = zip(*rows)
            return pa.RecordBatch.from_arrays([pa.array(parts, pa.int32()), pa.array(data, pa.binary())], ["part", "data"])

        for numbers in batches:
            for seq in numbers.column(0).to_pylist():
                uri, path, name, folder = files[seq]
                args = [program(options["longpole"]), "map", "-", "--as", name, "--seq", f"{seq}/{len(files)}", "--parts", str(options["parts"])]
                args += (["--folder", folder] if folder else []) + options["flags"]
                with Child(args, feeder(uri, path)) as child:
                    rows, size, last = [], 0, None
                    for part, data in frames(child.process.stdout):
                        rows.append((part, data))
                        size, last = size + len(data), part
                        if size >= BATCH:
                            yield batch(rows)
                            rows, size = [], 0
                    child.ended((0, UNUSABLE))
                    if last != LEDGER:
                        raise RuntimeError(f"{name}: the frames end without a ledger: {child.words()}")
                    yield batch(rows)

    return run


def reducer(options, facts):
    """Makes a partial of the frames of a partition, and puts it where it belongs once it is whole."""

    def run(batches):
        import pyarrow as pa
        from pyspark import TaskContext

        task = TaskContext.get()
        at, folder = filesystem(options["partials"])
        name = posixpath.join(folder, f"{task.partitionId():05d}.partial")
        attempt = posixpath.join(folder, f".attempt-{task.taskAttemptId()}-{task.partitionId():05d}")
        first = next((b for b in batches if b.num_rows), None)
        if first is None:
            return

        def feed(pipe):
            with pipe:
                for b in (b for many in ([first], batches) for b in many):
                    for part, data in zip(b.column(0), b.column(1)):
                        data = data.as_buffer()
                        pipe.write(struct.pack("<iI", part.as_py(), data.size))
                        pipe.write(data)

        with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile() as out:
            args = [program(options["longpole"]), "reduce"] + options["flags"]
            if facts is not None:
                with open(os.path.join(scratch, "facts"), "wb") as file:
                    file.write(facts)
                args += ["--facts", file.name]
            # The rows are fed by this thread: no other may ask Spark for them.
            with tempfile.TemporaryFile() as said:
                process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=out, stderr=said)
                try:
                    feed(process.stdin)
                except BrokenPipeError:
                    pass  # its exit code says why
                except BaseException:
                    process.kill()
                    process.wait()
                    raise
                code = process.wait()
                if code != 0:
                    said.seek(0)
                    raise RuntimeError(f"longpole reduce ended with {code}: {said.read(4000).decode(errors='replace').strip()}")
            out.seek(0)
            with at.open_output_stream(attempt) as to:
                shutil.copyfileobj(out, to, 1 << 20)
            at.move(attempt, name)
        yield pa.RecordBatch.from_arrays([pa.array([posixpath.basename(name)])], ["name"])

    return run


def merged(options, names, words, output, facts):
    """Puts partials together in a folder of the driver, and returns the exit code."""
    at, folder = filesystem(options["partials"])
    with tempfile.TemporaryDirectory() as local:
        for name in names:
            with at.open_input_stream(posixpath.join(folder, name)) as source, open(os.path.join(local, name), "wb") as to:
                shutil.copyfileobj(source, to, 1 << 20)
        args = [options["longpole"], "merge"] + [os.path.join(local, name) for name in names] + ["--facts", facts]
        for word in words:
            args += ["--input", word]
        return subprocess.call(args + options["flags"] + output)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--longpole", required=True, help="the program, on the driver; tasks take that of --files of spark-submit, or this path")
    p.add_argument("--input", action="append", required=True, metavar="PATH", help="a file or folder; may be repeated")
    p.add_argument("--partials", required=True, metavar="FOLDER", help="where partials go: one that all tasks reach, of this run alone")
    p.add_argument("--parts", type=int, default=64, help="into how many parts traces are divided, a power of two")
    p.add_argument("--reducers", type=int, default=0, help="how many tasks reduce (default: as many as parts, and one for ledgers)")
    p.add_argument("--flag", action="append", default=[], help="a flag of all three steps, as --flag=--budget=plan.yaml (shipped with --files: a plan must be where all tasks find it)")
    p.add_argument("--output", action="append", default=[], help="a flag of merge alone, as --output=-o=json=report.json")
    args = p.parse_args()

    from pyspark.sql import SparkSession

    spark = SparkSession.builder.appName("longpole").getOrCreate()
    files = listed(args.input)
    options = {"longpole": os.path.abspath(args.longpole), "parts": args.parts, "partials": args.partials, "flags": args.flag}
    at, folder = filesystem(args.partials)
    at.create_dir(folder, recursive=True)

    numbers = spark.range(0, len(files), 1, len(files))
    rows = numbers.mapInArrow(mapper(files, options), "part int, data binary")
    # By key: what a task gets must be the same when it is tried again.
    shuffled = rows.repartition(args.reducers or args.parts + 1, "part")

    def reduced(facts):
        return sorted(r.name for r in shuffled.mapInArrow(reducer(options, facts), "name string").collect())

    with tempfile.TemporaryDirectory() as scratch:
        facts = os.path.join(scratch, "facts")
        words = [uri.split("?")[0] for uri in args.input]
        code = merged(options, reduced(None), words, args.output, facts)
        if code == TOGETHER and os.path.exists(facts):
            with open(facts, "rb") as file:
                together = file.read()
            code = merged(options, reduced(together), words, args.output, facts)
    spark.stop()
    sys.exit(code)


if __name__ == "__main__":
    main()
