"""Chinese text cut into words, by jieba with the vocabulary as its dictionary."""

import re
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from taxonomy.catalogue import DATA_FOLDER, load_taxonomy
from taxonomy.loading import DataFile

# jieba cuts at every character outside these; names with such a character (Spring Boot, CI/CD) are found beforehand.
_CUT_BY_JIEBA = re.compile(r"[^\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]")
_LATIN_WORD = re.compile(r"[a-zA-Z0-9]+")
_LETTER = re.compile(r"[a-zA-Z\u4e00-\u9fff]")


class _Segmenter:
    """jieba's tokenizer and the names that it cannot hold, loaded once."""

    def __init__(self, names: Iterable[str]) -> None:
        names = list(names)
        self._tokenizer = _tokenizer(names)
        broken = sorted((name for name in names if _CUT_BY_JIEBA.search(name)), key=len, reverse=True)
        self._broken_names = re.compile(
            f"(?<![a-zA-Z0-9])(?:{'|'.join(map(re.escape, broken))})(?![a-zA-Z0-9])", re.IGNORECASE
        )

    def words(self, text: str) -> Iterator[str]:
        position = 0
        for name in self._broken_names.finditer(text):
            yield from self._cut(text[position : name.start()])
            yield name.group()
            position = name.end()
        yield from self._cut(text[position:])

    def _cut(self, text: str) -> Iterator[str]:
        return (word for word in self._tokenizer.cut(text) if not word.isspace())


def _tokenizer(names: Iterable[str]) -> Any:  # noqa: ANN401  # jieba ships no types
    with warnings.catch_warnings():
        # jieba 0.42.1 imports the deprecated pkg_resources and has invalid escapes in its patterns.
        warnings.simplefilter("ignore")
        import jieba
    tokenizer = jieba.Tokenizer()
    # jieba would keep the dictionary as a marshalled file in the shared temporary folder and trust what it finds there.
    with (files("jieba") / "dict.txt").open("rb") as dictionary:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(dictionary)
    tokenizer.initialized = True
    for name in names:
        # A plain Latin word needs no entry, and would cut longer ones (Go in Google).
        if not _CUT_BY_JIEBA.search(name) and not _LATIN_WORD.fullmatch(name):
            for spelling in {name, name.lower(), name.upper()}:
                tokenizer.add_word(spelling)
    return tokenizer


@cache
def _segmenter() -> _Segmenter:
    return _Segmenter(name for skill in load_taxonomy().skills for name in (skill.name, *skill.names))


@cache
def _stop_words() -> frozenset[str]:
    file = DataFile(DATA_FOLDER / "stop_words.yaml", ["language", "recruiting"])
    return frozenset(word.lower() for section in ("language", "recruiting") for word in file.texts(section))


@cache
def _spellings() -> dict[str, str]:
    return {name.lower(): name for skill in load_taxonomy().skills for name in (*skill.names, skill.name)}


def words(text: str) -> list[str]:
    """The words of a text, in order, with the vocabulary's names of skills as words.

    Punctuation is kept, white space is not. Reads and writes no file but jieba's dictionary and the vocabulary; the
    first call loads both (about a second).
    """
    return list(_segmenter().words(text))


def keywords(text: str) -> list[str]:
    """The words of a text that say something about the work, for tables of terms.

    Left out are single characters, numbers, punctuation and the words of stop_words.yaml. A name of the vocabulary is
    spelt as there (python -> Python), any other Latin word in lower case.
    """
    stop_words, spellings = _stop_words(), _spellings()
    found = []
    for word in _segmenter().words(text):
        folded = word.lower()
        if len(word) > 1 and folded not in stop_words and _LETTER.search(word):
            found.append(spellings.get(folded, folded))
    return found
