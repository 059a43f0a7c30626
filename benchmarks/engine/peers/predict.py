"""nnU-Net's own sliding window, from a preprocessed array to probabilities."""
import torch
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

from contend import array, contend, problem
from network import get_network_from_plans, load_weights, plans

manager, configuration, dataset = plans()
network = get_network_from_plans(
    configuration.network_arch_class_name, configuration.network_arch_init_kwargs,
    configuration.network_arch_init_kwargs_req_import, len(dataset["channel_names"]), len(dataset["labels"]), deep_supervision=False)
load_weights(network)
axes = tuple(axis for axis, mirrors in enumerate(problem["plan"]["mirrorAxes"]) if mirrors)
predictor = nnUNetPredictor(tile_step_size=0.5, use_gaussian=True, use_mirroring=len(axes) > 0, device=torch.device("cpu"), allow_tqdm=False)
predictor.manual_initialization(network, manager, configuration, None, dataset, "nnUNetTrainer", axes or None)
image = torch.from_numpy(array("image"))
last = {}


def run():
    logits = predictor.predict_sliding_window_return_logits(image)
    last["probability"] = predictor.label_manager.apply_inference_nonlin(logits)


def result():
    n = problem["sample"]
    flat = last["probability"].reshape(-1)
    return {"probability": flat[:: flat.numel() // n][:n].tolist()}


with torch.inference_mode():
    contend(run, result)
