"""What a crawl never does: ignore robots.txt, leave its hosts, hurry, insist."""

import itertools
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]
PAGE = '<script type="application/ld+json">{"@type": "JobPosting", "title": "工程师", "description": "职责"}</script>'


def sitemap(*urls: str) -> str:
    rows = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def jobs(count: int, robots: Callable[[Any], Any] | None = None, page: Callable[[Any], Any] | None = None) -> Any:
    """A site with a sitemap of some postings; its address is known only when it runs, so it asks the request."""

    def answering(asked: Any) -> Any:
        if asked.path == "/robots.txt":
            return robots(asked) if robots else None
        if asked.path == "/sitemap.xml":
            base = f"http://{asked.headers['host']}"
            return asked.answer(sitemap(*(f"{base}/job/{number}" for number in range(count))))
        if page is not None and (given := page(asked)) is not None:
            return given
        return asked.answer(PAGE) if asked.path.startswith("/job/") else None

    return answering


def start(site: Any) -> dict[str, Any]:
    return {"start_urls": {"jsonld": [f"{site.url}/sitemap.xml"]}}


@pytest.mark.parametrize(
    ("robots", "read"),
    [
        ("User-agent: *\nDisallow: /job/1", [0, 2, 3]),
        ("User-agent: *\nDisallow: /*/2$\nDisallow: /nothing", [0, 1, 3]),
        ("User-agent: JobAtlas\nDisallow: /job/3\n\nUser-agent: *\nDisallow: /", [0, 1, 2]),
        ("User-agent: *\nDisallow: /job/\nAllow: /job/3", [3]),
        ("", [0, 1, 2, 3]),
        ("<html>单页应用</html>", [0, 1, 2, 3]),
    ],
)
def test_robots_rules_hold_with_wildcards(serve: Any, sit: Any, robots: str, read: list[int]) -> None:
    site = serve(jobs(4, robots=lambda asked: asked.answer(robots, headers={"Content-Type": "text/plain"})))
    result = sit("jsonld", **start(site))
    assert [path for path in site.paths() if path != "/sitemap.xml"] == [f"/job/{number}" for number in read]
    (source,) = result.sources
    forbidden = 4 - len(read)
    assert source.errors == ({"robots": forbidden} if forbidden else {})
    assert source.counts.new == len(read)


@pytest.mark.parametrize(
    "robots",
    [
        {"status": 500},
        {"status": 503},
        {"status": 429},
        {"status": 302, "headers": {"Location": "https://elsewhere.invalid/robots.txt"}},
        {"body": "<html>访问过于频繁，请完成验证码</html>"},
        {"body": "User-agent: *\nAllow: /", "length": 5000},
        {"body": "User-agent: *\nDisallow: /"},
    ],
)
def test_unreadable_or_forbidding_robots_end_the_run_of_the_source(
    serve: Any, sit: Any, robots: dict[str, Any]
) -> None:
    site = serve(jobs(4, robots=lambda asked: asked.answer(**robots)))
    (source,) = sit("jsonld", **start(site)).sources
    assert site.paths() == []
    assert source.verdict is Verdict.BLOCKED
    assert "robots.txt" in source.reason


def test_a_forbidden_part_of_a_list_costs_no_other_part(serve: Any, sit: Any) -> None:
    def parts(asked: Any) -> Any:
        base = f"http://{asked.headers['host']}"
        index = sitemap(f"{base}/private/map.xml", f"{base}/open.xml").replace("urlset", "sitemapindex")
        return {
            "/index.xml": asked.answer(index.replace("<url>", "<sitemap>").replace("</url>", "</sitemap>")),
            "/open.xml": asked.answer(sitemap(f"{base}/job/1", f"{base}/job/2")),
        }.get(asked.path)

    site = serve(jobs(3, robots=lambda asked: asked.answer("User-agent: *\nDisallow: /private/"), page=parts))
    result = sit("jsonld", start_urls={"jsonld": [f"{site.url}/index.xml"]})
    (source,) = result.sources
    assert site.paths() == ["/index.xml", "/open.xml", "/job/1", "/job/2"]
    assert (source.verdict, source.errors, source.counts.new) == (Verdict.PARTIAL, {"robots": 1}, 2)
    log = (result.summary.parent / "crawl.log").read_text(encoding="utf-8")
    assert "jsonld: list" in log
    assert "robots.txt forbids /private/map.xml" in log


def test_a_source_whose_postings_are_all_forbidden_is_blocked(serve: Any, sit: Any) -> None:
    site = serve(jobs(5, robots=lambda asked: asked.answer("User-agent: *\nDisallow: /job/")))
    (source,) = sit("jsonld", **start(site)).sources
    assert site.paths() == ["/sitemap.xml"]
    assert source.verdict is Verdict.BLOCKED
    assert source.errors == {"robots": 5}


def test_without_robots_txt_all_is_allowed(serve: Any, sit: Any) -> None:
    site = serve(jobs(2, robots=lambda asked: asked.answer(status=403)))
    assert sit("jsonld", **start(site)).sources[0].verdict is Verdict.OK


def test_crawl_delay_is_kept(serve: Any, sit: Any) -> None:
    moments: list[float] = []

    def noted(asked: Any) -> None:
        moments.append(time.monotonic())

    rules = "User-agent: *\nCrawl-delay: 0.4"
    site = serve(jobs(4, robots=lambda asked: asked.answer(rules), page=noted))
    sit("jsonld", **start(site))
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert len(gaps) == 3
    assert min(gaps) > 0.4 * 0.7 - 0.05  # the delay varies by 30 %


def test_the_delay_is_kept_and_one_request_runs_at_a_time(serve: Any, sit: Any) -> None:
    moments: list[float] = []

    def noted(asked: Any) -> None:
        moments.append(time.monotonic())
        time.sleep(0.02)

    site = serve(jobs(6, page=noted))
    sit("jsonld", delay=0.2, **start(site))
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert min(gaps) > 0.2 * 0.7 - 0.02
    assert site.most_at_once == 1


def test_sources_on_one_host_run_one_after_another(serve: Any, sit: Any) -> None:
    def slow(asked: Any) -> Any:
        time.sleep(0.05)
        return (
            asked.answer_json({"code": 0, "data": {"job_post_list": [], "count": 0}})
            if asked.method == "POST"
            else None
        )

    site = serve(slow)
    names = ("feishu-minimax", "feishu-01ai", "feishu-vast")
    result = sit(names, ("大模型", "AIGC"), base_urls=dict.fromkeys(names, site.url))
    assert [source.verdict for source in result.sources] == [Verdict.EMPTY] * 3
    assert site.most_at_once == 1


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_for(serve: Any, sit: Any, form: str) -> None:
    moments: list[float] = []

    def busy(asked: Any) -> Any:
        if asked.path != "/job/1":
            return None
        moments.append(time.monotonic())
        if len(moments) > 1:
            return None
        value = "1" if form == "seconds" else formatdate(time.time() + 2, usegmt=True)
        return asked.answer(status=429, headers={"Retry-After": value})

    site = serve(jobs(2, page=busy))
    result = sit("jsonld", **start(site))
    assert result.sources[0].verdict is Verdict.OK
    assert moments[1] - moments[0] >= 0.95


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_an_hour_is_left_alone(serve: Any, sit: Any, status: int) -> None:
    site = serve(
        jobs(
            9,
            page=lambda asked: (
                asked.answer(status=status, headers={"Retry-After": "3600"}) if asked.path == "/job/2" else None
            ),
        )
    )
    result = sit("jsonld", **start(site))
    (source,) = result.sources
    assert source.verdict is Verdict.BLOCKED
    assert "3600" in source.reason
    assert site.paths() == ["/sitemap.xml", "/job/0", "/job/1", "/job/2"]
    assert source.counts.new == 2


def test_a_failing_server_is_given_up_after_three_pages(serve: Any, sit: Any) -> None:
    site = serve(jobs(20, page=lambda asked: None if asked.path in {"/job/0", "/job/1"} else asked.answer(status=502)))
    (source,) = sit("jsonld", **start(site)).sources
    assert source.verdict is Verdict.PARTIAL
    assert source.counts.new == 2
    assert source.errors["server_error"] == 3
    assert len(site.paths()) == 1 + 2 + 3 * 3


def test_a_passing_failure_costs_nothing(serve: Any, sit: Any) -> None:
    failed: set[str] = set()

    def shaky(asked: Any) -> Any:
        if asked.path in failed:
            return None
        failed.add(asked.path)
        return asked.answer(PAGE, length=9999) if int(asked.path[5:]) % 2 else asked.answer(status=500)

    site = serve(jobs(6, page=shaky))
    (source,) = sit("jsonld", **start(site)).sources
    assert (source.verdict, source.counts.new) == (Verdict.OK, 6)


def test_a_closed_port_is_a_failure_not_an_empty_source(sit: Any) -> None:
    (source,) = sit("jsonld", start_urls={"jsonld": ["http://127.0.0.1:9/sitemap.xml"]}).sources
    assert source.verdict in {Verdict.BLOCKED, Verdict.FAILED}
    assert "robots.txt cannot be read" in source.reason


@pytest.mark.parametrize("kind", ["link", "sitemap", "redirect", "meta refresh", "protocol-relative", "other port"])
def test_no_request_leaves_the_source_s_own_hosts(serve: Any, sit: Any, kind: str) -> None:
    trap = serve(lambda asked: asked.answer(PAGE))
    other = trap.url.replace("127.0.0.1", "localhost")

    def answering(asked: Any) -> Any:
        if asked.path == "/start":
            if kind == "sitemap":
                return asked.answer(
                    f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{other}/s.xml</loc>'
                    "</sitemap></sitemapindex>"
                )
            links = {
                "link": f"{other}/job/1",
                "other port": f"{trap.url}/job/1",
                "protocol-relative": f"//{other[7:]}/job/1",
            }
            return asked.answer(f'<a href="{links.get(kind, "/job/0")}">x</a><a href="/job/2">y</a>')
        if asked.path == "/job/0" and kind == "redirect":
            return asked.answer(status=302, headers={"Location": f"{other}/job/1"})
        if asked.path == "/job/0":
            return asked.answer(f'<meta http-equiv="refresh" content="0;url={other}/job/1">')
        return asked.answer(PAGE) if asked.path == "/job/2" else None

    site = serve(answering)
    (source,) = sit("jsonld", start_urls={"jsonld": [f"{site.url}/start"]}).sources
    assert trap.asked == []
    if kind == "redirect":
        assert source.verdict is Verdict.BLOCKED
        assert "localhost" in source.reason
    if kind == "sitemap":
        assert source.errors == {"other_host": 1}


def test_redirects_on_the_own_host_are_followed_and_login_pages_told(serve: Any, sit: Any) -> None:
    def answering(asked: Any) -> Any:
        moved = {"/start": "/list", "/job/1": "/posting/1", "/job/2": "/passport/login?next=2"}
        if asked.path in moved:
            return asked.answer(status=301, headers={"Location": moved[asked.path]})
        if asked.path == "/list":
            return asked.answer('<a href="/job/1">a</a><a href="/job/2">b</a>')
        if asked.path == "/posting/1":
            return asked.answer(PAGE)
        return asked.answer("<form><input type=password></form>") if asked.path.startswith("/passport") else None

    site = serve(answering)
    (source,) = sit("jsonld", start_urls={"jsonld": [f"{site.url}/start"]}).sources
    assert source.counts.new == 1
    assert source.verdict is Verdict.LOGIN_REQUIRED
    assert "/passport/login" in source.reason


def test_online_sources_are_not_asked_without_a_contact(sit: Any) -> None:
    (source,) = sit("jsonld", start_urls={"jsonld": ["https://careers.example.com/sitemap.xml"]}).sources
    assert source.verdict is Verdict.FAILED
    assert "contact" in source.reason
    assert source.counts.requests == 0


def test_cookies_are_neither_kept_nor_logged(serve: Any, sit: Any, tmp_path: Path) -> None:
    site = serve(jobs(3, page=lambda asked: asked.answer(PAGE, headers={"Set-Cookie": "session=SECRET-7f3a; Path=/"})))
    sit("jsonld", **start(site))
    assert all("cookie" not in asked.headers for asked in site.asked)
    assert all(b"SECRET-7f3a" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_one_failing_source_stops_no_other(serve: Any, sit: Any, stored: Rows) -> None:
    good = serve(
        lambda asked: (
            asked.answer_json({"code": 0, "data": {"job_post_list": [{"id": "1", "title": "工程师"}], "count": 1}})
            if asked.method == "POST"
            else None
        )
    )
    bad = serve(lambda asked: asked.answer(status=403) if asked.method == "POST" else None)
    dead = "http://127.0.0.1:9"
    names = ("feishu-minimax", "feishu-01ai", "feishu-vast")
    result = sit(names, base_urls=dict(zip(names, (bad.url, dead, good.url), strict=True)))
    assert [source.verdict for source in result.sources] == [Verdict.BLOCKED, Verdict.BLOCKED, Verdict.OK]
    assert result.outcome == "partial"
    assert [row["posting_id"] for row in stored()] == ["feishu-vast:1"]
