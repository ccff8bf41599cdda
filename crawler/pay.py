"""Pay that a site states as figures, written the way `taxonomy.salary` reads it."""

from collections.abc import Iterable
from typing import Any, Final

PERIODS: Final = {"HOUR": "时", "DAY": "天", "WEEK": "周", "MONTH": "月", "YEAR": "年"}
"""The units of schema.org and most applicant-tracking systems."""

_YUAN: Final = frozenset({"CNY", "RMB", "¥", "元"})


def pay_text(amounts: Iterable[Any], currency: str, period: str = "") -> str | None:
    """The text of one or two amounts: 20000-35000元/月 in yuan.

    Other currencies keep their code (USD 100000-120000/年), by which no reader takes them for yuan.

    Args:
        amounts: The lower and the upper bound, or a single amount. What is no positive amount is left out.
        currency: Its code.
        period: What follows the stroke (月); empty where none is stated.

    Returns:
        None where no amount is left.
    """
    numbers = "-".join(dict.fromkeys(filter(None, map(amount_text, amounts))))
    if not numbers:
        return None
    after = f"/{period}" if period else ""
    code = currency.strip().upper()
    return f"{numbers}元{after}" if code in _YUAN else f"{code} {numbers}{after}"


def amount_text(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """A positive amount without needless decimals; None for anything else."""
    try:
        amount = float(str(value).replace(",", ""))
    except ValueError:
        return None
    if not 0 < amount < 1e12:
        return None
    return f"{amount:.2f}".removesuffix(".00")
