"""nnU-Net's own preprocessing of one case, files to arrays."""
from nnunetv2.preprocessing.preprocessors.default_preprocessor import DefaultPreprocessor

from contend import contend, folder, problem
from network import plans

manager, configuration, dataset = plans()
preprocessor = DefaultPreprocessor(verbose=False)
last = {}


def run():
    last["data"], last["seg"], _ = preprocessor.run_case(
        [str(folder / "image.nii.gz")], str(folder / "label.nii.gz"), manager, configuration, dataset)


def result():
    data, n = last["data"].reshape(-1), problem["sample"]
    return {"shape": list(last["data"].shape[1:]), "image": data[:: data.size // n][:n].tolist(),
            "labels": [int((last["seg"] == value).sum()) for value in range(1, len(dataset["labels"]))]}


contend(run, result)
