"""The bundled job board, with the pages that its own server shows."""

from datetime import date, timedelta
from typing import Any

from crawler.board import pages
from crawler.board.store import BoardPosting, BoardStore
from replicas.base import CONTACT_LINE, KEYWORD, Replica
from replicas.site import Answer, Asked

_FIRST_DAY = date(2026, 10, 1)
_CITIES = ("北京", "上海", "深圳")


class DemoReplica(Replica):
    """Lists in HTML, and a page for each posting."""

    source = "demo"
    size = pages.PAGE_SIZE

    def answer(self, asked: Asked) -> Answer | None:
        """A page of the search, or a posting."""
        store = BoardStore([self._posting(number) for number in range(self.count + 4)])
        if self.is_list(asked):
            wanted = asked.query
            search = wanted.get("keyword", ""), wanted.get("city", ""), wanted.get("category", "")
            rows = store.search(*search)
            shown = self.shown(rows)
            page = pages.list_page(shown, *search, int(wanted.get("page", "1")))
            return asked.answer(page.replace(f"共 <b>{len(shown)}</b>", f"共 <b>{self.total(rows)}</b>"))
        posting = store.get(asked.path.removeprefix("/job/"))
        return asked.answer(pages.detail_page(posting, asked.path)) if posting else None

    def is_list(self, asked: Asked) -> bool:
        """Pages of the search."""
        return asked.path == "/jobs"

    def is_detail(self, asked: Asked) -> bool:
        """Pages of postings."""
        return asked.path.startswith("/job/")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {
            f"replica-{number}": {
                "title": f"{KEYWORD}评测专家 {number}",
                "company": "远山科技",
                "description": f"1、设计第 {number} 套评测集；\n2、汇报结论。",
                "city_text": f"{_CITIES[number % 3]}·科技园",
                "cities": [_CITIES[number % 3]],
                "salary_text": "25-40K·15薪",
                "salary_min": 25000,
                "experience_text": "3-5年",
                "education_text": "硕士",
                "employment_type": "full_time",
                "site_tags": ["评测", "Python"],
                "benefits": ["年度体检"],
                "published_on": _FIRST_DAY + timedelta(days=number),
                "url": f"{url}/job/replica-{number}",
            }
            for number in range(self.count)
        }

    def blocked(self) -> list[Answer]:
        """The board's own challenge page."""
        return [Answer(pages.challenge_page())]

    def changed(self) -> list[Answer]:
        """A list without its total, and a total without rows."""
        page = pages.list_page([], KEYWORD, "", "", 1)
        return [
            Answer(page.replace('class="total"', 'class="sum"')),
            Answer(page.replace("共 <b>0</b>", "共 <b>9</b>")),
        ]

    def closed(self) -> list[Answer]:
        """The board's own page for postings that were taken down."""
        return [Answer(pages.closed_page(), 410), Answer(pages.missing_page(), 404)]

    def _posting(self, number: int) -> BoardPosting:
        return BoardPosting(
            id=f"replica-{number}",
            title=f"{KEYWORD}评测专家 {number}" if number < self.count else f"仓库主管 {number}",
            company="远山科技",
            city=_CITIES[number % 3],
            district="科技园",
            salary="25-40K·15薪",
            experience="3-5年",
            education="硕士",
            industry="人工智能",
            company_size="100-499人",
            company_stage="B轮",
            category="algorithm",
            keywords=(KEYWORD,) if number < self.count else (),
            tags=("评测", "Python"),
            benefits=("年度体检",),
            published=str(_FIRST_DAY + timedelta(days=number)),
            employment="全职",
            description=f"1、设计第 {number} 套评测集；\n2、汇报结论。\n{CONTACT_LINE}",
        )
