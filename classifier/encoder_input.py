"""How an encoder reads a posting: [CLS] title [SEP] company [SEP] description [SEP], cut to a number of tokens.

Training and run time share this reader. A field that is hidden or empty leaves its separator.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.features import MAX_CHARACTERS

TOKEN_FIELDS = ("title", "company", "description")
"""In the order in which they are read."""

_LONGEST = {"title": 48, "company": 24}
"""Tokens read of these fields; the description has what is left."""

SPECIAL_TOKENS = 1 + len(TOKEN_FIELDS)


@dataclass(frozen=True)
class EncoderInput:
    """What has to be known to put the tokens of a posting together.

    Attributes:
        first: the token that begins every posting.
        separator: the token that ends every field.
        length: tokens of a posting at most.
    """

    first: int
    separator: int
    length: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the model's metadata."""
        return asdict(self)

    def join(self, title: Sequence[int], company: Sequence[int], description: Sequence[int]) -> npt.NDArray[np.int64]:
        """The tokens of one posting, [at most length], from those of its fields."""
        room = self.length - SPECIAL_TOKENS
        title = title[: min(_LONGEST["title"], room)]
        company = company[: min(_LONGEST["company"], room - len(title))]
        description = description[: room - len(title) - len(company)]
        parts = [[self.first], title, [self.separator], company, [self.separator], description, [self.separator]]
        return np.concatenate([np.asarray(part, dtype=np.int64) for part in parts])


def readable_part(text: str | None, field: str) -> str:
    """The characters of a field that are read at all; lone surrogates, which no tokenizer takes, as question marks."""
    return (text or "")[: MAX_CHARACTERS[field]].encode("utf-8", "replace").decode("utf-8")
