"""Which postings a person should read, and why each."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from classifier.review.candidates import Candidates
from taxonomy.errors import JobAtlasError

RARE_LABELS = 20
"""A role with fewer labels than this is rare where labels are given."""

RARE_SHARE = 0.25
"""Without labels the rare roles are this part of those that occur, the least frequent ones."""


class Reason(StrEnum):
    """Why a posting was drawn."""

    RANDOM = "random"
    SUSPECT = "suspect"
    SITE = "site"
    RARE = "rare"
    MARGIN = "margin"


DEFAULT_SHARES = {
    Reason.RANDOM: 0.20,
    Reason.SUSPECT: 0.20,
    Reason.SITE: 0.15,
    Reason.RARE: 0.15,
    Reason.MARGIN: 0.30,
}
"""Of what no quota was given for. The random part comes first, from everything, so that it measures the model."""


@dataclass(frozen=True)
class Pick:
    """A drawn posting.

    Attributes:
        posting_id: of the posting.
        drawn: the reason that drew it.
        reasons: all reasons that hold for it, that one first.
    """

    posting_id: str
    drawn: Reason
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Selection:
    """What was drawn.

    Attributes:
        picks: in an order that is random but for the seed, so that a reader who stops early has read of everything.
        quotas: reason -> how many were asked for.
        available: reason -> how many postings it holds for.
    """

    picks: list[Pick]
    quotas: dict[Reason, int]
    available: dict[Reason, int] = field(default_factory=dict)


def make_quotas(count: int, given: Mapping[Reason, int]) -> dict[Reason, int]:
    """How many postings each reason may draw; the sum is `count`.

    Args:
        count: postings in all.
        given: what the user decided; the rest is shared out by `DEFAULT_SHARES`.

    Raises:
        JobAtlasError: more was given than `count`, or less with nothing left to share it out to.
    """
    total = sum(given.values())
    free = {reason: share for reason, share in DEFAULT_SHARES.items() if reason not in given}
    if total > count or (total < count and not free):
        raise JobAtlasError(
            f"the quotas come to {total}, --count is {count}. Change one of them; reasons without a quota share what"
            " is left."
        )
    whole = sum(free.values())
    exact = {reason: (count - total) * share / whole for reason, share in free.items()}
    quotas = {reason: int(value) for reason, value in exact.items()}
    # Largest remainder: what rounding down left over goes to those that lost most.
    short = count - total - sum(quotas.values())
    for reason in sorted(exact, key=lambda reason: quotas[reason] - exact[reason])[:short]:
        quotas[reason] += 1
    return {reason: given.get(reason, quotas.get(reason, 0)) for reason in Reason}


def select(
    candidates: Candidates,
    suspects: Sequence[str],
    label_counts: npt.NDArray[np.int64] | None,
    quotas: Mapping[Reason, int],
    seed: int,
) -> Selection:
    """Draw postings for review.

    The random part is drawn first. What suspects, disagreements and rare roles cannot fill goes to the lowest margins.

    Args:
        candidates: postings without a label.
        suspects: posting ids of likely label errors, the likeliest first.
        label_counts: labels of each role, [roles]; None where no labels were given.
        quotas: from `make_quotas`.
        seed: draws the random part and breaks ties.
    """
    order = np.array([_shuffled(seed, posting_id) for posting_id in candidates.ids], dtype=np.uint64)
    rare = _rare(candidates, label_counts)
    ranked: dict[Reason, list[int]] = {
        Reason.RANDOM: np.argsort(order, kind="stable").tolist(),
        Reason.SITE: _ranked(candidates.disagrees, -candidates.category_confidence, order),
        Reason.RARE: _in_turn(candidates, rare, label_counts, order),
        Reason.MARGIN: _ranked(np.ones(len(candidates), dtype=np.bool_), candidates.margin, order),
    }
    drawn: dict[int, Reason] = {}
    for_suspects = min(quotas[Reason.SUSPECT], len(suspects))
    unfilled = quotas[Reason.SUSPECT] - for_suspects
    for reason in (Reason.RANDOM, Reason.SITE, Reason.RARE, Reason.MARGIN):
        wanted = quotas[reason] + (unfilled if reason is Reason.MARGIN else 0)
        fresh = [place for place in ranked[reason] if place not in drawn][:wanted]
        unfilled += quotas[reason] - len(fresh)
        drawn |= dict.fromkeys(fresh, reason)
    holds = {
        Reason.SITE: candidates.disagrees,
        Reason.RARE: rare[candidates.role],
        Reason.MARGIN: candidates.needs_review,
    }
    picks = [
        Pick(
            candidates.ids[place],
            reason,
            (reason, *(other for other, held in holds.items() if held[place] and other is not reason)),
        )
        for place, reason in drawn.items()
    ]
    picks += [Pick(posting_id, Reason.SUSPECT, (Reason.SUSPECT,)) for posting_id in suspects[:for_suspects]]
    return Selection(
        picks=sorted(picks, key=lambda pick: _shuffled(seed + 1, pick.posting_id)),
        quotas=dict(quotas),
        available={
            Reason.RANDOM: len(candidates),
            Reason.SUSPECT: len(suspects),
            Reason.SITE: len(ranked[Reason.SITE]),
            Reason.RARE: len(ranked[Reason.RARE]),
            Reason.MARGIN: len(candidates),
        },
    )


def _shuffled(seed: int, posting_id: str) -> int:
    """A number that orders postings at random; it depends on nothing but seed and id."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{posting_id}".encode()).digest()[:8], "big")


def _ranked(held: npt.NDArray[np.bool_], by: npt.NDArray[np.float64], ties: npt.NDArray[np.uint64]) -> list[int]:
    rows = np.flatnonzero(held)
    return [int(row) for row in rows[np.lexsort((ties[rows], by[rows]))]]


def _rare(candidates: Candidates, label_counts: npt.NDArray[np.int64] | None) -> npt.NDArray[np.bool_]:
    """Which roles are rare, [roles]."""
    if label_counts is not None:
        return label_counts < RARE_LABELS
    counts = np.bincount(candidates.role)
    occurring = np.flatnonzero(counts)
    few = occurring[np.argsort(counts[occurring], kind="stable")][: int(len(occurring) * RARE_SHARE)]
    rare = np.zeros(len(counts), dtype=np.bool_)
    rare[few] = True
    return rare


def _in_turn(
    candidates: Candidates,
    rare: npt.NDArray[np.bool_],
    label_counts: npt.NDArray[np.int64] | None,
    ties: npt.NDArray[np.uint64],
) -> list[int]:
    """Postings of rare roles, one of each role in turn from the rarest on, the most probable of a role first."""
    counts = np.bincount(candidates.role, minlength=len(rare)) if label_counts is None else label_counts
    by_role: dict[int, list[int]] = defaultdict(list)
    for row in _ranked(rare[candidates.role], -candidates.role_probability, ties):
        by_role[int(candidates.role[row])].append(row)
    roles = sorted(by_role, key=lambda role: (int(counts[role]), role))
    longest = max((len(rows) for rows in by_role.values()), default=0)
    return [by_role[role][turn] for turn in range(longest) for role in roles if turn < len(by_role[role])]
