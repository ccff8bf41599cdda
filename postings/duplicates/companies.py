"""Company names as postings write them, and whether two of them mean one employer."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from taxonomy.catalogue import load_taxonomy

_BRACKETED = re.compile(r"\([^()]*\)|\|.*")
_FORM = re.compile(
    r"(?:个人独资|有限责任公司|股份有限公司|集团有限公司|有限公司|有限合伙|股份公司|分公司|总公司|公司|股份|集团|工作室|研发中心|招聘|"
    r"\.{2,}|…)+$"
)
_NOT_NAME = re.compile(r"[^\w+#]+")
# 某知名互联网公司, 世界500强企业, 广州某大型物流公司: what a headhunter writes for a client.
_HIDDEN = re.compile(
    r"某|(?:知名|大型|中型|上市|500强|独角兽|国企|央企|外企)(?:[\u4e00-\u9fff]{0,8})(?:公司|企业|集团|机构)$"
)
_AGENCY = re.compile(
    r"人力资源|人才|猎头|猎聘|劳务|派遣|外包|企业管理|(?:管理|商务|信息|资讯)[\u4e00-\u9fff]{0,4}(?:咨询|顾问)|人瑞|科锐|前锦|万宝盛华|"
    r"任仕达|德科|中软国际|软通动力|文思海辉|法本|博彦|纬创|佰钧成|亿达信息|信必优|拓保|微创软件|思芮|京北方|润和|诚迈|汉得|东软"
)
_LEAST_SHORT_NAME = 2


class Employer(Enum):
    """What two company names say about the employer."""

    SAME = "same"
    UNKNOWN = "unknown"
    """One is missing or hidden, so that nothing speaks against the same employer."""
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Company:
    """A company name, read.

    Attributes:
        key: equal for names that surely mean one company; empty where none is given.
        hidden: a description in place of a name (某大型互联网公司).
        agency: hidden, or the name of one that recruits or works for others.
    """

    key: str
    hidden: bool
    agency: bool


@lru_cache(maxsize=1 << 16)
def read_company(text: str | None) -> Company:
    """Read a company name. A company of the vocabulary goes by its name there, in whatever spelling it comes."""
    folded = unicodedata.normalize("NFKC", text or "").lower()
    bare = _FORM.sub("", _NOT_NAME.sub("", _BRACKETED.sub("", folded)))
    if not bare:
        return Company("", hidden=False, agency=False)
    hidden = _HIDDEN.search(folded) is not None
    listed = None if hidden else load_taxonomy().company(text)
    agency = hidden or (listed is None and _AGENCY.search(folded) is not None)
    return Company(listed.zh if listed else bare, hidden, agency)


def employer(first: Company, second: Company) -> Employer:
    """Compare two companies; a short name inside a long one (云联, 广州云联科技) is the same.

    That is generous, which it may be: texts have to agree as well.
    """
    if not first.key or not second.key or (first.hidden and first.key == second.key):
        return Employer.UNKNOWN
    if first.hidden or second.hidden:
        return Employer.DIFFERENT
    shorter, longer = sorted((first.key, second.key), key=len)
    if shorter == longer or (len(shorter) >= _LEAST_SHORT_NAME and shorter in longer):
        return Employer.SAME
    return Employer.DIFFERENT
