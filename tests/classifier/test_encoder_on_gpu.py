"""An encoder trained on a GPU: stopped in each stage, gone on with, exported for CPUs. `pytest -m gpu` runs this alone."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from classifier.training.encoder.checkpoint import Checkpoint
from classifier.training.train import train

TINY = (Path(__file__).parent / "tiny_encoder.toml").read_text(encoding="utf-8")

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no NVIDIA GPU"),
    # What drivers and libraries of a GPU warn of is theirs.
    pytest.mark.filterwarnings("default"),
]


class StoppedError(Exception):
    """What ends a run within a stage."""


def test_an_encoder_is_trained_on_a_gpu_goes_on_from_checkpoints_and_is_exported(
    written_material, tmp_path, monkeypatch
):
    config = tmp_path / "train.toml"
    config.write_text(TINY.replace("bf16 = false", "bf16 = true\ncheckpoint_minutes = 0.0"), encoding="utf-8")
    save = Checkpoint.save
    saved = Counter()

    def save_and_stop_once(checkpoint, state):
        save(checkpoint, state)
        stage = checkpoint._path.name.split("-")[0]
        assert {parameter.device.type for parameter in checkpoint._module.parameters()} == {"cuda"}
        saved[stage] += 1
        if saved[stage] == 2:
            raise StoppedError

    monkeypatch.setattr(Checkpoint, "save", save_and_stop_once)
    lines = []

    def run():
        return train(
            config,
            written_material.data,
            [written_material.labels],
            tmp_path / "model",
            tmp_path / "work",
            lines.append,
        )

    for stops in range(1, 5):
        with pytest.raises(StoppedError):
            run()
        assert len([stage for stage in saved if saved[stage] >= 2]) == stops
    result = run()
    assert set(saved) == {"pretraining", "finetuned_0", "finetuned_1", "finetuned"}
    assert len([line for line in lines if line.startswith("goes on from")]) == 4
    assert not any("damaged" in line for line in lines)
    (pretrained,) = (tmp_path / "work").glob("pretrained-*")
    story = json.loads((pretrained / "pretraining.json").read_text(encoding="utf-8"))
    assert story["held_out"][-1][1] < np.log(500)  # less than knowing nothing of 500 entries
    metadata = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert metadata["parity"]["full"]["role"] == 1.0
    assert metadata["parity"]["small"]["role"] == result.agreement >= 0.99
    assert metadata["metrics_on_folds"]["encoder alone"]["category_accuracy"] > 0.4  # guessing one of six gives 0.2
    assert result.metrics["role_accuracy"] > 0.9
