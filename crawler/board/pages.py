"""The pages of the board, as HTML a browser can show and a crawler can read."""

import json
from collections import Counter
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode
from xml.sax.saxutils import escape as escape_xml

from crawler.board.store import BoardPosting, category_name

PAGE_SIZE = 20
MOST_PAGES = 100
"""The board shows no list beyond this page, as real boards do; narrower searches reach the rest."""
SITEMAP_SIZE = 1000

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title} - 演示招聘</title>{head}</head>
<body><header><a href="/jobs">演示招聘</a> <a href="/admin/">管理后台</a></header>
<main>{body}</main>
<footer>本机演示站点，职位均为虚构。</footer></body></html>
"""
_RECRUITERS = ("王女士", "李先生", "张女士", "陈先生")


def list_page(found: Sequence[BoardPosting], keyword: str, city: str, category: str, page: int) -> str:
    """One page of a search."""
    pages = -(-len(found) // PAGE_SIZE)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE] if 1 <= page <= MOST_PAGES else []
    rows = "".join(_row(posting) for posting in shown)
    query = {"keyword": keyword, "city": city, "category": category}
    parts = [f'<p class="total">共 <b>{len(found)}</b> 个职位</p>']
    if pages > MOST_PAGES:
        parts.append(f'<p class="limit">仅显示前 <b>{MOST_PAGES}</b> 页，请缩小范围</p>')
    parts.append(_facet("cities", "city", Counter(posting.city for posting in found), query))
    parts.append(_facet("categories", "category", Counter(posting.category for posting in found), query))
    parts.append(f'<ul class="jobs">{rows}</ul>' if shown else '<p class="none">没有找到相关职位</p>')
    if page < min(pages, MOST_PAGES):
        parts.append(f'<a rel="next" href="/jobs?{escape(urlencode({**query, "page": page + 1}))}">下一页</a>')
    return _PAGE.format(title=escape(f"{keyword}{city}职位列表"), head="", body="\n".join(parts))


def detail_page(posting: BoardPosting, url: str) -> str:
    """The page of one posting, with its JSON-LD."""
    facts = {
        "薪资": ("salary", posting.salary),
        "城市": ("city", place(posting)),
        "经验": ("experience", posting.experience),
        "学历": ("education", posting.education),
        "类型": ("employment", posting.employment),
        "发布日期": ("published", posting.published),
        "公司": ("company", posting.company),
        "行业": ("industry", posting.industry),
        "规模": ("size", posting.company_size),
        "阶段": ("stage", posting.company_stage),
        "职位类别": ("category", category_name(posting.category)),
    }
    rows = "".join(
        f'<dt>{label}</dt><dd class="{name}">{escape(value)}</dd>' for label, (name, value) in facts.items() if value
    )
    number = sum(map(ord, posting.id))
    recruiter = f"{_RECRUITERS[number % len(_RECRUITERS)]} 1380000{number % 10000:04d}"
    body = (
        f'<h1>{escape(posting.title)}</h1><dl class="facts">{rows}</dl>{_items("tags", posting.tags)}'
        f"{_items('benefits', posting.benefits)}"
        f'<div class="description">{escape(posting.description).replace(chr(10), "<br>")}</div>'
        f'<aside class="recruiter">招聘者：{recruiter}</aside>'
        f'<a href="/apply/{escape(posting.id)}">投递简历</a>'
    )
    # A script ends at the first "</", whatever the JSON says.
    data = json.dumps(_job_posting(posting, url), ensure_ascii=False).replace("</", "<\\/")
    head = f'<script type="application/ld+json">{data}</script>'
    return _PAGE.format(title=escape(posting.title), head=head, body=body)


def closed_page() -> str:
    """The page of a posting that was taken down."""
    return _PAGE.format(title="职位已关闭", head="", body='<p class="closed">该职位已关闭</p>')


def challenge_page() -> str:
    """What the board shows to visitors that it takes for robots."""
    return _PAGE.format(title="安全验证", head="", body="<p>访问过于频繁，请完成验证码后继续</p>")


def missing_page() -> str:
    """The page of an address that does not exist."""
    return _PAGE.format(title="页面不存在", head="", body="<p>页面不存在</p>")


def robots_txt(base_url: str) -> str:
    """The board's rules for robots."""
    return (
        f"User-agent: *\nDisallow: /admin/\nDisallow: /apply/\nDisallow: /*debug=\n\nSitemap: {base_url}/sitemap.xml\n"
    )


def sitemap_index(count: int, base_url: str) -> str:
    """The sitemap of sitemaps; the parts are compressed."""
    rows = "".join(
        f"<sitemap><loc>{base_url}/sitemap-{number}.xml.gz</loc></sitemap>"
        for number in range(1, -(-count // SITEMAP_SIZE) + 1)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="{_SITEMAP_SPACE}">{rows}</sitemapindex>'


def sitemap(postings: Sequence[BoardPosting], number: int, base_url: str) -> str:
    """One part of the sitemap."""
    rows = "".join(
        f"<url><loc>{base_url}/job/{escape_xml(posting.id)}</loc><lastmod>{posting.published}</lastmod></url>"
        for posting in postings[(number - 1) * SITEMAP_SIZE : number * SITEMAP_SIZE]
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{_SITEMAP_SPACE}">{rows}</urlset>'


_SITEMAP_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def place(posting: BoardPosting) -> str:
    """City and district as the board writes them."""
    return f"{posting.city}·{posting.district}" if posting.district else posting.city


def _row(posting: BoardPosting) -> str:
    posting_id = escape(posting.id)
    return (
        f'<li class="job" data-id="{posting_id}"><a href="/job/{posting_id}">{escape(posting.title)}</a>'
        f' <span class="salary">{escape(posting.salary)}</span> <span class="company">{escape(posting.company)}</span>'
        f' <span class="city">{escape(place(posting))}</span></li>'
    )


def _facet(name: str, field: str, counts: Counter[str], query: dict[str, str]) -> str:
    links = "".join(
        f'<a data-value="{escape(value)}" href="/jobs?{escape(urlencode({**query, field: value}))}">'
        f"{escape(category_name(value) if field == 'category' else value)}</a> ({count}) "
        for value, count in counts.most_common()
    )
    return f'<nav class="{name}">{links}</nav>'


def _items(name: str, values: Sequence[str]) -> str:
    return f'<ul class="{name}">{"".join(f"<li>{escape(value)}</li>" for value in values)}</ul>'


def _job_posting(posting: BoardPosting, url: str) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": posting.title,
        "description": escape(posting.description).replace("\n", "<br>"),
        "datePosted": posting.published,
        "employmentType": posting.employment,
        "hiringOrganization": {"@type": "Organization", "name": posting.company},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": posting.city,
                "streetAddress": posting.district,
                "addressCountry": "CN",
            },
        },
        "baseSalary": posting.salary,
        "industry": posting.industry,
        "skills": list(posting.tags),
        "jobBenefits": list(posting.benefits),
        "educationRequirements": posting.education,
        "experienceRequirements": posting.experience,
        "identifier": {"@type": "PropertyValue", "name": "demo", "value": posting.id},
        "url": url,
    }
