"""Whether two postings are one vacancy, and what kind of copy the later one is; docs/dedupe.md tells the rules."""

import json
from dataclasses import dataclass
from enum import Enum

import numpy as np

from postings.duplicates.boilerplate import Boilerplate, without
from postings.duplicates.companies import Employer, employer
from postings.duplicates.corpus import Corpus, Integers, Posting
from postings.duplicates.shingles import Overlap, distinct, overlap
from postings.duplicates.titles import TitleAgreement, title_agreement


@dataclass(frozen=True)
class Limits:
    """The thresholds, chosen on the tuning half of the labelled pairs. Similarities are Jaccard of shingles."""

    related_titles: float = 0.4
    """Dice coefficient of the words of titles."""
    same_title: float = 0.55
    """Same company, same title."""
    extended_title: float = 0.85
    """Same company, one title extends the other."""
    related_title: float = 0.85
    """Related titles; the pay has to agree as well."""
    own_part: float = 0.6
    """Of the part of two texts that is no boilerplate of the company."""
    unknown_company: float = 0.75
    agency: float = 0.85
    """Different companies, neither of which recruits for others."""
    known_agency: float = 0.65
    contained: float = 0.9
    """Of the shorter text in the longer one."""
    least_own: int = 50
    """Shingles, about as many characters: texts with less in common say too little to tell vacancies apart."""
    least_foreign: int = 80
    """The same where the employer is not known to be the same."""
    pay_overlap: float = 0.5
    """Of the narrower range of pay."""
    rank_pay_overlap: float = 0.6
    """The same where the titles name different ranks."""
    repost_days: int = 14
    """A copy that comes so long after the first one was last seen is a repost."""
    new_vacancy_days: int = 365
    """One that comes later still is a new vacancy."""


class Kind(Enum):
    """What kind of copy; the names are those of `duplicate_kind`, in order of precedence."""

    FULL = "full"
    NEAR = "near"
    REPOST = "repost"
    AGENCY = "agency"


class Pay(Enum):
    """How two ranges of pay lie."""

    UNKNOWN = 0
    SAME = 1
    OVERLAPPING = 2
    TOUCHING = 3
    APART = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two postings are one vacancy.

    Attributes:
        kind: what the later one is.
        similarity: Jaccard of the texts' shingles, 1 where neither has a text.
        days_apart: from the last sight or publication of the one to the first of the other; None if unknown.
        agrees: what else is equal: title, company, city, pay, experience, source.
    """

    kind: Kind
    similarity: float
    days_apart: int | None
    agrees: tuple[str, ...]

    def evidence(self) -> str:
        """The value of `duplicate_evidence`."""
        return json.dumps(
            {"similarity": round(self.similarity, 3), "days_apart": self.days_apart, "agrees": self.agrees},
            separators=(",", ":"),
        )


class Judge:
    """Decides on pairs of a corpus.

    Args:
        corpus: the postings.
        rank: their order.
        limits: the thresholds.
    """

    def __init__(self, corpus: Corpus, rank: Integers, limits: Limits | None = None) -> None:
        self._corpus = corpus
        self._boilerplate = Boilerplate(corpus, rank)
        self._limits = limits or Limits()

    def verdict(self, one: int, two: int) -> Verdict | None:
        """Compare two postings by their numbers, in any order; None where they are two vacancies."""
        first, second = self._corpus.postings[one], self._corpus.postings[two]
        if first.cities and second.cities and not first.cities & second.cities:
            return None
        apart = days_apart(first, second)
        if apart is not None and apart > self._limits.new_vacancy_days:
            return None
        titles = title_agreement(first.title, second.title, self._limits.related_titles)
        if titles is TitleAgreement.DIFFERENT or self._ranks_apart(first, second):
            return None
        who = employer(first.company, second.company)
        if first.has_text and second.has_text:
            texts = overlap(self._corpus.shingles(one), self._corpus.shingles(two))
            alike = first.content == second.content or self._alike(one, two, titles, who, texts)
        else:
            texts = Overlap(1, 1, 1)
            alike = self._alike_without_text(first, second, who)
        if not alike:
            return None
        if who is Employer.DIFFERENT:
            kind = Kind.AGENCY
        elif apart is not None and apart >= self._limits.repost_days and who is Employer.SAME:
            kind = Kind.REPOST
        else:
            kind = Kind.FULL if first.content == second.content else Kind.NEAR
        return Verdict(kind, texts.jaccard, apart, _agrees(first, second, titles, who))

    def _ranks_apart(self, first: Posting, second: Posting) -> bool:
        """Two ranks of one job are two vacancies; a rank named once only counts when the pay bears it out."""
        if first.title.levels != second.title.levels:
            pay = pay_agreement(first, second, self._limits.rank_pay_overlap)
            return pay not in (Pay.SAME, Pay.OVERLAPPING)
        pay = pay_agreement(first, second, self._limits.pay_overlap)
        other_years = first.experience and second.experience and first.experience != second.experience
        return bool(other_years) and pay in (Pay.TOUCHING, Pay.APART)

    def _alike_without_text(self, first: Posting, second: Posting, who: Employer) -> bool:
        """Without a description everything else has to be stated and equal."""
        return (
            first.content == second.content
            and who is Employer.SAME
            and first.cities == second.cities != frozenset()
            and first.pay == second.pay is not None
            and first.experience == second.experience
        )

    def _alike(self, one: int, two: int, titles: TitleAgreement, who: Employer, texts: Overlap) -> bool:
        limits = self._limits
        first, second = self._corpus.postings[one], self._corpus.postings[two]
        pay = pay_agreement(first, second, limits.pay_overlap)
        if titles is TitleAgreement.RELATED and (
            pay not in (Pay.SAME, Pay.OVERLAPPING) or texts.jaccard < limits.related_title
        ):
            return False
        if who is Employer.SAME:
            return self._alike_at_company(one, two, titles, texts)
        if texts.smaller < limits.least_foreign or not first.cities & second.cities:
            return False
        if who is Employer.UNKNOWN:
            enough = limits.unknown_company if titles is TitleAgreement.SAME else limits.extended_title
            sure = titles is TitleAgreement.SAME or pay in (Pay.SAME, Pay.OVERLAPPING)
            whole = sure and texts.containment >= limits.contained
            return pay is not Pay.APART and (texts.jaccard >= enough or whole)
        if pay is Pay.APART and not (first.company.hidden or second.company.hidden):
            return False
        if first.company.agency or second.company.agency:
            return texts.jaccard >= limits.known_agency or texts.containment >= limits.contained
        return pay is not Pay.TOUCHING and texts.jaccard >= limits.agency

    def _alike_at_company(self, one: int, two: int, titles: TitleAgreement, texts: Overlap) -> bool:
        limits = self._limits
        same = titles is TitleAgreement.SAME
        whole = texts.containment >= limits.contained and texts.smaller >= limits.least_own
        if texts.jaccard < (limits.same_title if same else limits.extended_title) and not whole:
            return False
        common = self._boilerplate.of(self._corpus.postings[one].company.key)
        other = self._corpus.postings[two].company.key
        if other != self._corpus.postings[one].company.key:
            common = distinct(np.concatenate([common, self._boilerplate.of(other)]))
        own = overlap(without(self._corpus.shingles(one), common), without(self._corpus.shingles(two), common))
        if own.smaller < limits.least_own:
            # All is boilerplate: only postings that are the same throughout are copies.
            return same and (texts.jaccard >= limits.extended_title or whole)
        return own.jaccard >= limits.own_part or own.containment >= limits.contained


def pay_agreement(first: Posting, second: Posting, overlapping: float) -> Pay:
    """Compare what two postings pay."""
    if first.pay is None or second.pay is None:
        return Pay.UNKNOWN
    if first.pay == second.pay:
        return Pay.SAME
    shared = min(first.pay[1], second.pay[1]) - max(first.pay[0], second.pay[0])
    if shared < 0:
        return Pay.APART
    narrower = min(first.pay[1] - first.pay[0], second.pay[1] - second.pay[0])
    return Pay.OVERLAPPING if shared >= overlapping * narrower and (shared or not narrower) else Pay.TOUCHING


def days_apart(first: Posting, second: Posting) -> int | None:
    """Days from the end of the earlier posting to the beginning of the later one; 0 where they overlap.

    Like is compared with like: days of publication where both are known, else days of first sight.
    """
    if first.published is not None and second.published is not None:
        begins = (first.published, second.published)
    elif first.first_seen is not None and second.first_seen is not None:
        begins = (first.first_seen, second.first_seen)
    else:
        return None
    earlier, seen = (begins[0], first.days_seen) if begins[0] <= begins[1] else (begins[1], second.days_seen)
    if begins[0] == begins[1]:
        return 0
    return max(max(begins) - earlier - seen, 0)


def _agrees(first: Posting, second: Posting, titles: TitleAgreement, who: Employer) -> tuple[str, ...]:
    facts = {
        "title": titles is TitleAgreement.SAME,
        "company": who is Employer.SAME,
        "city": bool(first.cities & second.cities),
        "pay": first.pay is not None and first.pay == second.pay,
        "experience": first.experience is not None and first.experience == second.experience,
        "source": first.source == second.source,
    }
    return tuple(name for name, equal in facts.items() if equal)
