"""The kind of employment a posting offers."""

import re

from taxonomy._text import fold, remembering

EMPLOYMENT_TYPES = ("full_time", "part_time", "internship", "contract")

_INTERNSHIP = re.compile(r"实习|\bintern(?:s|ship)?\b|\btrainee\b")
_CONTRACT = re.compile(
    r"派遣|外包|劳务|合同工|项目制|自由职业|灵活用工|\bcontract(?:or)?\b|\bfreelancer?\b|\btemporary\b|\btemp\b|outsourc"
)
_PART_TIME = re.compile(r"兼职|临时|小时工|零工|暑假工|寒假工|\bpart ?time\b|\bper ?diem\b")
_FULL_TIME = re.compile(r"全职|正式|社招|社会招聘|校招|校园|应届|\bfull ?time\b|\bregular\b|\bpermanent\b|\bemployee\b")
_JOINERS = re.compile(r"[-_]")


def read_employment_type(text: str | None) -> str | None:
    """Reads the kind of employment: full_time, part_time, internship or contract.

    Rules:
        Chinese words of the boards (全职, 兼职, 实习, 校招, 社招, 劳务派遣 ...) and schema.org's employmentType
        (FULL_TIME, PART_TIME, CONTRACTOR, TEMPORARY, INTERN, PER_DIEM).
        The special kind wins over the general one: 全职实习 and 校招实习 are internships, 全职(劳务派遣) is a contract.
        校招 and 社招 without more are full-time employment. 兼职/临时 is one option of 智联招聘: part time.

    Returns:
        None where no kind is named, or two that exclude each other (全职/兼职).
    """
    return _read_employment_type(text) if text else None


@remembering
def _read_employment_type(text: str) -> str | None:
    folded = _JOINERS.sub(" ", fold(text))
    part_time = _PART_TIME.search(folded) is not None
    if _INTERNSHIP.search(folded):
        return None if part_time else "internship"
    if _CONTRACT.search(folded):
        return None if part_time else "contract"
    full_time = _FULL_TIME.search(folded) is not None
    if part_time == full_time:
        return None
    return "part_time" if part_time else "full_time"
