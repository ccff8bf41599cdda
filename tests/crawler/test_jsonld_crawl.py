"""The jsonld source: sitemaps, start pages, sound and broken pages, over real sockets."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from crawler.board.server import serve_in_background
from crawler.board.store import written_postings
from crawler.spiders.jsonld import page_id
from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]


def page(node: Any, before: str = "", after: str = "") -> str:
    text = node if isinstance(node, str) else json.dumps(node, ensure_ascii=False)
    return f'<html><head><script type="application/ld+json">{before}{text}{after}</script></head><body>x</body></html>'


def posting(title: str, **more: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "JobPosting", "title": title, "description": "职责", **more}


def sitemap(*urls: str, day: str = "2026-11-01") -> str:
    rows = "".join(f"<url><loc>{url}</loc><lastmod>{day}</lastmod></url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def test_reads_a_board_from_its_sitemap_index(sit: Any, stored: Rows) -> None:
    with serve_in_background() as board:
        result = sit("jsonld", ("AIGC",), ("上海",), start_urls={"jsonld": [f"{board.url}/sitemap.xml"]})
    expected = {
        written.id
        for written in written_postings()
        if written.city == "上海" and "aigc" in f"{written.title}\n{written.description}".casefold()
    }
    rows = stored()
    assert result.sources[0].verdict is Verdict.OK
    assert len(expected) > 3
    assert {row["source_id"].rsplit("/", 1)[1] for row in rows} == expected
    assert all(row["keywords"] == ["AIGC"] and row["city"] == "上海" for row in rows)
    assert all(row["salary_text"] and row["company"] and row["experience_text"] for row in rows)


def test_sound_and_broken_pages_side_by_side(serve: Any, sit: Any, stored: Rows) -> None:
    pages = {
        "/job/plain": page(posting("普通")),
        "/job/graph": page({"@graph": [{"@type": "WebSite"}, posting("图")]}),
        "/job/list": page([posting("甲"), posting("乙")]),
        "/job/types": page(posting("多类型", **{"@type": ["JobPosting", "Thing"]})),
        "/job/pascal": page({"@Context": "http://schema.org/", "@Type": "JobPosting", "Title": "大写键"}),
        "/job/cdata": page(posting("有护栏"), "\n//<![CDATA[\n", "\n//]]>\n"),
        "/job/comment": page(posting("有注释"), "<!-- ", " -->"),
        "/job/entities": page(json.dumps(posting("转义")).replace('"', "&quot;")),
        "/job/control": page(json.dumps(posting("换行"), ensure_ascii=False).replace("职责", "职\n责\t尾")),
        "/job/gbk": page(posting("中文编码")),
        "/job/meta": '<meta name="job-title" content="元标签"><meta name="job-location" content="成都">',
        "/job/none": "<html><body>关于我们</body></html>",
        "/job/cambrian": page({"@context": "https://ziyuan.baidu.com/contexts/cambrian.jsonld", "title": "不是职位"}),
        "/job/broken": page('{"@type": "JobPosting", "title": '),
        "/job/untitled": page({"@type": "JobPosting", "description": "没有标题"}),
        "/job/gone": "",
    }

    def answering(asked: Any) -> Any:
        if asked.path == "/sitemap.xml":
            return asked.answer(sitemap(*(f"{site.url}{path}" for path in pages)))
        if asked.path == "/job/gone":
            return asked.answer(status=410)
        if asked.path == "/job/gbk":
            return asked.answer(pages[asked.path].encode("gb18030"), headers={"Content-Type": "text/html"})
        return asked.answer(pages[asked.path]) if asked.path in pages else None

    site = serve(answering)
    result = sit("jsonld", start_urls={"jsonld": [f"{site.url}/sitemap.xml"]})
    (source,) = result.sources
    assert {row["title"] for row in stored()} == {
        *("普通", "图", "甲", "乙", "多类型", "大写键", "有护栏", "有注释", "转义", "换行", "中文编码", "元标签"),
    }
    assert source.verdict is Verdict.PARTIAL
    assert source.errors == {"format_changed": 2}
    assert (source.counts.closed, source.counts.missing) == (1, 2)
    # Broken pages were looked at twice, sound ones once.
    assert site.paths().count("/job/broken") == 2
    assert site.paths().count("/job/plain") == 1


def test_a_start_page_with_links_and_a_next_page(serve: Any, sit: Any, stored: Rows) -> None:
    def answering(asked: Any) -> Any:
        number = asked.query.get("page", "1")
        if asked.path == "/careers" and number == "1":
            return asked.answer(
                '<a href="/careers/job/1?utm_source=x#top">A</a><a href="job/2">B</a><a href="/about">C</a>'
                '<a href="/careers/job/1">A again</a><a href="/logo-job.png">D</a>'
                '<a href="https://elsewhere.invalid/job/9">E</a><a rel="next" href="/careers?page=2">next</a>'
            )
        if asked.path == "/careers":
            return asked.answer('<a href="/careers/job/3">F</a>')
        if asked.path in {"/careers/job/1", "/job/2", "/careers/job/3"}:
            return asked.answer(page(posting(f"职位 {asked.path}")))
        return None

    site = serve(answering)
    result = sit("jsonld", start_urls={"jsonld": [f"{site.url}/careers"]})
    assert result.sources[0].verdict is Verdict.OK
    assert sorted(row["title"] for row in stored()) == ["职位 /careers/job/1", "职位 /careers/job/3", "职位 /job/2"]
    assert sorted(site.paths()) == ["/careers", "/careers", "/careers/job/1", "/careers/job/3", "/job/2"]


def test_a_page_that_is_refused_once_is_asked_for_once_more(serve: Any, sit: Any, stored: Rows) -> None:
    refused: list[str] = []

    def shielded(asked: Any) -> Any:
        if asked.path == "/":
            return asked.answer("".join(f'<a href="/job/{number}">x</a>' for number in (1, 2)))
        if asked.path == "/job/1" and not refused:
            refused.append(asked.path)
            return asked.answer("no", 403)
        return asked.answer(page(posting(asked.path))) if asked.path.startswith("/job/") else None

    site = serve(shielded)
    (source,) = sit("jsonld", start_urls={"jsonld": [f"{site.url}/"]}).sources
    assert (refused, source.verdict) == (["/job/1"], Verdict.OK)
    assert {row["title"] for row in stored()} == {"/job/1", "/job/2"}


def test_a_start_page_that_is_a_posting(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(lambda asked: asked.answer(page(posting("唯一职位"))) if asked.path == "/job" else None)
    sit("jsonld", start_urls={"jsonld": [f"{site.url}/job"]})
    assert [row["title"] for row in stored()] == ["唯一职位"]


def test_a_page_is_read_again_only_when_its_lastmod_changes(serve: Any, sit: Any, stored: Rows) -> None:
    state = {"day": "2026-11-01", "title": "旧标题"}

    def answering(asked: Any) -> Any:
        if asked.path == "/sitemap.xml":
            return asked.answer(sitemap(f"{site.url}/job/1", day=state["day"]))
        return asked.answer(page(posting(state["title"]))) if asked.path == "/job/1" else None

    site = serve(answering)
    start = {"jsonld": [f"{site.url}/sitemap.xml"]}
    sit("jsonld", start_urls=start)
    sit("jsonld", start_urls=start)
    assert site.paths().count("/job/1") == 1
    state.update(day="2026-11-09", title="新标题")
    result = sit("jsonld", start_urls=start)
    assert site.paths().count("/job/1") == 2
    assert result.sources[0].counts.changed == 1
    assert [row["title"] for row in stored()] == ["新标题"]


def test_postings_that_another_plan_passed_over_are_read_for_a_plan_that_wants_them(
    serve: Any, sit: Any, stored: Rows
) -> None:
    def answering(asked: Any) -> Any:
        if asked.path == "/sitemap.xml":
            return asked.answer(sitemap(f"{site.url}/job/1"))
        return asked.answer(page(posting("向量数据库工程师"))) if asked.path == "/job/1" else None

    site = serve(answering)
    start = {"jsonld": [f"{site.url}/sitemap.xml"]}
    first = sit("jsonld", ("大模型",), start_urls=start)
    assert first.sources[0].verdict is Verdict.EMPTY
    assert "1 postings" in first.sources[0].reason
    again = sit("jsonld", ("大模型",), start_urls=start)
    assert again.sources[0].counts.details == 0
    sit("jsonld", ("数据库",), start_urls=start)
    assert [row["keywords"] for row in stored()] == [["数据库"]]


@pytest.mark.parametrize(
    ("body", "headers", "verdict", "words"),
    [
        (sitemap(), {}, Verdict.EMPTY, ""),
        (gzip.compress(sitemap().encode()), {"Content-Type": "application/gzip"}, Verdict.EMPTY, ""),
        (gzip.compress(sitemap().encode())[:30], {"Content-Type": "application/gzip"}, Verdict.FORMAT_CHANGED, "gz"),
        ("<html><body><div id=app></div></body></html>", {}, Verdict.FORMAT_CHANGED, "neither"),
        ('<a href="https://elsewhere.invalid/job/1">x</a>', {}, Verdict.FORMAT_CHANGED, "other hosts"),
        ("<html>安全验证</html>", {}, Verdict.BLOCKED, "challenge"),
    ],
)
def test_start_pages_that_lead_nowhere(
    serve: Any, sit: Any, body: bytes | str, headers: dict[str, str], verdict: Verdict, words: str
) -> None:
    site = serve(lambda asked: asked.answer(body, headers=headers) if asked.path == "/start" else None)
    (source,) = sit("jsonld", start_urls={"jsonld": [f"{site.url}/start"]}).sources
    assert source.verdict is verdict, source
    assert words in source.reason


def test_a_site_without_a_single_posting_is_told_from_an_empty_one(serve: Any, sit: Any) -> None:
    def answering(asked: Any) -> Any:
        if asked.path == "/sitemap.xml":
            return asked.answer(sitemap(f"{site.url}/job/1", f"{site.url}/job/2"))
        return asked.answer("<html>新版页面</html>")

    site = serve(answering)
    (source,) = sit("jsonld", start_urls={"jsonld": [f"{site.url}/sitemap.xml"]}).sources
    assert source.verdict is Verdict.FORMAT_CHANGED
    assert "none of its 2 pages" in source.reason


def test_ids_of_pages_leave_out_what_only_counts_visitors() -> None:
    assert page_id("https://a.cn/job/1/?utm_source=x&id=7#top") == "a.cn/job/1?id=7"
    assert page_id("http://a.cn/job/1") == page_id("https://a.cn/job/1/")
    assert len(page_id("https://a.cn/" + "x" * 500)) == 64
