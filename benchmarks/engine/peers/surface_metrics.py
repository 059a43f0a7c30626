"""MONAI's surface metrics of one label: nnU-Net computes none, its users take these."""
import warnings

import torch
from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance, compute_surface_dice

from contend import array, contend, problem

warnings.filterwarnings("ignore")
torch.set_num_threads(problem["threads"])
prediction, reference = (torch.from_numpy(array(name))[None, None].float() for name in ("prediction", "reference"))
spacing = [float(size) for size in problem["spacing"]]
last = {}


def run():
    shared = {"include_background": True, "spacing": spacing}
    last["hd95"] = float(compute_hausdorff_distance(prediction, reference, percentile=95, **shared))
    last["mssd"] = float(compute_hausdorff_distance(prediction, reference, **shared))
    last["assd"] = float(compute_average_surface_distance(prediction, reference, symmetric=True, **shared))
    last["nsd"] = float(compute_surface_dice(prediction, reference, [problem["tolerance"]], use_subvoxels=True, **shared))


contend(run, lambda: last, note="nnunetv2 has no surface metrics: MONAI's, as its users take them")
