"""What a training is a function of besides its settings: files, the vocabulary, and the versions of the libraries."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from classifier.corpus import DEV, file_hash
from taxonomy.catalogue import Taxonomy

_LIBRARIES = ("jieba", "numpy", "onnxruntime", "scikit-learn", "scipy", "tokenizers", "torch", "transformers")


def provenance(files: dict[str, str], labels: Sequence[Path], taxonomy: Taxonomy) -> dict[str, Any]:
    """What a model's metadata says of where it comes from.

    Args:
        files: SHA-256 of the postings and labels that were read, by name.
        labels: the label folders, whose dev.jsonl are held out.
        taxonomy: the vocabulary.

    Returns:
        `data`, the hashes of all files, `vocabulary`, its version, and `libraries`, their versions by name.
    """
    held_out = {
        DEV if number == 1 else f"{DEV} {number}": file_hash(folder / DEV)
        for number, folder in enumerate(labels, start=1)
        if (folder / DEV).exists()
    }
    libraries = {library: version(library) for library in _LIBRARIES}
    return {"data": files | held_out, "vocabulary": taxonomy.version, "libraries": libraries}
