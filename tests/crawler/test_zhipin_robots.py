"""The robots.txt of BOSS直聘 against the robots middleware: it is the hardest one known, and full of wildcards."""

from typing import Any

import pytest

from crawler.verdict import Verdict

FORBIDDEN = {
    "/*?query=*": "/web/geek/job?query=大模型&city=101010100",
    "/*?ka=*": "/job_detail/a1b2c3.html?ka=search_list_1",
    "/*.js*": "/wapi/zpgeek/search/joblist.json",
    "/job_detail/l*.html": "/job_detail/l1b2c3.html",
    "*?position=*": "/c101010100/?position=100101",
    "*?city=*": "/web/geek/jobs?city=101010100",
    "/sem/*": "/sem/10.html",
    "/user/sem*": "/user/sem7.html",
    "/wapi/zpaso/*/sem*": "/wapi/zpaso/x/sem1",
    "/brand/*": "/brand/abc.html",
    "/wapi/zppassport/get/zpToken*": "/wapi/zppassport/get/zpToken?v=1",
    "/wapi/zpchat/wechat/hasBadge*": "/wapi/zpchat/wechat/hasBadge",
    "/wapi/zpitem/web/geekVip/getSubscribeYellow*": "/wapi/zpitem/web/geekVip/getSubscribeYellow?x=1",
    "/wapi/zpuser/countryCode*": "/wapi/zpuser/countryCode",
    "/*?from=*": "/gongsi/abc.html?from=top",
    "/?ivk_sa=*": "/?ivk_sa=1024320u",
    "/*?key=*": "/gongsi/?key=ai",
    "/?scity=*": "/?scity=101010100",
    "/?page=*": "/?page=2",
    "/web/boss/*": "/web/boss/recommend",
    "/web/geek/guide*": "/web/geek/guide",
    "/web/geek/recommend*": "/web/geek/recommend?x=1",
    "/*?medium=*": "/beijing/?medium=x",
    "/*?ref=*": "/beijing/?ref=x",
    "/*?frozen=*": "/beijing/?frozen=1",
    "/web/geek/job-recommend*": "/web/geek/job-recommend",
    "*?utm_source=*": "/beijing/?utm_source=mail",
    "*?pkn=*": "/beijing/?pkn=1",
    "/job_pk/*": "/job_pk/abc",
}
"""Every line of its list, and an address that it forbids."""

ALLOWED = ("/job_detail/a1b2c3.html", "/c101010100-p100101/", "/gongsi/abc~.html", "/beijing/", "/zhaopin/abc/")
PAGE = '<script type="application/ld+json">{"@type": "JobPosting", "title": "工程师", "description": "职责"}</script>'


def site_of(lines: Any) -> Any:
    robots = "User-agent: *\n" + "".join(f"Disallow: {line}\n" for line in lines)

    def answering(asked: Any) -> Any:
        if asked.path == "/robots.txt":
            return asked.answer(robots, headers={"Content-Type": "text/plain"})
        return asked.answer(PAGE)

    return answering


def ask(site: Any, sit: Any, address: str) -> tuple[Verdict, list[str]]:
    (source,) = sit("jsonld", start_urls={"jsonld": [site.url + address]}).sources
    return source.verdict, site.paths()


@pytest.mark.parametrize(("line", "address"), FORBIDDEN.items())
def test_every_line_of_the_list_forbids_by_itself(serve: Any, sit: Any, line: str, address: str) -> None:
    assert ask(serve(site_of([line])), sit, address) == (Verdict.BLOCKED, [])


@pytest.mark.parametrize("address", ALLOWED)
def test_pages_by_path_stay_allowed_under_the_whole_list(serve: Any, sit: Any, address: str) -> None:
    assert ask(serve(site_of(FORBIDDEN)), sit, address) == (Verdict.OK, [address])


def test_the_whole_list_forbids_all_of_its_examples(serve: Any, sit: Any, tmp_path: Any) -> None:
    site = serve(site_of(FORBIDDEN))
    for number, address in enumerate(FORBIDDEN.values()):
        (source,) = sit("jsonld", start_urls={"jsonld": [site.url + address]}, data=tmp_path / str(number)).sources
        assert source.verdict is Verdict.BLOCKED, address
    assert site.paths() == []
