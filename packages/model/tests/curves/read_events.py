"""Reads a folder as a TensorBoard does that looks now and again once stdin says so.

Prints `[first look, second look]`, each `{tag: [[step, wall time, value], ...]}`.
"""

import json
import logging
import sys

from tensorboard.backend.event_processing import event_accumulator

# A purge is what is tested here, not news.
logging.disable(logging.WARNING)

accumulator = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})


def look():
    accumulator.Reload()
    return {tag: [[e.step, e.wall_time, e.value] for e in accumulator.Scalars(tag)] for tag in accumulator.Tags()["scalars"]}


first = look()
print("looked", flush=True)
sys.stdin.readline()
print(json.dumps([first, look()]))
