"""A source that has a proxy is asked through it and in no other way, and nothing of the proxy is told."""

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from replicas.greenhouse import GreenhouseReplica
from replicas.lever import LeverReplica
from replicas.proxy import Proxy, proxying
from replicas.smartrecruiters import SmartRecruitersReplica

from crawler.plan import CrawlPlan, CrawlSettings
from crawler.registry import resolve
from crawler.run import crawl
from crawler.verdict import Verdict
from taxonomy.errors import JobAtlasError

USER, PASSWORD = "operator-7f3a", "pa55w0rd-91c4"
CREDENTIALS = f"{USER}:{PASSWORD}"
IN_A_HEADER = base64.b64encode(CREDENTIALS.encode()).decode()
LEVER, SMART, XPENG, SCALE = (
    "lever-binance",
    "smartrecruiters-boschgroup",
    "greenhouse-xpengmotors",
    "greenhouse-scaleai",
)
Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def proxy() -> Iterator[Callable[..., Proxy]]:
    """A function that starts a proxy; all of them stop with the test."""
    with ExitStack() as running:
        yield lambda credentials="": running.enter_context(proxying(credentials))


def assert_untold(folder: Path, *texts: object) -> None:
    """Neither files nor texts hold the credentials, written out or as a header carries them."""
    told = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for secret in (USER, PASSWORD, IN_A_HEADER):
        assert secret.encode() not in told
        assert not any(secret in str(text) for text in texts)


def test_every_request_goes_through_the_proxy(serve: Any, sit: Any, stored: Rows, proxy: Any, tmp_path: Path) -> None:
    through = proxy(CREDENTIALS)
    site = serve(SmartRecruitersReplica(4))
    settings = {"base_urls": {SMART: site.url}, "proxies": {SMART: through.url(CREDENTIALS)}}
    result = sit(SMART, ("大模型",), **settings)
    assert (result.sources[0].verdict, len(stored())) == (Verdict.OK, 4)
    assert [urlsplit(request.url).path for request in through.forwarded] == [asked.path for asked in site.asked]
    assert through.forwarded[0].url == f"{site.url}/robots.txt"
    assert len(site.asked) == 6  # robots.txt, the list and four postings
    assert {request.authorization for request in through.forwarded} == {f"Basic {IN_A_HEADER}"}
    # What is for the proxy alone does not reach the site.
    assert not any("proxy-authorization" in asked.headers for asked in site.asked)
    assert_untold(tmp_path, result)


def test_posted_bodies_go_through_it_too(serve: Any, sit: Any, proxy: Any) -> None:
    through = proxy()
    site = serve(
        lambda asked: (
            asked.answer_json({"code": 0, "data": {"job_post_list": [], "count": 0}})
            if asked.method == "POST"
            else None
        )
    )
    settings = {"base_urls": {"feishu-minimax": site.url}, "proxies": {"feishu-minimax": through.url()}}
    (source,) = sit("feishu-minimax", ("大模型",), **settings).sources
    assert source.verdict is Verdict.EMPTY
    assert [request.method for request in through.forwarded] == ["GET", "POST"]
    assert site.asked[1].json["keyword"] == "大模型"


def test_a_proxy_can_be_that_of_a_source_a_family_or_all(serve: Any, sit: Any, proxy: Any) -> None:
    own, family, rest = proxy(), proxy(), proxy()
    boards, lever = serve(GreenhouseReplica(2)), serve(LeverReplica(2))
    urls = {"greenhouse": boards.url, LEVER: lever.url}
    proxies = {XPENG: own.url(), "greenhouse": family.url(), "all": rest.url()}
    sit((XPENG, SCALE, LEVER), base_urls=urls, proxies=proxies)
    paths = [[urlsplit(request.url).path for request in one.forwarded] for one in (own, family, rest)]
    assert paths == [
        ["/robots.txt", "/v1/boards/xpengmotors/jobs"],
        ["/v1/boards/scaleai/jobs"],  # its host's robots.txt was read by the source before it
        ["/robots.txt", "/v0/postings/binance"],
    ]


def test_without_a_proxy_none_is_asked(serve: Any, sit: Any, proxy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    of_the_environment, of_another = proxy(), proxy()
    monkeypatch.setenv("http_proxy", of_the_environment.url())
    site = serve(LeverReplica(2))
    sit(LEVER, base_urls={LEVER: site.url}, proxies={"feishu": of_another.url()})
    assert (of_the_environment.forwarded, of_another.forwarded) == ([], [])
    assert len(site.asked) == 2


def test_what_robots_txt_forbids_is_not_asked_for_through_a_proxy_either(serve: Any, sit: Any, proxy: Any) -> None:
    through = proxy()
    replica = LeverReplica(2)
    replica.robots = "User-agent: *\nDisallow: /v0/"
    site = serve(replica)
    (source,) = sit(LEVER, base_urls={LEVER: site.url}, proxies={LEVER: through.url()}).sources
    assert source.verdict is Verdict.BLOCKED
    assert [urlsplit(request.url).path for request in through.forwarded] == ["/robots.txt"]


@pytest.mark.parametrize("trouble", ["wrong password", "gone", "site gone"])
def test_a_proxy_that_fails_is_no_way_around_it(serve: Any, sit: Any, proxy: Any, tmp_path: Path, trouble: str) -> None:
    through = proxy("someone:else" if trouble == "wrong password" else CREDENTIALS)
    site = serve(LeverReplica(2))
    address, base = through.url(CREDENTIALS), site.url
    if trouble == "gone":
        address = f"http://{CREDENTIALS}@127.0.0.1:9"
    if trouble == "site gone":
        base = "http://127.0.0.1:9"
    result = sit(LEVER, base_urls={LEVER: base}, proxies={LEVER: address})
    (source,) = result.sources
    # A robots.txt that could not be asked for forbids; a proxy that refuses is the operator's to mend.
    expected = (
        (Verdict.FAILED, "407") if trouble == "wrong password" else (Verdict.BLOCKED, "robots.txt cannot be read")
    )
    assert source.verdict is expected[0]
    assert expected[1] in source.reason
    assert site.asked == []
    assert through.refused == (trouble == "wrong password")
    assert_untold(tmp_path, result)


@pytest.mark.parametrize(
    "address",
    [
        f"socks5://{CREDENTIALS}@127.0.0.1:1080",
        f"{CREDENTIALS}@127.0.0.1:8888",
        f"http://{CREDENTIALS}@",
        f"http://{CREDENTIALS}@127.0.0.1:port",
        f"http://{CREDENTIALS}@127.0.0.1:0",
        "127.0.0.1:8888",
    ],
)
def test_what_is_no_proxy_is_told_without_its_credentials(address: str) -> None:
    with pytest.raises(JobAtlasError) as told:
        resolve(CrawlPlan((LEVER,)), CrawlSettings(proxies={LEVER: address}))
    assert "not the address of an HTTP proxy" in str(told.value)
    assert_untold(Path("/nonexistent"), told.value, repr(told.value))


def test_a_source_does_not_show_its_proxy() -> None:
    (source,) = resolve(CrawlPlan((LEVER,)), CrawlSettings(proxies={"all": f"http://{CREDENTIALS}@127.0.0.1:8888"}))
    assert source.proxy is not None
    assert_untold(Path("/nonexistent"), repr(source))


def test_a_crawl_in_a_process_of_its_own_keeps_it_too(
    serve: Any, proxy: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    through = proxy(CREDENTIALS)
    site = serve(LeverReplica(2))
    lines: list[Any] = []
    settings = CrawlSettings(
        delay_seconds=0.0,
        base_urls={LEVER: site.url},
        proxies={LEVER: through.url(CREDENTIALS)},
        contact="a@example.org",
    )
    result = crawl(CrawlPlan((LEVER,)), tmp_path / "data", settings, lines.append)
    assert result.sources[0].verdict is Verdict.OK
    assert len(through.forwarded) == len(site.asked) == 2
    assert_untold(tmp_path, result, lines, *capfd.readouterr())
