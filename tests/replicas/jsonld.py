"""A site without a search: a sitemap, and pages that describe their posting with schema.org JobPosting."""

import json
from datetime import date, timedelta
from html import escape
from typing import Any

from replicas.base import CHAT, CONTACT_LINE, KEYWORD, MAIL, MOBILE, PERSON, Replica
from replicas.site import Answer, Asked

_FIRST_DAY = date(2026, 9, 1)
_CITIES = ("成都", "南京", "西安")
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


class JsonLdReplica(Replica):
    """The sitemap lists all postings; the keyword is looked for after reading."""

    source = "jsonld"
    size = 12
    pages = False
    reports_total = False

    def settings(self, url: str) -> dict[str, Any]:
        """The operator names the sitemap."""
        return {"start_urls": {self.source: [f"{url}/sitemap.xml"]}}

    def answer(self, asked: Asked) -> Answer | None:
        """The sitemap, a posting, or the page about the company, which holds none."""
        own = f"http://{asked.headers['host']}"
        if self.is_list(asked):
            paths = [*(f"/jobs/{number}" for number in range(self.count + 3)), "/jobs/life-with-us"]
            rows = "".join(f"<url><loc>{own}{path}</loc><lastmod>2026-11-02</lastmod></url>" for path in paths)
            body = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{_NAMESPACE}">{rows}</urlset>'
            return asked.answer(body, headers={"Content-Type": "application/xml"})
        name = asked.path.removeprefix("/jobs/")
        if asked.path == "/jobs/life-with-us":
            return asked.answer("<title>加入我们</title><p>我们相信长期主义。</p>")
        if asked.path.startswith("/jobs/") and name.isdecimal() and int(name) < self.count + 3:
            return asked.answer(self._page(int(name), f"{own}{asked.path}"))
        return None

    def is_list(self, asked: Asked) -> bool:
        """The sitemap."""
        return asked.path == "/sitemap.xml"

    def is_detail(self, asked: Asked) -> bool:
        """All other pages."""
        return asked.path.startswith("/jobs/")

    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Postings as they are stored."""
        return {
            f"{url.removeprefix('http://')}/jobs/{number}": {
                "title": f"{KEYWORD}产品经理 {number}",
                "company": "山海智能",
                "description": f"负责第 {number} 款产品\n画好原型\n懂一点统计学 & 写作",
                "city_text": f"{_CITIES[number % 3]}·高新区",
                "cities": [_CITIES[number % 3]],
                "salary_text": "20000-35000元/月",
                "salary_min": 20000,
                "salary_max": 35000,
                "experience_text": "3年",
                "education_text": "本科",
                "employment_text": "FULL_TIME",
                "employment_type": "full_time",
                "industry_text": "人工智能",
                "benefits": ["六险一金", "弹性工作"],
                "published_on": _FIRST_DAY + timedelta(days=number),
                "url": f"{url}/jobs/{number}",
            }
            for number in range(self.count)
        }

    def _page(self, number: int, url: str) -> str:
        found = number < self.count
        duties = f"<p>负责第 {number} 款产品</p><ul><li>画好原型</li></ul>"
        node = {
            "@context": "https://schema.org/",
            "@type": "JobPosting",
            "title": f"{KEYWORD}产品经理 {number}" if found else f"门店店长 {number}",
            # Escaped once more than need be, as many sites have it.
            "description": escape(f"{duties}<p>懂一点统计学 &amp; 写作<br>{CONTACT_LINE}</p>"),
            "datePosted": str(_FIRST_DAY + timedelta(days=number)),
            "employmentType": "FULL_TIME",
            "hiringOrganization": {"@type": "Organization", "name": "山海智能"},
            "jobLocation": {
                "@type": "Place",
                "address": {"addressLocality": _CITIES[number % 3], "streetAddress": "高新区", "addressCountry": "CN"},
            },
            "baseSalary": {
                "currency": "CNY",
                "value": {"minValue": 20000, "maxValue": 35000, "unitText": "MONTH"},
            },
            "industry": "人工智能",
            "jobBenefits": "六险一金,弹性工作",
            "educationRequirements": "本科",
            "experienceRequirements": {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": 36},
            "applicationContact": {"name": PERSON, "telephone": MOBILE, "email": MAIL},
            "url": url,
        }
        text = json.dumps(node, ensure_ascii=False)
        return (
            f'<html><head><title>招聘</title><script type="application/ld+json">{text}</script></head>'
            f"<body><p>招聘者 {PERSON} {MOBILE}，微信 {CHAT}</p></body></html>"
        )
