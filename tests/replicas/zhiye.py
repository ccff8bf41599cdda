"""北森's old portals: one of the standard make, with two lists."""

from datetime import date, timedelta
from typing import Any

from replicas.base import CONTACT_LINE, KEYWORD, MAIL, PERSON, Replica
from replicas.site import Answer, Asked

_FIRST_DAY = date(2026, 5, 4)
_CITIES = ("江苏省-苏州市", "上海市", "北京市")
_NAMES = (["苏州"], ["上海"], ["北京"])
MARK = "<script>_splash('zhiye_contentpage',0,100001,'new_zhiye_com')</script>"


class ZhiyeReplica(Replica):
    """The portal `zhiye-kedacom`: a table with pages, and a page for each posting; nothing in the second list."""

    source = "zhiye-kedacom"
    keyword = ""
    size = 10

    def answer(self, asked: Asked) -> Answer | None:
        """A page of a list, or of a posting."""
        if self.is_list(asked):
            rows = [self.row(number) for number in range(self.count)] if asked.path == "/Social" else []
            return asked.answer(self.table(rows, int(asked.query.get("PageIndex", "1")), asked.path))
        if self.is_detail(asked) and (number := int(asked.path.rsplit("/", 1)[1]) - 190800000) < self.count:
            return asked.answer(self.posting(number))
        return None

    def is_list(self, asked: Asked) -> bool:
        """The two lists."""
        return asked.path in {"/Social", "/Campus"}

    def is_detail(self, asked: Asked) -> bool:
        """The page of a posting."""
        return asked.path.startswith("/zpdetail/")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {
            str(190800000 + number): {
                "title": f"{KEYWORD}算法工程师 {number}",
                "company": "苏州科达",
                "description": f"工作职责：\n负责第 {number} 号方向。\n任职资格：\n学历要求：硕士及以上。",
                "city_text": _CITIES[number % 3],
                "cities": _NAMES[number % 3],
                "salary_text": "20000-30000 元/月",
                "salary_min": 20000,
                "education_text": "硕士",
                "employment_text": "社招/全职",
                "employment_type": "full_time",
                "site_category": "研发类",
                "published_on": _FIRST_DAY + timedelta(days=number),
                "url": f"{url}/zpdetail/{190800000 + number}",
            }
            for number in range(self.count)
        }

    def table(self, rows: list[str], number: int, path: str) -> str:
        """A page of a list."""
        total = self.total(rows) if rows else 0
        last = max(-(-len(self.shown(rows)) // self.size), 1)
        links = "".join(f'<a href="{path}?PageIndex={page}">{page}</a>' for page in range(1, last + 1))
        body = "".join(self.shown(rows)[(number - 1) * self.size : number * self.size])
        return (
            f"<html><head><title>招聘职位</title>{MARK}</head><body><a href='/Login'>登录</a>"
            f'<table class="jobsTable"><tr class="title"><td>职位名称</td></tr>{body}</table>'
            f'<div class="counts">共{total}条记录</div><div class="pager2">当前第 {number}/{last} 页 {links}</div>'
            f"<p>招聘邮箱 {MAIL}</p></body></html>"
        )

    def row(self, number: int) -> str:
        """A posting in the table."""
        title, city = f"{KEYWORD}算法工程师 {number}", _CITIES[number % 3]
        return (
            f'<tr><td><a title="{title}" href="/zpdetail/{190800000 + number}?PageIndex=1">{title[:6]}...</a></td>'
            f"<td></td><td>2</td><td title='{city}'>{city}</td><td>{_FIRST_DAY + timedelta(days=number)}</td></tr>"
        )

    def posting(self, number: int) -> str:
        """The page of a posting."""
        facts = {
            "工作性质": "全职",
            "薪资范围": "20000-30000 元/月",
            "招聘人数": "2",
            "工作年限": "",
            "发布时间": str(_FIRST_DAY + timedelta(days=number)),
            "职位学历": "硕士",
            "职位类别": "研发类",
            "工作地点": _CITIES[number % 3],
            "招聘负责人": PERSON,
        }
        items = "".join(
            f'<li class="ntitle">{name}：</li><li class="nvalue">{fact}</li>' for name, fact in facts.items()
        )
        return (
            f"<html><head><title>职位详情</title>{MARK}</head><body><h2>{KEYWORD}算法工程师 {number}</h2>"
            f'<ul class="xiangqinglist">{items}</ul><div class="xiangqingtext"><p>工作职责：</p>'
            f"<div>负责第 {number} 号方向。</div><p>任职资格：</p><div>学历要求：硕士及以上。</div><p>{CONTACT_LINE}</p>"
            '</div><a href="/apply">立即申请</a></body></html>'
        )
