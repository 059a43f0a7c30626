"""FastGeodis: raster scans over all 26 neighbours, a fixed number of times; no probability term, no cutoff.

Its step cost (1 - lamb) h + lamb |dI|, scaled by w_d + w_g, is ours with 26 neighbours and w_p = 0, but for the 1e-5.
"""
import numpy as np
import torch
import FastGeodis

from common import main

ITERATIONS = 2


def solve(case):
    torch.set_num_threads(case.threads)
    image = torch.from_numpy(case.image)[None, None]
    unseeded = torch.from_numpy((case.seeds != case.seed_class).astype(np.float32))[None, None]
    scale = case.w_d + case.w_g
    distances = FastGeodis.generalised_geodesic3d(image, unseeded, list(case.h), 1e10, case.w_g / scale, ITERATIONS)
    return distances[0, 0].numpy() * np.float32(scale)


if __name__ == "__main__":
    main(
        solve, compare=lambda case: np.load(case.folder / f"exact_fastgeodis_{case.seed_class}.npy"),
        note=f"26 neighbours, w_p = 0, {ITERATIONS} iterations (its README; the signature says 4), a call a class; error against the exact result of its own cost",
    )
