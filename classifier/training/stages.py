"""Results of finished stages on disk, so that a training run that was stopped goes on where it was."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from classifier.training.matrices import Report
from postings.atomic import atomic_path

Arrays = dict[str, npt.NDArray[np.float32]]


class Stages:
    """Stores the arrays of each stage in a file whose name tells what decided them.

    Args:
        folder: where.
        common: what decides every stage, as plain values: hashes of the data, how texts are read.
        report: told when a stage is taken from disk.
    """

    def __init__(self, folder: Path, common: dict[str, Any], report: Report) -> None:
        self._folder = folder
        self._common = common
        self._report = report

    def run(self, name: str, deciding: dict[str, Any], stage: Callable[[], Arrays]) -> Arrays:
        """The arrays of a stage: read if it was finished before, else computed and stored.

        Args:
            name: of the stage.
            deciding: the settings that decide its result, beside the common ones.
            stage: computes the arrays.
        """
        path = self.path(name, deciding, ".npz")
        if path.exists():
            try:
                with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                    arrays = {key: stored[key] for key in stored.files}
            except (OSError, EOFError, ValueError, BadZipFile):
                self._report(f"{name}: the stored result is damaged and is computed again")
            else:
                self._report(f"{name}: taken from {path}")
                return arrays
        arrays = stage()
        with atomic_path(path) as temporary, temporary.open("wb") as target:
            np.savez(target, allow_pickle=False, **arrays)
        return arrays

    def folder(self, name: str, deciding: dict[str, Any], stage: Callable[[Path], None]) -> Path:
        """The folder that a stage writes: found if it was finished before, else written and put in place whole.

        Args:
            name: of the stage.
            deciding: the settings that decide its content, beside the common ones.
            stage: writes the files; the folder it is given may hold those of a run that was stopped.
        """
        path = self.path(name, deciding, "")
        if path.exists():
            self._report(f"{name}: taken from {path}")
            return path
        unfinished = path.with_name(f"{path.name}.unfinished")
        unfinished.mkdir(parents=True, exist_ok=True)
        stage(unfinished)
        for file in unfinished.iterdir():
            with file.open("rb+") as opened:
                os.fsync(opened.fileno())
        unfinished.rename(path)
        return path

    def path(self, name: str, deciding: dict[str, Any], suffix: str) -> Path:
        """Where a stage keeps something; the name tells what decided it."""
        content = json.dumps([self._common, deciding], sort_keys=True)
        return self._folder / f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:16]}{suffix}"
