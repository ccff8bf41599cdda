"""Where a long training loop is, on disk: parameters, optimiser states and counters in one safetensors file."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from classifier.training.matrices import Report
from postings.atomic import atomic_path

CHECKPOINT = ".checkpoint.safetensors"
"""What the name of a checkpoint ends with."""

_STATE = "state"


class Checkpoint:
    """Saves and restores a loop. The one before the last is kept, should the last be damaged.

    Args:
        path: of the file.
        module: what is trained; its parameters are saved.
        optimiser: whose state is saved.
        report: told when the loop goes on from a checkpoint.
    """

    def __init__(self, path: Path, module: nn.Module, optimiser: torch.optim.Optimizer, report: Report) -> None:
        self._path = path
        self._previous = _previous(path)
        self._module = module
        self._optimiser = optimiser
        self._report = report

    def save(self, state: dict[str, Any]) -> None:
        """Write all tensors, and the loop's own plain values beside them."""
        tensors = {f"module.{name}": tensor.detach() for name, tensor in self._module.named_parameters()}
        numbers: dict[str, int | float] = {}
        for parameter, values in self._optimiser.state_dict()["state"].items():
            for key, value in values.items():
                name = f"optimiser.{parameter}.{key}"
                if isinstance(value, torch.Tensor):
                    tensors[name] = value
                else:
                    numbers[name] = value
        content = json.dumps({"loop": state, "numbers": numbers})
        if self._path.exists():
            self._path.replace(self._previous)
        with atomic_path(self._path) as temporary:
            save_file({name: value.cpu().contiguous() for name, value in tensors.items()}, temporary, {_STATE: content})

    def restore(self) -> dict[str, Any] | None:
        """Set parameters and optimiser to the last whole checkpoint.

        Returns:
            What `save` was given; None where there is no checkpoint.
        """
        for path in (self._path, self._previous):
            if path.exists():
                try:
                    state = self._read(path)
                except (SafetensorError, OSError, ValueError, KeyError):
                    self._report(f"{path}: is damaged and is passed over")
                else:
                    self._report(f"goes on from {path}")
                    return state
        return None

    def _read(self, path: Path) -> dict[str, Any]:
        with safe_open(path, framework="pt") as file:
            content = json.loads(file.metadata()[_STATE])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (safe_open is no mapping)
        of_module: dict[str, torch.Tensor] = {}
        of_optimiser: dict[int, dict[str, Any]] = {}
        values: dict[str, Any] = tensors | content["numbers"]
        for name, value in values.items():
            kind, rest = name.split(".", 1)
            if kind == "module":
                of_module[rest] = value
            else:
                parameter, key = rest.split(".")
                of_optimiser.setdefault(int(parameter), {})[key] = value
        # Nothing is set before all is known to fit: a loop must not start anew from weights half trained.
        parameters = dict(self._module.named_parameters())
        if {name: tensor.shape for name, tensor in of_module.items()} != {
            name: parameter.shape for name, parameter in parameters.items()
        }:
            raise ValueError("the parameters are those of another module")
        with torch.no_grad():
            for name, tensor in of_module.items():
                parameters[name].copy_(tensor)
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": of_optimiser, "param_groups": groups})
        loop: dict[str, Any] = content["loop"]
        return loop


def remove_checkpoint(path: Path) -> None:
    """Remove a checkpoint, once the loop's result is kept elsewhere."""
    path.unlink(missing_ok=True)
    _previous(path).unlink(missing_ok=True)


def _previous(path: Path) -> Path:
    return path.with_name(f"{path.name}.previous")
