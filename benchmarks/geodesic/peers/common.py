"""What every peer's process shares: reads a problem, times a solver, measures memory and errors.

    python PEER.py FOLDER

FOLDER holds problem.json (dims, spacing, weights, cutoff, classes, threads), image.npy, seeds.npy, probability_C.npy,
exact_C.npy and exact_fastgeodis_C.npy, arrays [Z, Y, X]. On stdout one JSON object a line: {"phase": "ready"} once the inputs and touched outputs are
in memory and the solver is warm, {"phase": "timed", "seconds", "runs", "peakMiB"}, {"phase": "done", "maxError",
"meanError", "note"}.
"""
import json
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "shared"))
from peak_memory import PeakMemory  # noqa: E402

# The median of so many runs, where they take less than so long together; else one run.
RUNS = 3
REPEATED_SECONDS = 20


@dataclass
class Case:
    """One class's problem; `h` is the spacing over the smallest, for z, y, x."""

    folder: Path
    image: np.ndarray
    seeds: np.ndarray
    probability: np.ndarray
    seed_class: int
    h: tuple
    w_d: float
    w_g: float
    w_p: float
    cutoff: float
    threads: int
    prepared: object = field(default=None)

    def seed_indices(self):
        """[(z, y, x), ...]"""
        return [tuple(int(i) for i in index) for index in np.argwhere(self.seeds == self.seed_class)]


def say(**event):
    print(json.dumps(event), flush=True)


def load(folder):
    problem = json.loads((folder / "problem.json").read_text())
    image, seeds = np.load(folder / "image.npy"), np.load(folder / "seeds.npy")
    h = tuple(size / min(problem["spacing"]) for size in reversed(problem["spacing"]))
    weights = problem["weights"]
    return [
        Case(folder, image, seeds, np.load(folder / f"probability_{c}.npy"), c, h, weights["distance"], weights["gradient"],
             weights["probability"], problem["cutoff"], problem["threads"])
        for c in range(problem["classes"])
    ]


def tiny(case):
    """A problem of a few voxels that loads libraries and starts threads."""
    seeds = np.full((8, 12, 16), 255, np.uint8)
    seeds[4, 6, 8] = case.seed_class
    return replace(case, image=np.zeros(seeds.shape, np.float32), probability=np.ones(seeds.shape, np.float32), seeds=seeds)


def main(solve, note, prepare=None, compare=None):
    """
    solve(case) -> distances [Z, Y, X] of a class. prepare(case) -> what `solve` finds in case.prepared: inputs of another
    problem than ours, made outside the time. compare(case) -> exact distances of the peer's own cost.
    """
    cases = load(Path(sys.argv[1]))
    if prepare:
        for case in cases:
            case.prepared = prepare(case)
    outputs = [np.zeros(case.image.shape, np.float32) for case in cases]
    for output in outputs:
        output.fill(1)
    warm = tiny(cases[0])
    if prepare:
        warm.prepared = prepare(warm)
    solve(warm)
    say(phase="ready")

    seconds, peak = [], 0.0
    while not seconds or (len(seconds) < RUNS and RUNS * seconds[0] < REPEATED_SECONDS):
        total = 0.0
        for case, output in zip(cases, outputs):
            memory = PeakMemory()
            begin = time.perf_counter()
            distances = solve(case)
            total += time.perf_counter() - begin
            peak = max(peak, memory.mib())
            with np.errstate(over="ignore"):  # what was not reached may be the greatest float64
                np.copyto(output, distances)
            del distances
        seconds.append(total)
    say(phase="timed", seconds=float(np.median(seconds)), runs=len(seconds), peakMiB=peak)
    most, mean, remark = errors(cases, outputs, compare)
    say(phase="done", maxError=most, meanError=mean, note="; ".join(filter(None, [note, remark])))


def errors(cases, outputs, compare):
    """Greatest and mean |difference| over the voxels that either reaches, both cut at the cutoff; and a remark."""
    if compare is None:
        return None, None, ""
    most, total, beyond, count = 0.0, 0.0, 0, 0
    for case, output in zip(cases, outputs):
        theirs, ours = np.minimum(output, case.cutoff), np.minimum(compare(case), case.cutoff)
        difference = np.abs(ours - theirs)[(ours < case.cutoff) | (theirs < case.cutoff)]
        most = max(most, float(difference.max(initial=0)))
        total += float(difference.sum(dtype=np.float64))
        beyond += int((difference > 1e-3).sum())
        count += difference.size
    return most, total / max(1, count), f"{100 * beyond / count:.0f} % of the voxels off by more than 1e-3" if beyond else ""
