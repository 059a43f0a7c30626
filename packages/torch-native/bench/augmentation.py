"""The peer of augmentation.mjs: nnU-Net's own training transforms on one patch, one thread.

Reads lines "z y x count" and answers each with the mean CPU seconds of a patch.
"""
import sys
from time import process_time

import numpy as np
import torch
from nnunetv2.training.data_augmentation.compute_initial_patch_size import get_patch_size
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

torch.set_num_threads(1)
limit = 30 / 360 * 2 * np.pi


def pipeline(patch):
    # As nnUNetTrainer.configure_rotation_dummyDA_mirroring_and_inital_patch_size has them for an isotropic patch.
    rotation = (-limit, limit)
    initial = get_patch_size(patch, rotation, rotation, rotation, (0.85, 1.25))
    transforms = nnUNetTrainer.get_training_transforms(np.array(patch), rotation, None, (0, 1, 2), False)
    i = torch.arange(int(np.prod(initial)), dtype=torch.float32)
    image = (torch.sin(0.01 * i) + 0.1 * torch.sin(7.3 * i)).reshape(1, *initial)
    label = (i % 3).to(torch.int16).reshape(1, *initial)
    return lambda: transforms(image=image.clone(), segmentation=label.clone())


pipelines = {}
for line in sys.stdin:
    *patch, count = (int(word) for word in line.split())
    key = tuple(patch)
    if key not in pipelines:
        pipelines[key] = pipeline(key)
        for _ in range(60):  # the blur times its convolutions on first use
            pipelines[key]()
    begin = process_time()
    for _ in range(count):
        pipelines[key]()
    print((process_time() - begin) / count, flush=True)
