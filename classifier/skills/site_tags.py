"""Skills that the site's own tags name.

A tag is a demand in a word or two that the recruiter chose, so it needs no reader of its context: a skill that a tag
names is given. On the labelled postings with tags, 0.96 of the skills named so are labelled (docs/skills.md).
"""

import re

from taxonomy.skills import SkillMatch, SkillMatcher

_TAKES_BACK = re.compile(r"\s*(?:不|无需|无须|非)")


def skills_of_tags(matcher: SkillMatcher, lines: str) -> list[SkillMatch]:
    """The mentions of skills in a posting's tags, in order.

    The tags are read together, so that an ambiguous name counts among names of its kind (React beside Vue). A tag that
    begins with a negation (不授课, 无需编程) names nothing.

    Args:
        matcher: of the vocabulary.
        lines: the tags of one posting, a line each (`postings.schema.tag_lines`).

    Returns:
        Mentions, with their characters in the lines.
    """
    return [
        mention
        for mention in matcher.find(lines)
        if not _TAKES_BACK.match(lines, lines.rfind("\n", 0, mention.start) + 1)
    ]
