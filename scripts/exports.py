"""Holds what export writes against the json of a report, as the tools say it that read it.

    exports.py pprof REPORT.json < what go tool pprof -top says of the band "slow" in nanoseconds
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


{"pprof": pprof}[sys.argv[1]](*sys.argv[2:])
