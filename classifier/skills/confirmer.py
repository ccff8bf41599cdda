"""Which proposed skills a posting asks for: a linear model over the context of their mentions.

The score of a skill in a posting is the sum of
- weights of the skill for what its mentions are like: meant by the rules of the vocabulary, in a passage about the
  company, a hint, in the title, in a list; for the heading above them; for how many there are and how many skills;
- weights of the skill for the posting's topics: directions of the space of all proposed skills;
- a weight of each spelling, and of the characters on both sides, whatever the skill; the mean over the mentions;
- of skills that were learnt later (`training.continued_skills`), weights of their own for those characters.

What a sentence takes back is no mention at all. A skill that the rules speak against wherever it stands, as a word of
another meaning or in a passage about the company, needs a greater probability than others. A skill that the confirmer
has not learnt counts by the rules of the vocabulary.
"""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.skills.features import MENTION_FIGURES, SECTIONS, FeatureReader, FloatArray, IntArray, ProposalFeatures
from postings.atomic import write_together
from taxonomy.errors import JobAtlasError
from taxonomy.skill_context import Silence
from taxonomy.skills import Proposal

PACKAGED_CONFIRMER = Path(__file__).parent.parent / "skill_model"
OWN_CONFIRMER = "skill_model"
"""Folder within a model folder whose confirmer takes the place of the packaged one."""

METADATA_FILE, WEIGHTS_FILE = "model.json", "weights.npz"
FORMAT = 2

_ARRAYS = ("skill", "spelling", "before", "after", "topic", "own_before", "own_after")
_REBUILD = 'Make it again with `jobatlas train` and settings of kind = "skills", or reinstall the package.'
_SPEAKING_FOR = [MENTION_FIGURES.index("meant"), MENTION_FIGURES.index("hint")]
_AT_A_TIME = 500
"""Postings whose features are in memory at once: about 20 MB."""


BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Weights:
    """What the confirmer has learnt.

    Attributes:
        skill: of each skill (row 0: none) for each column of `inputs`, [skills + 1, inputs].
        spelling: of each spelling (row 0: one that is not known), [spellings + 1].
        before: of each bucket of what stands before a mention (0: none), [buckets].
        after: of each bucket of what stands after it, [buckets].
        topic: of each skill for each topic, scaled; row 0 is zero, [skills + 1, topics].
        own_before: as `before`, of each skill with weights of its own besides; row 0 is zero, [own + 1, buckets].
        own_after: as `after`, [own + 1, buckets].
    """

    skill: FloatArray
    spelling: FloatArray
    before: FloatArray
    after: FloatArray
    topic: FloatArray
    own_before: FloatArray
    own_after: FloatArray


@dataclass(frozen=True)
class Thresholds:
    """The probabilities from which a skill counts.

    Attributes:
        usual: of a skill that the rules count, or that only a hint proposes.
        against: of one whose every mention the rules speak against.
    """

    usual: float
    against: float


def spoken_against(features: ProposalFeatures) -> BoolArray:
    """Whether the rules speak against every mention of a pair, [pairs]; they do not against hints."""
    if not len(features.skill):
        return np.zeros(0, dtype=bool)
    speaking_for = features.mention_figures[:, _SPEAKING_FOR].max(axis=1)
    against: BoolArray = np.maximum.reduceat(speaking_for, features.first_mention) == 0
    return against


def inputs(features: ProposalFeatures, topic: FloatArray) -> FloatArray:
    """The inputs that each skill weighs for itself, [pairs, inputs]; the first is 1.

    Args:
        features: of some postings.
        topic: as in `Weights`.
    """
    pairs = len(features.skill)
    if not pairs:
        return np.zeros((0, 1), dtype=np.float32)
    firsts, counts = features.first_mention, features.mentions[:, None]
    section = np.zeros((len(features.section), SECTIONS), dtype=np.float32)
    section[np.arange(len(section)), features.section] = 1
    mean_figures = np.add.reduceat(features.mention_figures, firsts, axis=0) / counts
    most = np.maximum.reduceat(features.mention_figures, firsts, axis=0)
    sections = np.add.reduceat(section, firsts, axis=0) / counts
    first_pairs = np.flatnonzero(np.diff(features.posting, prepend=-1))
    of_posting = np.add.reduceat(topic[features.skill], first_pairs, axis=0)
    length = np.sqrt((of_posting * of_posting).sum(axis=1, keepdims=True))
    of_posting /= np.maximum(length, np.float32(1e-6))
    topics = np.repeat(of_posting, np.diff(np.append(first_pairs, pairs)), axis=0)
    one = np.ones((pairs, 1), dtype=np.float32)
    return np.concatenate([one, features.pair_figures, mean_figures, most, sections, topics], axis=1, dtype=np.float32)


class SkillConfirmer:
    """Confirms or rejects proposed skills. Arguments are attributes.

    Args:
        skills: the skills that it has learnt.
        spellings: the (skill, spelling) that it has learnt.
        weights: what it has learnt.
        thresholds: the probabilities from which a skill counts.
        version: name and content hash.
        own_context: those of the skills with weights of their own for the characters around them.
    """

    def __init__(
        self,
        skills: Sequence[str],
        spellings: Sequence[tuple[str, str]],
        weights: Weights,
        thresholds: Thresholds,
        version: str,
        own_context: Sequence[str] = (),
    ) -> None:
        self.skills = tuple(skills)
        self.spellings = tuple(spellings)
        self.weights = weights
        self.thresholds = thresholds
        self.version = version
        self._known = frozenset(skills)
        self._reader = FeatureReader(skills, spellings)

        self.own_context = tuple(own_context)
        own = {skill: row for row, skill in enumerate(own_context, start=1)}
        self._own_row = np.array([0, *(own.get(skill, 0) for skill in skills)], dtype=np.int64)

    def confirm(
        self, titles: Sequence[str], texts: Sequence[str], proposals: Sequence[Sequence[Proposal]]
    ) -> list[list[Proposal]]:
        """The mentions of the skills that each posting asks for. A posting's answer depends on itself alone.

        Of a confirmed skill those mentions stay that the rules of the vocabulary count; if they count none, all.

        Args:
            titles: titles, [n].
            texts: the texts whose proposals they are (`postings.schema.labelled_text`), [n].
            proposals: `taxonomy.skills.SkillMatcher.propose` of each text, [n].
        """
        kept: list[list[Proposal]] = []
        for first in range(0, len(texts), _AT_A_TIME):
            part = slice(first, first + _AT_A_TIME)
            confirmed = self._confirmed(titles[part], texts[part], proposals[part])
            kept += [self._kept(found, skills) for found, skills in zip(proposals[part], confirmed, strict=True)]
        return kept

    def _confirmed(
        self, titles: Sequence[str], texts: Sequence[str], proposals: Sequence[Sequence[Proposal]]
    ) -> list[set[str]]:
        confirmed: list[set[str]] = [set() for _ in texts]
        features = self._reader.read(titles, texts, proposals)
        if len(features.skill):
            for pair in np.flatnonzero(self.counts(features, self.scores(features))):
                confirmed[features.posting[pair]].add(self.skills[features.skill[pair] - 1])
        return confirmed

    def counts(self, features: ProposalFeatures, scores: FloatArray) -> BoolArray:
        """Whether scores are high enough, [pairs]."""
        least = np.where(spoken_against(features), self.thresholds.against, self.thresholds.usual)
        enough: BoolArray = scores > np.log(least / (1 - least))
        return enough

    def own_rows(self, features: ProposalFeatures) -> IntArray:
        """Row of `own_before` and `own_after` of each pair's skill, 0 for none, [pairs]."""
        rows: IntArray = self._own_row[features.skill]
        return rows

    def scores(self, features: ProposalFeatures) -> FloatArray:
        """Log-odds that the posting asks for the skill, [pairs]."""
        weights = self.weights
        of_mentions = (
            weights.spelling[features.spelling]
            + weights.before[features.before].sum(axis=1)
            + weights.after[features.after].sum(axis=1)
        )
        if self.own_context:
            row = np.repeat(self.own_rows(features), features.mentions)[:, None]
            of_mentions += weights.own_before[row, features.before].sum(axis=1)
            of_mentions += weights.own_after[row, features.after].sum(axis=1)
        mean = np.add.reduceat(of_mentions, features.first_mention) / features.mentions
        # A product of matrices may add up in another order in another batch; this adds within each row.
        own = (weights.skill[features.skill] * inputs(features, weights.topic)).sum(axis=1)
        scores: FloatArray = (own + mean).astype(np.float32)
        return scores

    def _kept(self, proposals: Sequence[Proposal], confirmed: set[str]) -> list[Proposal]:
        meant = {proposal.skill for proposal in proposals if proposal.meant}
        return [
            proposal
            for proposal in proposals
            if proposal.silence != Silence.TAKEN_BACK
            and (proposal.meant or proposal.skill not in meant)
            and (proposal.skill in confirmed if proposal.skill in self._known else proposal.meant)
        ]


def write_confirmer(
    folder: Path,
    name: str,
    skills: Sequence[str],
    spellings: Sequence[tuple[str, str]],
    weights: Weights,
    thresholds: Thresholds,
    record: dict[str, Any],
    own_context: Sequence[str] = (),
) -> SkillConfirmer:
    """Write a confirmer's folder; weights are stored as half-precision numbers.

    Args:
        folder: where.
        name: that its version begins with.
        skills: the skills that it has learnt.
        spellings: the (skill, spelling) that it has learnt.
        weights: what it has learnt.
        thresholds: the probabilities from which a skill counts.
        record: how it came about.
        own_context: those of the skills with weights of their own for the characters around them.

    Returns:
        The confirmer as it will be read.
    """
    buffer = io.BytesIO()
    arrays = {key: getattr(weights, key).astype(np.float16) for key in _ARRAYS}
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    content = buffer.getvalue()
    deciding = {
        "skills": list(skills),
        "spellings": [list(pair) for pair in spellings],
        "own_context": list(own_context),
        "thresholds": asdict(thresholds),
    }
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays.values()) + _json(deciding).encode())
    version = f"{name}-{digest.hexdigest()[:12]}"
    metadata = {
        "format": FORMAT,
        "version": version,
        **record,
        **deciding,
        "files": {WEIGHTS_FILE: hashlib.sha256(content).hexdigest()},
    }
    write_together(folder, {WEIGHTS_FILE: content, METADATA_FILE: (_json(metadata) + "\n").encode()})
    return read_confirmer(folder)


@cache
def load_confirmer() -> SkillConfirmer:
    """The confirmer that comes with the package, read once per process."""
    return read_confirmer(PACKAGED_CONFIRMER)


def read_confirmer(folder: Path) -> SkillConfirmer:
    """The confirmer of a folder.

    Raises:
        JobAtlasError: the folder is no confirmer, or its weights are not those that were written with it.
    """
    try:
        metadata = json.loads((folder / METADATA_FILE).read_text(encoding="utf-8"))
        content = (folder / WEIGHTS_FILE).read_bytes()
    except OSError as error:
        raise JobAtlasError(
            f"{folder}: is no confirmer of skills ({error.strerror}: {error.filename}). {_REBUILD}"
        ) from error
    except ValueError as error:
        raise JobAtlasError(f"{folder / METADATA_FILE}: is not JSON ({error}). {_REBUILD}") from error
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        raise JobAtlasError(f"{folder / METADATA_FILE}: is not of confirmer format {FORMAT}. {_REBUILD}")
    try:
        if hashlib.sha256(content).hexdigest() != metadata["files"][WEIGHTS_FILE]:
            raise JobAtlasError(f"{folder / WEIGHTS_FILE}: does not match its hash in {METADATA_FILE}. {_REBUILD}")
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            weights = Weights(**{key: _single(stored[key]) for key in _ARRAYS})
        spellings = [(str(skill), str(spelling)) for skill, spelling in metadata["spellings"]]
        return SkillConfirmer(
            metadata["skills"],
            spellings,
            weights,
            Thresholds(**metadata["thresholds"]),
            str(metadata["version"]),
            metadata["own_context"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise JobAtlasError(f"{folder / METADATA_FILE}: lacks or spoils {error}. {_REBUILD}") from error


def _single(array: npt.NDArray[Any]) -> FloatArray:
    return array.astype(np.float32)


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
