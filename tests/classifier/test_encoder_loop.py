import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from classifier.training.encoder.checkpoint import Checkpoint, remove_checkpoint
from classifier.training.encoder.loop import Schedule


def test_the_learning_rate_follows_steps_or_minutes_to_its_end():
    by_steps = Schedule(steps=1000, minutes=0, warm_up=50)
    rates = [by_steps.scale(step, by_steps.share(step, 1e9)) for step in range(1000)]
    assert rates[0] == pytest.approx(0.02, abs=0.001)
    assert max(rates) == pytest.approx(1, abs=0.01)
    assert int(np.argmax(rates)) == 49
    assert rates[-1] == pytest.approx(0.02, abs=0.001)
    assert by_steps.share(1000, 0) == 1
    # Ten minutes at six seconds a step: a hundred of a million steps, and still a whole rise and fall.
    by_time = Schedule(steps=1_000_000, minutes=10, warm_up=500)
    rates = [by_time.scale(step, by_time.share(step, 6 * step)) for step in range(100)]
    assert int(np.argmax(rates)) == 10
    assert max(rates) > 0.95
    assert rates[-1] < 0.03
    assert by_time.share(100, 600) == 1


def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(tmp_path):
    def new():
        torch.manual_seed(0)
        module = torch.nn.Linear(3, 2)
        optimiser = torch.optim.AdamW(module.parameters(), lr=0.1)
        lines = []
        return module, optimiser, lines, Checkpoint(tmp_path / "c.safetensors", module, optimiser, lines.append)

    module, optimiser, _, checkpoint = new()
    assert checkpoint.restore() is None
    kept = []
    for step in (1, 2):
        module(torch.ones(1, 3)).sum().backward()
        optimiser.step()
        checkpoint.save({"step": step})
        kept.append(module.weight.detach().clone())
    other, its_optimiser, _, again = new()
    assert again.restore() == {"step": 2}
    assert torch.equal(other.weight, kept[1])
    assert its_optimiser.state_dict()["state"][0]["step"] == 2
    whole = (tmp_path / "c.safetensors").read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"\x80\x04pickle"):
        (tmp_path / "c.safetensors").write_bytes(damaged)
        other, _, lines, again = new()
        assert again.restore() == {"step": 1}
        assert torch.equal(other.weight, kept[0])
        assert any("damaged" in line for line in lines)
    # Whole files whose tensors are named or shaped otherwise: nothing of them may reach the module.
    for wrong in (
        {"module.weight": torch.ones(2, 3)},
        {"module.weight": torch.ones(3, 3), "module.bias": torch.ones(2)},
    ):
        for name in ("c.safetensors", "c.safetensors.previous"):
            save_file(wrong, tmp_path / name, {"state": json.dumps({"loop": {"step": 9}, "numbers": {}})})
        other, _, lines, again = new()
        before = other.weight.detach().clone()
        assert again.restore() is None
        assert torch.equal(other.weight, before)
        assert sum("damaged" in line for line in lines) == 2
    remove_checkpoint(tmp_path / "c.safetensors")
    assert not list(tmp_path.iterdir())
