"""nnU-Net's network of a problem, with our weights."""
import torch
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager
from safetensors.torch import load_file

from contend import folder, problem

torch.set_num_threads(problem["threads"])


def plans():
    """PlansManager, its 3d_fullres configuration, dataset.json."""
    manager = PlansManager(problem["plans"])
    return manager, manager.get_configuration("3d_fullres"), problem["dataset"]


def load_weights(network):
    """Copies the weights of `weights.safetensors` into a PlainConvUNet; every one of them must have its place."""
    ours = load_file(folder / "weights.safetensors")
    deepest = len(problem["plan"]["stages"]) - 1
    state = network.state_dict()
    taken = set()

    def put(name, value):
        assert state[name].shape == value.shape, f"{name}: {state[name].shape} and {value.shape}"
        state[name].copy_(value)

    for name, value in ours.items():
        part, index, *rest = name.split(".")
        level = int(index)
        if part in ("encoder", "decoder"):
            block, module, kind = rest
            stage = f"encoder.stages.{level}.0" if part == "encoder" else f"decoder.stages.{deepest - 1 - level}"
            prefixes = [stage] + ([f"decoder.encoder.stages.{level}.0"] if part == "encoder" else [])
            for prefix in prefixes:
                for alias in (module, f"all_modules.{0 if module == 'conv' else 1}"):
                    put(f"{prefix}.convs.{block}.{alias}.{kind}", value)
        elif part == "up":
            (kind,) = rest
            target = f"decoder.transpconvs.{deepest - 1 - level}.{kind}"
            if kind == "weight":
                inputs, outputs, *kernel = state[target].shape
                value = value.reshape(outputs, *kernel, inputs).permute(4, 0, 1, 2, 3)
            put(target, value)
        else:
            put(f"decoder.seg_layers.{deepest - 1 - level}.{rest[0]}", value)
        taken.add(name)
    assert sum(p.numel() for p in network.parameters()) == sum(ours[name].numel() for name in taken)
    network.load_state_dict(state)
