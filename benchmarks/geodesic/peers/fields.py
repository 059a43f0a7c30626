"""The node-weighted field that stands in for our step cost where a peer knows no cost of a step between two voxels."""
import numpy as np


def node_cost(case, gradient_axes=(0, 1, 2)):
    """Cost by unit length (the smallest spacing) through a voxel: w_d + w_g |grad I| + w_p (1 - p) + 1e-5; float32."""
    squares = np.zeros(case.image.shape, np.float32)
    for axis in gradient_axes:
        squares += np.gradient(case.image, case.h[axis], axis=axis).astype(np.float32) ** 2
    return case.w_d + case.w_g * np.sqrt(squares) + case.w_p * (1 - case.probability) + np.float32(1e-5)
