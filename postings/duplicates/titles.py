"""Job titles as two postings of one vacancy write them: without advertising, pay, codes and ranks."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from taxonomy.places import read_cities

_ADVERTISING = re.compile(
    r"急[招聘需]?|诚[招聘]|高薪|直[招聘签]|招聘|招募|招贤纳士|热招|应届生?(?:亦可|可投)|欢迎.*|可?接受[^,，/|]*"
    r"|[双单]休|周末|朝九晚[五六]|[五六七]险(?:[一二两]金)?|弹性(?:工作)?|不?加班|带薪(?:培训)?|年终(?:奖|双薪)?|年底|双薪"
    r"|(?:可提供|提供|免费|包|管)(?:食宿|吃住|住宿|吃|住|餐|食)+|食宿|福利(?:待遇)?(?:好|齐全|多)?|待遇(?:优厚|好)?"
    r"|无需?经验(?:亦?可)?|零基础|晋升(?:快|空间大?)?|发展(?:空间|机会)(?:大|多)?|驻场|外派(?:大厂)?|代集团|统招|全日制"
    r"|学信网可查|无责(?:底薪)?|高?提成|[保底月年日]薪|保底|日结|[长短]期|稳定|远程(?:面试|办公)?|居家(?:办公)?"
)
_BRACKETED = re.compile(r"[\[(【][^\[\]()【】]*[\])】]")
_PIECE = re.compile(r"[^\[\]()【】\-–—_/|,，、\s]+")
_LONGEST_PLACE = 8
_REGION = re.compile(
    "(河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾"
    "|内蒙古|广西|西藏|宁夏|新疆|华北|华东|华南|华中|西南|西北|东北)(?:省|地?区)?"
)
_CODE = re.compile(r"(?:职位|岗位)?编号[:：]?\s*[a-z0-9_-]+|(?<![a-z])[a-z]{1,4}[-_]?\d{3,}(?![a-z0-9])|\d{5,}")
_PAY = re.compile(
    r"\d[\d.]*\s*(?:[-~至]\s*\d[\d.]*)?\s*(?:[k万千元块]|薪)(?:以上|起)?(?:\s*/?\s*[年月天日时]+)?|\d{3,}"
)
_RANK = re.compile("初中级|中高级|中/高|初级|中级|高级|资深")
_WORD = re.compile(r"[a-z][a-z0-9.+#]*|[0-9]+|[\u3400-\u9fff]")
_SAME_MEANING = {
    "安卓": "android",
    "研发": "开发",
    "工程师": "",
    "专员": "",
    "人员": "",
    "岗位": "",
    "岗": "",
    "员工": "",
}
_ALIKE = re.compile("|".join(_SAME_MEANING))

_LEVELS = {
    "intern": re.compile(r"实习|\bintern\b"),
    "graduate": re.compile(r"应届(?!生?(?:亦可|可投))|校招|管培|\d{2}届"),
    "assistant": re.compile(r"助理|\bassistant\b"),
    "junior": re.compile(r"初级|初中|\bjunior\b"),
    "middle": re.compile(r"中级|中高级|中/高"),
    "senior": re.compile(r"高级|资深|中/高|\b(?:senior|sr)\b"),
    "expert": re.compile(r"专家|架构师|首席|\b(?:principal|expert)\b"),
    "lead": re.compile(r"主管|组长|负责人|总监|经理|主任|\b(?:lead|leader|manager|director)\b"),
}


class TitleAgreement(Enum):
    """How far two titles name the same job."""

    SAME = "same"
    EXTENDED = "extended"
    """One only adds to the other (Java开发, Java后端开发工程师), or they differ in brackets alone."""
    RELATED = "related"
    """Each has words of its own (数据采集工程师, 数据爬虫工程师)."""
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Title:
    """A title, read.

    Attributes:
        plain: its letters, digits and Chinese alone, small.
        core: the job's name: small letters, digits, Chinese; the whole title where nothing else is left.
        head: the same without what stands in brackets; may be empty.
        levels: the ranks it names.
        places: the cities, provinces and regions it names on their own, between brackets or dashes.
    """

    plain: str
    core: str
    head: str
    levels: frozenset[str]
    places: frozenset[str]


@lru_cache(maxsize=1 << 16)
def read_title(text: str) -> Title:
    """Read a title."""
    folded = unicodedata.normalize("NFKC", text).lower()
    levels = frozenset(level for level, words in _LEVELS.items() if words.search(folded))
    plain = "".join(_WORD.findall(folded))
    core = _name(folded) or plain
    return Title(plain, core, _name(_BRACKETED.sub(" ", folded)), levels, _places(folded))


def title_agreement(first: Title, second: Title, related: float) -> TitleAgreement:
    """Compare two titles; levels are left to the caller, who knows pay and experience.

    Args:
        first: a title.
        second: another.
        related: the Dice coefficient of their words from which titles are related.
    """
    if first.places and second.places and not first.places & second.places:
        return TitleAgreement.DIFFERENT
    words, others = _words(first.core), _words(second.core)
    if words == others:
        return TitleAgreement.SAME
    if _latin(words - others) and _latin(others - words):
        return TitleAgreement.DIFFERENT  # iOS and Android, Java and C#
    shared = len(words & others)
    if shared == min(len(words), len(others)) or (first.head and _words(first.head) == _words(second.head)):
        return TitleAgreement.EXTENDED
    dice = 2 * shared / (len(words) + len(others))
    return TitleAgreement.RELATED if dice >= related else TitleAgreement.DIFFERENT


@lru_cache(maxsize=1 << 12)
def _words(core: str) -> frozenset[str]:
    """Latin words and Chinese characters, without words that any job can have (工程师)."""
    telling = _ALIKE.sub(lambda match: f" {_SAME_MEANING[match[0]]} ", core)
    return frozenset(_WORD.findall(telling)) or frozenset([core])


def _latin(words: frozenset[str]) -> bool:
    return any("a" <= word[0] <= "z" for word in words)


def _places(folded: str) -> frozenset[str]:
    pieces = [piece for piece in _PIECE.findall(folded) if len(piece) <= _LONGEST_PLACE]
    regions = {match[1] for piece in pieces if (match := _REGION.fullmatch(piece))}
    return frozenset(regions.union(*map(read_cities, pieces)))


def _name(folded: str) -> str:
    """The letters, digits and Chinese of a title that name its job."""
    bare = _ADVERTISING.sub(" ", _PAY.sub(" ", _CODE.sub(" ", folded)))
    return "".join(_WORD.findall(_RANK.sub(" ", bare)))
