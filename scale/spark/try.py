#!/usr/bin/env python3
"""Tries longpole_spark.py, and holds what it writes against the command: `local`, `kill` (a standalone cluster on loopback, of which an executor
and then a worker are killed) or `s3` (moto on loopback). `make scale-spark`, `scale-spark-kill` and `scale-s3` run it.
"""

import argparse
import filecmp
import glob
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def spark_home():
    import pyspark

    return os.path.dirname(pyspark.__file__)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def submit(options, master, source, partials, out, conf=(), ship=True, wait=True):
    """Starts spark-submit for a report of a folder, as JSON and as text."""
    command = [os.path.join(spark_home(), "bin", "spark-submit"), "--master", master, "--driver-memory", "1g"]
    for c in ("spark.ui.enabled=false", "spark.driver.host=127.0.0.1", "spark.driver.bindAddress=127.0.0.1", "spark.log.level=ERROR") + tuple(conf):
        command += ["--conf", c]
    if ship:
        command += ["--files", options.longpole]
    command += [os.path.join(HERE, "longpole_spark.py"), "--longpole", options.longpole, "--input", source, "--partials", partials, "--parts", "16", "--reducers", "8"]
    command += ["--flag=--budget=none", f"--output=-o=json={out}/got.json", f"--output=-o=text={out}/got.txt"]
    env = dict(os.environ, PYSPARK_PYTHON=sys.executable, PYSPARK_DRIVER_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    process = subprocess.Popen(command, env=env)
    return process.wait() if wait else process


def wanted(options, source, out, name=None):
    """What the command says of the same files."""
    subprocess.check_call([options.longpole, "report", name or source, "--budget", "none", "-o", f"json={out}/want.json", "-o", f"text={out}/want.txt"], cwd=source)


def same(out):
    for kind in ("json", "txt"):
        if not filecmp.cmp(f"{out}/got.{kind}", f"{out}/want.{kind}", shallow=False):
            subprocess.call(["diff", f"{out}/want.{kind}", f"{out}/got.{kind}"])
            sys.exit(f"what Spark made differs from what the command says: {kind}")
    print(f"same bytes: {os.path.getsize(f'{out}/got.json')} of JSON, {os.path.getsize(f'{out}/got.txt')} of text")


def local(options, out):
    code = submit(options, "local[2]", options.input, f"{out}/partials", out)
    if code:
        sys.exit(f"spark-submit ended with {code}")
    wanted(options, options.input, out)
    same(out)


def children(of, word):
    """The processes below one whose command line has a word."""
    found, left = [], [of]
    while left:
        at = left.pop()
        for task in glob.glob(f"/proc/{at}/task/*/children"):
            try:
                with open(task) as file:
                    below = [int(pid) for pid in file.read().split()]
            except OSError:
                continue
            left += below
            for pid in below:
                try:
                    with open(f"/proc/{pid}/cmdline", "rb") as file:
                        if word in file.read().decode(errors="replace"):
                            found.append(pid)
                except OSError:
                    pass
    return found


def kill(options, out):
    """One executor is killed while files are mapped, one worker with all below it while parts are reduced."""
    port, home = free_port(), spark_home()
    env = dict(os.environ, SPARK_HOME=home, SPARK_SCALA_VERSION="2.13", SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    java = [shutil.which("java"), "-Xmx256m", "-cp", f"{home}/jars/*"]
    started = []

    def start(*args):
        log = open(f"{out}/{len(started)}.log", "wb")
        started.append(subprocess.Popen(java + list(args), env=env, stdout=log, stderr=log, start_new_session=True))
        return started[-1]

    try:
        start("org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port()))
        time.sleep(5)
        master = f"spark://127.0.0.1:{port}"
        workers = [start("org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", str(free_port()), "--work-dir", f"{out}/work{i}", master) for i in range(2)]
        time.sleep(5)
        conf = ("spark.executor.memory=700m", "spark.executor.cores=1", "spark.task.maxFailures=8", f"spark.longpole.try={out}")
        process = submit(options, master, options.input, f"{out}/partials", out, conf, wait=False)
        killed = []

        def count(word):
            return sum(len(children(w.pid, word)) for w in workers)

        def meddle():
            seen = set()
            while process.poll() is None and len(seen) < 12:  # map tasks, by their children
                for w in workers:
                    seen.update(children(w.pid, " map ".replace(" ", "\0")))
                time.sleep(0.02)
            executors = [pid for w in workers for pid in children(w.pid, "CoarseGrainedExecutorBackend")]
            if executors:
                os.kill(executors[0], signal.SIGKILL)
                killed.append(f"executor {executors[0]} after {len(seen)} tasks of map")
            while process.poll() is None and len(glob.glob(f"{out}/partials/*.partial")) < 3:
                time.sleep(0.02)
            if process.poll() is None:
                lost = workers[1]
                for pid in children(lost.pid, "") + [lost.pid]:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                killed.append(f"worker {lost.pid} after {len(glob.glob(f'{out}/partials/*.partial'))} partials")

        thread = threading.Thread(target=meddle)
        thread.start()
        code = process.wait()
        thread.join()
        if code:
            sys.exit(f"spark-submit ended with {code}")
        print("; ".join(killed))
        if len(killed) != 2:
            sys.exit("not everything that was to be killed was: the input is too small")
    finally:
        for p in started:
            if p.poll() is None:
                p.terminate()
        for p in started:
            p.wait()
    wanted(options, options.input, out)
    same(out)


def s3(options, out):
    """Input and partials in a bucket that moto serves."""
    from pyarrow import fs

    port = free_port()
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_EC2_METADATA_DISABLED="true")
    with open(f"{out}/moto.log", "wb") as log:
        server = subprocess.Popen([os.path.join(os.path.dirname(sys.executable), "moto_server"), "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log)
    try:
        for _ in range(100):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        query = f"?scheme=http&endpoint_override=127.0.0.1:{port}&region=us-east-1"
        at, _ = fs.FileSystem.from_uri("s3://traces/" + query + "&allow_bucket_creation=true")
        at.create_dir("traces")
        for name in sorted(os.listdir(options.input)):
            with open(os.path.join(options.input, name), "rb") as source, at.open_output_stream(f"traces/day/{name}", compression=None) as to:
                shutil.copyfileobj(source, to, 1 << 20)
        code = submit(options, "local[2]", "s3://traces/day" + query, "s3://traces/partials" + query, out)
        if code:
            sys.exit(f"spark-submit ended with {code}")
        # The command reads the same files under the same names.
        mirror = f"{out}/mirror"
        os.makedirs(f"{mirror}/s3:/traces")
        os.symlink(os.path.abspath(options.input), f"{mirror}/s3:/traces/day")
        wanted(options, mirror, out, "s3:/traces/day/")
        for kind in ("json", "txt"):
            for side in ("want", "got"):
                with open(f"{out}/{side}.{kind}") as file:
                    text = file.read()
                with open(f"{out}/{side}.{kind}", "w") as file:
                    file.write(text.replace("s3://traces/day", "s3:/traces/day").replace("s3:/traces/day/ ", "s3:/traces/day "))
        same(out)
    finally:
        server.terminate()
        server.wait()


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("what", choices=("local", "kill", "s3"))
    p.add_argument("--longpole", required=True)
    p.add_argument("--input", required=True, help="a folder of traces")
    options = p.parse_args()
    options.longpole, options.input = os.path.abspath(options.longpole), os.path.abspath(options.input)
    with tempfile.TemporaryDirectory(prefix="longpole-scale-") as out:
        {"local": local, "kill": kill, "s3": s3}[options.what](options, out)


if __name__ == "__main__":
    main()
