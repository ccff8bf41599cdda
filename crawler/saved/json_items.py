"""The items of an array somewhere in a JSON document, one by one, in bounded memory."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

import ijson
from ijson.common import ObjectBuilder

MOST_DEPTH = 100
"""Arrays and objects inside each other beyond this are no answer of any site, and cost memory without end."""

_BEGINS = {"start_map": False, "start_array": True}
_ENDS = frozenset({"end_map", "end_array"})


def json_items(stream: IO[bytes], path: Sequence[str] = ()) -> Iterator[Any]:
    """The items of the array that stands at the end of a path of keys; of the document itself where that is empty.

    Args:
        stream: UTF-8.
        path: Names of objects' fields, from the outermost.

    Raises:
        ijson.JSONError: the document is no JSON, breaks off, or is nested too deeply.
    """
    # Name of each open object or array in the one around it, and whether it is an array.
    wanted = [(name, number == len(path)) for number, name in enumerate(["", *path])]
    opened: list[tuple[str, bool]] = []
    name = ""
    item: ObjectBuilder | None = None
    for event, value in ijson.basic_parse(stream, use_float=True):
        if item is None and opened == wanted and event not in _ENDS:
            item = ObjectBuilder()
        if item is not None:
            item.event(event, value)
        if event in _BEGINS:
            opened.append((name, _BEGINS[event]))
            if len(opened) > MOST_DEPTH:
                raise ijson.JSONError("nested too deeply")
        elif event in _ENDS:
            opened.pop()
        name = value if event == "map_key" else ""
        if item is not None and opened == wanted:
            yield item.value
            item = None
