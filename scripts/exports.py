"""Holds what export writes against the json of a report, as the tools say it that read it.

    exports.py pprof REPORT.json < what go tool pprof -top says of the band "slow" in nanoseconds
    exports.py processor              whether there is a trace processor of the package perfetto
    exports.py perfetto FILE.json
"""
import json
import re
import sys


def pprof(report):
    journey = json.load(open(report))["journeys"][0]
    slow = journey["tail"]["slow"]
    said = {m[2]: int(m[1]) for m in (re.match(r"\s*(\d+)ns\s+\S+\s+\S+\s+\S+\s+\S+\s+(.*\S)", line) for line in sys.stdin) if m}
    shares = slow["by"]["operation"]["shares"]
    assert len(said) >= len(shares) > 0, (said, shares)
    for share in shares:
        mean = said[share["name"]] / slow["observations"]
        assert abs(mean - share["ns"]) <= 1, (share, mean)


def processor():
    """Fails where the trace processor, which the package fetches when it is first used, cannot be had."""
    from perfetto.trace_processor import TraceProcessor

    TraceProcessor(trace=iter([b'{"traceEvents":[]}'])).close()


def perfetto(trace):
    from perfetto.trace_processor import TraceProcessor

    tp = TraceProcessor(trace=trace)
    query = """select p.pid as pid, sum(s.dur) as path, max(s.ts + s.dur) - min(s.ts) as whole from slice s
        join thread_track t on s.track_id = t.id join thread using (utid) join process p using (upid)
        where thread.name = 'critical path' group by p.pid"""
    rows = list(tp.query(query))
    assert rows
    for r in rows:
        assert abs(r.path - r.whole) <= 1000, (r.pid, r.path, r.whole)


{"pprof": pprof, "processor": processor, "perfetto": perfetto}[sys.argv[1]](*sys.argv[2:])
