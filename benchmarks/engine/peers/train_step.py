"""nnU-Net's own training step: nnUNetTrainer.train_step of a batch that is there, targets of each head included."""
import os

import torch

from contend import array, contend, folder, problem

for variable in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    (folder / variable).mkdir(exist_ok=True)
    os.environ[variable] = str(folder / variable)

from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer  # noqa: E402

from network import load_weights, plans  # noqa: E402

manager, configuration, dataset = plans()
trainer = nnUNetTrainer({**problem["plans"], "continue_training": False}, "3d_fullres", 0, dataset, torch.device("cpu"))
trainer.network = trainer.build_network_architecture(
    manager, configuration, len(dataset["channel_names"]), trainer.label_manager.num_segmentation_heads, True)
load_weights(trainer.network)
trainer.network.train()
trainer.optimizer, _ = trainer.configure_optimizers()
trainer.loss = trainer._build_loss()

data = torch.from_numpy(array("batch"))
label = torch.from_numpy(array("label")).float()[:, None]
targets = [
    torch.nn.functional.interpolate(label, scale_factor=scale, mode="nearest-exact")
    for scale in trainer._get_deep_supervision_scales()
]
losses = []


def run():
    losses.append(float(trainer.train_step({"data": data, "target": targets})["loss"]))


contend(run, lambda: {"firstLoss": losses[0]})
