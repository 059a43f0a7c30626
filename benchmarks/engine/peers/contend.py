"""The process of a peer: `startContestant` of contestant.mjs says what goes over stdin and stdout."""
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "shared"))
from peak_memory import PeakMemory  # noqa: E402

folder = Path(sys.argv[1])
problem = json.loads((folder / "problem.json").read_text())
# nnU-Net prints to stdout; what is ours goes to the real one.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def say(**event):
    print(json.dumps(event), file=answers, flush=True)


def array(name):
    return np.load(folder / f"{name}.npy")


def contend(run, result, precision="float32", note=None):
    """run() does the work once; result() is plain JSON of what the implementations must agree on."""
    memory = PeakMemory()
    run()
    say(phase="ready", precision=precision, note=note)
    for line in sys.stdin:
        word, *count = line.split()
        if word != "run":
            break
        seconds = []
        for _ in range(int(count[0])):
            begin = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - begin)
        say(phase="ran", seconds=seconds)
    say(phase="done", peakMiB=memory.mib(), result=result())
