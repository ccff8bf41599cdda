"""Measures how much of the salary, experience, education and city texts of posting files the readers read.

    python benchmarks/check_readers.py postings.parquet [more.parquet ...]
    python benchmarks/check_readers.py --sample 300 --seed 1 --field salary postings.parquet

The first form prints, for every field, how many texts are read, how many are null for a reason listed in
`RIGHTLY_NULL`, and the commonest null texts; it ends with 1 where less than 99.5 % are read or rightly null. The
second prints text -> value pairs to be checked by eye: half drawn by row, half by distinct text, so that rare
spellings are seen as well.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow.parquet as pq

from taxonomy.education import read_education
from taxonomy.experience import read_experience
from taxonomy.places import read_cities
from taxonomy.salary import Salary, read_salary

LEAST = 0.995
READERS: dict[str, Callable[[str], object]] = {
    "salary": read_salary,
    "experience": read_experience,
    "education": read_education,
    "city": read_cities,
}

_LEVEL = "本科|大专|专科|硕士|博士|研究生|高中|中专|中技|初中|小学|学士"
_PROVINCES = (
    "河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃"
    "|青海|宁夏|新疆|台湾"
)
RIGHTLY_NULL: dict[str, dict[str, str]] = {
    "salary": {
        "no figure (面议, Unknown, [])": r"[^0-9]+",
        "nothing or no bound at all (0-0, 1元/天, 1-99999)": r"0千?-0千?(?:元/月)?|1元/天|1\+ /月|1-99999/月",
        "a range without its lower bound (-6000)": r"-[0-9]+",
        "unit or period lost (150-200, 18-40/年)": r"[0-9]{1,3}-[0-9]{1,3}(?:元|/[年月])?",
        "a month's or a year's (200000-300000, 30-50万)": (
            r"[0-9]{6}-[0-9]{5,6}|[0-9]{2,3}-[0-9]{2,3}万|[0-9]{4,5}k-[0-9]{4,5}k"
        ),
        "pay per piece (1元/次)": r".*/次",
    },
    "experience": {
        "an empty list": r"\[\]",
        "schooling or language in the column": rf"(?:{_LEVEL})(?:及以下)?|英语.*",
        "the length of an internship (3个月)": r"[0-9]+个月",
        "a date or a heading in the column": r"[0-9-]+发布|[a-z_]+",
    },
    "education": {
        "an empty list": r"\[\]",
        "student, headcount or language in the column": r"应届|招[0-9]+人|招若干人|(?:英语|普通话).*",
        "其他": r"其他",
        "prose that asks for no level": rf"(?!.*(?:{_LEVEL})).{{2,}}|.*优先|无明确提及.*",
    },
    "city": {
        "no fixed place (异地招聘, 远程办公, 全国)": r"异地.*|远程.*|全国|在家办公|无固定办公点|其[它他]",
        "a province": rf"(?:{_PROVINCES})(?:省|自治区)?|自治区直辖.*",
        "abroad": r"国外|新加坡|慕尼黑|圣保罗|迪拜|曼谷|多哈|安哥拉|班加罗尔|日本|布宜诺斯艾利斯|利雅得|马德里",
        "a district several cities have": r"高新区|江北区",
        "no place": r"市三医院市|歌乐山社区|address",
    },
}


def main(arguments: list[str] | None = None) -> int:
    """Prints the figures or a sample; 0 where every field reaches `LEAST`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="Parquet files with postings")
    parser.add_argument("--field", choices=list(READERS), action="append", help="only this field (repeatable)")
    parser.add_argument("--sample", type=int, metavar="N", help="print N text -> value pairs per field instead")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample (default 0)")
    options = parser.parse_args(arguments)
    texts = {field: _texts(options.files, field) for field in options.field or READERS}
    if options.sample:
        for field, counts in texts.items():
            print(f"\n## {field}")
            for text in _sample(counts, options.sample, random.Random(options.seed)):
                print(f"{text}\t{_shown(READERS[field](text))}")
        return 0
    reached = [_report(field, counts) for field, counts in texts.items()]
    return 0 if all(reached) else 1


def _texts(files: Iterable[Path], field: str) -> Counter[str]:
    """The non-empty texts of a field, from the column `<field>_text` of a dataset or `<field>` of a raw dump."""
    counts: Counter[str] = Counter()
    for path in files:
        parquet = pq.ParquetFile(path)
        names = [name for name in (f"{field}_text", field) if name in parquet.schema_arrow.names]
        if not names:
            sys.exit(f"{path}: has neither a column {field}_text nor {field}.")
        for batch in parquet.iter_batches(columns=names[:1]):
            counts.update(text for text in batch.column(0).to_pylist() if text and text.strip())
    return counts


def _sample(counts: Counter[str], size: int, source: random.Random) -> list[str]:
    by_row = source.choices(list(counts), weights=list(counts.values()), k=size // 2)
    distinct = sorted(counts)
    return by_row + source.sample(distinct, min(size - size // 2, len(distinct)))


def _shown(value: object) -> str:
    if isinstance(value, Salary):
        months = f" x{value.months:g}" if value.months else ""
        return f"{value.minimum}-{value.maximum}{months} ({value.period})"
    return " ".join(value) if isinstance(value, list) else str(value)


def _report(field: str, counts: Counter[str]) -> bool:
    started = time.perf_counter()
    nulls = Counter({text: rows for text, rows in counts.items() if not READERS[field](text)})
    seconds = time.perf_counter() - started
    reasons: Counter[str] = Counter()
    unexplained: Counter[str] = Counter()
    for text, rows in nulls.items():
        reason = next((name for name, form in RIGHTLY_NULL[field].items() if re.fullmatch(form, text)), None)
        if reason:
            reasons[reason] += rows
        else:
            unexplained[text] += rows
    total = counts.total()
    share = 1 - unexplained.total() / total if total else 1.0
    print(f"\n## {field}: {total:,} texts, {len(counts):,} distinct")
    print(f"read {total - nulls.total():,}, rightly null {reasons.total():,}, other null {unexplained.total():,}")
    print(
        f"read or rightly null: {share:.3%} (least {LEAST:.1%}); {len(counts) / seconds:,.0f} distinct texts a second"
    )
    for reason, rows in reasons.most_common():
        print(f"  {rows:>6,}  {reason}")
    for text, rows in unexplained.most_common(20):
        print(f"  {rows:>6,}  unexplained: {text}")
    print(f"  commonest nulls: {', '.join(f'{text} {rows}' for text, rows in nulls.most_common(12))}")
    return share >= LEAST


if __name__ == "__main__":
    sys.exit(main())
