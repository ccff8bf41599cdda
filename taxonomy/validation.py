"""Checks of the vocabulary across entries: unique ids and names, references that exist, nothing left unused."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from taxonomy.loading import DataFile
from taxonomy.models import Company, NamedEntry, Skill
from taxonomy.nearest import did_you_mean
from taxonomy.skill_context import SkillContext
from taxonomy.skill_hints import GAP

NamedType = TypeVar("NamedType", bound=NamedEntry)


def by_id(file: DataFile, section: str, entries: Iterable[NamedType]) -> dict[str, NamedType]:
    """The entries by their id; two with one id or one Chinese name are a JobAtlasError."""
    found: dict[str, NamedType] = {}
    by_zh: dict[str, str] = {}
    for entry in entries:
        if entry.id in found:
            raise file.fail(section, entry.id, "the id is listed twice.")
        if entry.zh in by_zh:
            raise file.fail(section, entry.id, f"{entry.zh!r} already names {by_zh[entry.zh]!r}.")
        found[entry.id] = entry
        by_zh[entry.zh] = entry.id
    return found


def check_references(
    file: DataFile,
    section: str,
    entries: Iterable[NamedEntry | Company | Skill],
    key: str,
    known: Sequence[str],
    *,
    all_used: bool,
) -> None:
    """Checks that what entries refer to exists.

    Args:
        file: where the entries come from.
        section: its section.
        entries: the entries.
        key: the key that holds the reference; None there refers to nothing.
        known: what may be referred to.
        all_used: whether each of `known` must be referred to (a category without roles is an error).

    Raises:
        JobAtlasError: an entry refers to something unknown, or something is never referred to.
    """
    used = set()
    for entry in entries:
        value = getattr(entry, key)
        if value is None:
            continue
        if value not in known:
            raise file.unknown(section, _label(entry), key, value, known)
        used.add(value)
    if all_used:
        for value in known:
            if value not in used:
                raise file.fail(section, value, f"no entry has {key} {value!r}; add one or remove it.")


def check_skill_names(file: DataFile, skills: Sequence[Skill]) -> None:
    """Checks that no two skills, and no skill twice, have one spelling, whatever its case, and that hints say more."""
    owner: dict[str, str] = {}
    for skill in skills:
        for name in (skill.name, *skill.names):
            folded = name.casefold()
            if folded in owner:
                raise file.fail("skills", skill.name, f"{name!r} already names {owner[folded]!r}.")
            owner[folded] = skill.name
    for skill in skills:
        for hint in skill.hints:
            if owner.get(hint.casefold()) == skill.name:
                raise file.fail("skills", skill.name, f"{hint!r} is a name and a hint; remove it here or there.")
            if not all(part.strip() for part in hint.split(GAP)):
                raise file.fail("skills", skill.name, f"hint {hint!r}: write words on both sides of {GAP}.")


def check_skill_context(file: DataFile, skills: Sequence[Skill], context: SkillContext, groups: Sequence[str]) -> None:
    """Checks that context rules and skills fit each other: rules exist, say something, are used and refer to skills."""
    rules = [rule.id for rule in context.rules]
    spellings = {name.casefold() for skill in skills for name in (skill.name, *skill.names)}
    used = set()
    for skill in skills:
        names = [skill.name, *skill.names]
        for name, rule_id in skill.context.items():
            if name not in names:
                problem = f"context for {name!r}, which is not one of its names.{did_you_mean(name, names)}"
                raise file.fail("skills", skill.name, problem)
            if rule_id not in rules:
                raise file.unknown("skills", skill.name, f"context {name}: rule", rule_id, rules)
            used.add(rule_id)
    known = [*groups, *(skill.name for skill in skills)]
    for rule in context.rules:
        if rules.count(rule.id) > 1:
            raise context.file.fail("rules", rule.id, "the id is listed twice.")
        if rule.id not in used:
            raise context.file.fail("rules", rule.id, "no skill has this rule; remove it.")
        if not (rule.before or rule.after or rule.listed_with or rule.posting_has):
            raise context.file.fail("rules", rule.id, "says nothing; give before, after, listed_with or posting_has.")
        for group in rule.listed_with:
            if group not in groups:
                raise context.file.unknown("rules", rule.id, "skill group", group, groups)
        for name in rule.posting_has:
            if name not in known:
                raise context.file.unknown("rules", rule.id, "skill or group", name, known)
    for phrase in context.not_skills:
        if phrase.casefold() in spellings:
            raise context.file.fail("not_skills", phrase, "is the name of a skill; remove it here or there.")


def _label(entry: NamedEntry | Company | Skill) -> str:
    match entry:
        case NamedEntry():
            return entry.id
        case Company():
            return entry.zh
        case Skill():
            return entry.name
