"""Reading the data files of the vocabulary, with errors that name the file and the entry at fault."""

from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from taxonomy.errors import JobAtlasError
from taxonomy.models import Entry
from taxonomy.nearest import did_you_mean

EntryType = TypeVar("EntryType", bound=Entry)


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML lets the last of two equal keys win in silence; here that is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(problem=f"key {key!r} twice", problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


class DataFile:
    """One YAML file of the vocabulary: a mapping of sections, each a list of entries.

    Args:
        path: the file.
        sections: the sections it must have; any other is an error.

    Raises:
        JobAtlasError: the file cannot be read, is not YAML, or its sections are not those named.
    """

    def __init__(self, path: Path, sections: Iterable[str]) -> None:
        self.path = path
        sections = list(sections)
        try:
            # _UniqueKeyLoader is a SafeLoader: it builds plain values only.
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506
        except OSError as error:
            raise JobAtlasError(f"{path}: cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError as error:
            raise JobAtlasError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8.") from None
        except yaml.YAMLError as error:
            raise JobAtlasError(f"{path}{_where_in_yaml(error)}: not valid YAML: {_yaml_problem(error)}.") from None
        if not isinstance(content, dict):
            raise JobAtlasError(f"{path}: expected the sections {', '.join(sections)}.")
        for section in content:
            if section not in sections:
                raise JobAtlasError(f"{path}: unknown section {section!r}.{did_you_mean(str(section), sections)}")
        for section in sections:
            if not isinstance(content.get(section), list) or not content[section]:
                raise JobAtlasError(f"{path}: section {section!r} must be a list with at least one entry.")
        self._content: dict[str, list[object]] = content

    def entries(self, section: str, entry_type: type[EntryType]) -> tuple[EntryType, ...]:
        """The entries of a section, in file order, each checked against its type."""
        return tuple(
            self._entry(section, position, raw, entry_type)
            for position, raw in enumerate(self._content[section], start=1)
        )

    def texts(self, section: str) -> tuple[str, ...]:
        """A section that is a plain list of distinct texts."""
        texts: dict[str, None] = {}
        for position, text in enumerate(self._content[section], start=1):
            if not isinstance(text, str) or not text:
                raise JobAtlasError(f"{self.path}: {section} entry {position}: {text!r} is not a text; quote it.")
            if text in texts:
                raise JobAtlasError(f"{self.path}: {section} entry {position}: {text!r} is listed twice.")
            texts[text] = None
        return tuple(texts)

    def _entry(self, section: str, position: int, raw: object, entry_type: type[EntryType]) -> EntryType:
        where = f"{self.path}: {section} entry {position}"
        if not isinstance(raw, dict):
            raise JobAtlasError(f"{where}: {raw!r} is not a mapping; write {{key: value, ...}}.")
        label = raw.get("id") or raw.get("name") or raw.get("zh")
        if label is not None:
            where += f" ({label})"
        try:
            return entry_type.model_validate(raw)
        except ValidationError as error:
            raise JobAtlasError(f"{where}: {_violation(error, entry_type)}") from None

    def fail(self, section: str, label: str, problem: str) -> JobAtlasError:
        """The error for an entry that is well formed but does not fit the others."""
        return JobAtlasError(f"{self.path}: {section} ({label}): {problem}")

    def unknown(self, section: str, label: str, key: str, value: str, known: Iterable[str]) -> JobAtlasError:
        """The error for an entry that refers to something that is not defined."""
        return self.fail(section, label, f"{key} {value!r} is not defined.{did_you_mean(value, known)}")


def _where_in_yaml(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _yaml_problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).replace("\n", " ")


def _violation(error: ValidationError, entry_type: type[Entry]) -> str:
    # A misspelt key is both unknown and missing: only the first tells the user what to mend.
    first = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in first["loc"])
    match first["type"]:
        case "extra_forbidden":
            return f"unknown key {key!r}.{did_you_mean(key, entry_type.model_fields)}"
        case "missing":
            return f"key {key!r} is missing."
        case "string_type":
            return f"{key} is {first['input']!r}, not a text; put it in quotes."
        case _:
            return f"{key}: {first['msg']} (found {first['input']!r})."
