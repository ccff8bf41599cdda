"""What the replicas of applicant-tracking systems share: postings of an international company with jobs in China."""

from datetime import date, timedelta

from replicas.base import KEYWORD

PLACES = (("Shanghai, China", "上海"), ("Beijing, China", "北京"), ("Shenzhen, Guangdong, China", "深圳"))
FIRST_DAY = date(2026, 4, 3)


def title(number: int, count: int) -> str:
    """The title of a posting; those from `count` on are not found by the keyword."""
    return f"{KEYWORD} Engineer {number}" if number < count else f"Payroll Specialist {number}"


def place(number: int) -> str:
    return PLACES[number % 3][0]


def city(number: int) -> str:
    return PLACES[number % 3][1]


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)
