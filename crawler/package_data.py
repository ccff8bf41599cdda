"""The data files of this package: sources and code tables."""

from importlib.resources.abc import Traversable
from typing import Any

import yaml

# LibYAML reads the sources in a tenth of the time that Python takes; PyYAML has it on all common platforms.
_LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(file: Traversable) -> Any:  # noqa: ANN401 - whatever the file holds
    """What a YAML file says, as plain values.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe loaders
