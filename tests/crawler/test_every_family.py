"""Every family through the same troubles, against the replica of its site, over real sockets."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from replicas.base import SECRETS, Replica, replicas
from replicas.site import Answer, Asked

from crawler.registry import sources
from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]
SOURCES = {source.name: source for source in sources()}
CHALLENGE = "<html><head><title>安全验证</title></head><body>请完成验证后继续访问</body></html>"
COOKIE = "S3CRETCOOKIEVALUE"


@pytest.fixture(params=replicas(), ids=lambda kind: kind.source)
def kind(request: pytest.FixtureRequest) -> type[Replica]:
    kind: type[Replica] = request.param
    return kind


@pytest.fixture
def crawl(serve: Any, sit: Any) -> Callable[..., Any]:
    """Crawl a replica with its keyword; gives the site and the result of its source."""

    def run(replica: Replica, **settings: Any) -> tuple[Any, Any]:
        site = serve(replica)
        keywords = (replica.keyword,) if replica.keyword else ()
        result = sit(replica.source, keywords, **{**replica.settings(site.url), **settings})
        return site, result.sources[0]

    return run


def on_list_pages(replica: Replica, answer: Callable[[], Answer | None], *, after: int = 0, times: int = 10**9) -> None:
    """Answer so to the list pages of a replica, from the first one or a later one on, once or always."""
    seen = 0

    def trouble(asked: Asked) -> Answer | None:
        nonlocal seen
        if not replica.is_list(asked):
            return None
        seen += 1
        return answer() if after < seen <= after + times else None

    replica.trouble = trouble


def cautious(kind: type[Replica]) -> bool:
    return SOURCES[kind.source].cautious


def assert_all_stored(replica: Replica, url: str, rows: list[dict[str, Any]]) -> None:
    expected = replica.expected(url)
    found = {row["source_id"]: row for row in rows}
    assert found.keys() == expected.keys()
    for source_id, values in expected.items():
        assert {name: found[source_id][name] for name in values} == values


def test_the_full_set_with_exact_values_and_nothing_new_the_second_time(
    kind: type[Replica], crawl: Any, sit: Any, stored: Rows
) -> None:
    replica = kind(kind.usual_count())
    site, source = crawl(replica)
    assert source.verdict is Verdict.OK, source.reason
    assert len(replica.expected(site.url)) == replica.count
    assert all({"title", "description", "url"} <= values.keys() for values in replica.expected(site.url).values())
    assert_all_stored(replica, site.url, stored())
    if replica.reports_total:
        assert source.reported_total == source.counts.listed == replica.listed
    asked = len(site.asked)
    keywords = (replica.keyword,) if replica.keyword else ()
    (again,) = sit(replica.source, keywords, **replica.settings(site.url)).sources
    assert again.verdict is Verdict.OK, again.reason
    assert (again.counts.new, again.counts.changed, again.counts.known) == (0, 0, replica.count)
    assert not any(replica.is_detail(request) for request in site.asked[asked:])


def test_one_request_at_a_time_and_only_under_its_own_name(kind: type[Replica], crawl: Any) -> None:
    replica = kind(kind.size if kind.pages else 3)
    site, _ = crawl(replica, contact="crawl@example.org")
    assert site.most_at_once == 1
    assert {asked.headers["user-agent"] for asked in site.asked} == {site.asked[0].headers["user-agent"]}
    assert site.asked[0].headers["user-agent"].startswith("JobAtlas/")


def test_a_source_that_has_nothing_is_empty(kind: type[Replica], crawl: Any, stored: Rows) -> None:
    _, source = crawl(kind(0))
    assert source.verdict is Verdict.EMPTY, source.reason
    assert stored() == []


def test_a_total_that_promises_too_much_is_partial(kind: type[Replica], crawl: Any, stored: Rows) -> None:
    if not kind.reports_total:
        pytest.skip("the site reports no total")
    replica = kind(kind.usual_count())
    replica.total_lie = 40
    site, source = crawl(replica)
    assert source.verdict is Verdict.PARTIAL, source.reason
    assert str(replica.listed + 40) in source.reason
    assert_all_stored(replica, site.url, stored())


def test_a_total_that_promises_too_little_loses_nothing(kind: type[Replica], crawl: Any, stored: Rows) -> None:
    if not (kind.reports_total and kind.pages):
        pytest.skip("the site reports no total, or has no pages")
    replica = kind(kind.usual_count())
    replica.total_lie = -5
    site, _ = crawl(replica)
    assert_all_stored(replica, site.url, stored())


def test_a_posting_on_two_pages_is_stored_once(kind: type[Replica], crawl: Any, stored: Rows) -> None:
    if not kind.pages:
        pytest.skip("the site has no pages")
    replica = kind(kind.usual_count())
    replica.repeats = True
    site, source = crawl(replica)
    assert source.verdict is Verdict.OK, source.reason
    assert_all_stored(replica, site.url, stored())


def troubles(kind: type[Replica]) -> Iterator[tuple[Answer, Verdict]]:
    """Answers to a list page, and what they mean."""
    replica = kind(3)
    yield Answer(status=403), Verdict.BLOCKED
    yield Answer(CHALLENGE), Verdict.BLOCKED
    yield Answer(status=401), Verdict.LOGIN_REQUIRED if kind.unauthorized_is_login else Verdict.BLOCKED
    yield Answer(status=302, headers={"Location": "/passport/login?back=1"}), Verdict.LOGIN_REQUIRED
    for answer in replica.blocked():
        yield answer, Verdict.BLOCKED
    for answer in replica.login():
        yield answer, Verdict.LOGIN_REQUIRED
    yield Answer("<html><body><h1>招聘</h1><p>新版页面即将上线</p></body></html>"), Verdict.FORMAT_CHANGED
    yield Answer('{"surprise": []}', headers={"Content-Type": "application/json"}), Verdict.FORMAT_CHANGED
    yield (
        Answer('{"code": 0, "data": {"list": [{"id"', headers={"Content-Type": "application/json"}),
        Verdict.FORMAT_CHANGED,
    )
    yield Answer(b""), Verdict.FORMAT_CHANGED
    for answer in replica.changed():
        yield answer, Verdict.FORMAT_CHANGED


def test_what_a_list_page_says_instead_of_rows(
    kind: type[Replica], serve: Any, sit: Any, stored: Rows, tmp_path: Path
) -> None:
    for number, (answer, verdict) in enumerate(troubles(kind)):
        replica = kind(3)
        login_page = answer.headers.get("Location", "").startswith("/")
        on_list_pages(replica, lambda answer=answer: answer)
        if login_page:
            usual = replica.trouble
            replica.trouble = lambda asked, usual=usual: (
                asked.answer("<title>登录</title>请先登录") if asked.path.startswith("/passport") else usual(asked)
            )
        site = serve(replica)
        data = tmp_path / f"data-{number}"
        keywords = (replica.keyword,) if replica.keyword else ()
        (source,) = sit(replica.source, keywords, data=data, **replica.settings(site.url)).sources
        assert source.verdict is verdict, (answer, source)
        assert source.reason, answer
        assert stored(data) == []


def test_a_refusal_in_the_middle_keeps_what_was_read(kind: type[Replica], crawl: Any, stored: Rows) -> None:
    if not kind.pages or kind.reads_details():
        pytest.skip("nothing is stored before the last list page")
    replica = kind(kind.usual_count())
    on_list_pages(replica, lambda: Answer(status=403), after=1)
    _, source = crawl(replica)
    assert source.verdict is Verdict.BLOCKED
    assert len(stored()) == kind.size


def test_a_redirect_to_another_host_is_not_followed(kind: type[Replica], crawl: Any, serve: Any) -> None:
    trap = serve(lambda asked: asked.answer("<title>安全验证</title>"))
    replica = kind(3)
    on_list_pages(replica, lambda: Answer(status=302, headers={"Location": f"{trap.url}/security.html?seed=1"}))
    _, source = crawl(replica)
    assert source.verdict is Verdict.BLOCKED
    assert trap.asked == []


def test_links_to_another_host_are_not_followed(kind: type[Replica], serve: Any, sit: Any) -> None:
    trap = serve(lambda asked: asked.answer("<title>陷阱</title>"))
    replica = kind(3)
    site = serve(lambda asked: _with_links_to(trap.url, site.url, replica(asked)))
    sit(replica.source, (replica.keyword,) if replica.keyword else (), **replica.settings(site.url))
    assert trap.asked == []


def _with_links_to(trap: str, own: str, answer: Answer | None) -> Answer | None:
    if answer is not None and isinstance(answer.body, str):
        answer.body = answer.body.replace(own, trap).replace(json.dumps(own)[1:-1], trap)
    return answer


def test_too_many_requests_are_waited_for(kind: type[Replica], crawl: Any, stored: Rows) -> None:
    replica = kind(3)
    on_list_pages(replica, lambda: Answer(status=429, headers={"Retry-After": "1"}), times=1)
    began = time.monotonic()
    site, source = crawl(replica)
    if cautious(kind):
        assert source.verdict is Verdict.BLOCKED
        assert sum(replica.is_list(asked) for asked in site.asked) == 1
        return
    assert source.verdict is Verdict.OK, source.reason
    assert time.monotonic() - began >= 1
    assert_all_stored(replica, site.url, stored())


def test_a_server_that_fails_for_good_is_told(kind: type[Replica], crawl: Any) -> None:
    replica = kind(3)
    on_list_pages(replica, lambda: Answer(status=503))
    site, source = crawl(replica)
    assert source.verdict is Verdict.FAILED
    assert "503" in source.reason
    assert sum(replica.is_list(asked) for asked in site.asked) <= (1 if cautious(kind) else 9)


def test_an_answer_that_does_not_come_is_asked_for_again(kind: type[Replica], crawl: Any, stored: Rows) -> None:
    if cautious(kind):
        pytest.skip("asked once only")
    replica = kind(3)
    on_list_pages(replica, lambda: time.sleep(0.8), times=1)
    site, source = crawl(replica, timeout_seconds=0.4)
    assert source.verdict is Verdict.OK, source.reason
    assert_all_stored(replica, site.url, stored())


def test_an_answer_that_breaks_off_is_asked_for_again(kind: type[Replica], crawl: Any, stored: Rows) -> None:
    if cautious(kind):
        pytest.skip("asked once only")
    replica = kind(3)
    on_list_pages(replica, lambda: Answer('{"code": 0, "da', length=5000), times=1)
    site, source = crawl(replica)
    assert source.verdict is Verdict.OK, source.reason
    assert_all_stored(replica, site.url, stored())


def test_a_wrong_encoding_never_reaches_the_dataset(kind: type[Replica], serve: Any, sit: Any, stored: Rows) -> None:
    replica = kind(3)

    def transcoded(asked: Asked) -> Answer | None:
        answer = replica(asked)
        if answer is not None and isinstance(answer.body, str) and answer.status == 200:
            answer.body = answer.body.encode("gb18030")
            answer.headers = {
                **answer.headers,
                "Content-Type": answer.headers.get("Content-Type", "text/html").split(";")[0],
            }
        return answer

    site = serve(transcoded)
    (source,) = sit(replica.source, (replica.keyword,) if replica.keyword else (), **replica.settings(site.url)).sources
    if source.verdict is Verdict.OK:
        assert_all_stored(replica, site.url, stored())
    else:
        assert source.reason
        assert stored() == []


def test_a_closed_posting_is_counted_and_costs_no_other(
    kind: type[Replica], serve: Any, sit: Any, tmp_path: Path
) -> None:
    for number, answer in enumerate(kind(3).closed()):
        replica = kind(3)
        met = []

        def closed(
            asked: Asked, replica: Replica = replica, met: list[str] = met, answer: Answer = answer
        ) -> Answer | None:
            if not replica.is_detail(asked):
                return None
            met.append(f"{asked.path} {asked.query} {asked.body!r}")
            return answer if met[0] == met[-1] else None

        replica.trouble = closed
        site = serve(replica)
        keywords = (replica.keyword,) if replica.keyword else ()
        (source,) = sit(
            replica.source, keywords, data=tmp_path / f"data-{number}", **replica.settings(site.url)
        ).sources
        assert (source.verdict, source.counts.closed, source.counts.new) == (Verdict.OK, 1, 2), (answer, source)


def test_personal_data_and_cookies_stay_on_the_site(
    kind: type[Replica], serve: Any, sit: Any, stored: Rows, tmp_path: Path
) -> None:
    replica = kind(3)
    said = []

    def listening(asked: Asked) -> Answer | None:
        answer = replica(asked)
        if answer is not None:
            said.append(answer.body if isinstance(answer.body, str) else answer.body.decode("utf-8", "replace"))
            answer.headers = {"Set-Cookie": f"tracker={COOKIE}; Path=/", **answer.headers}
        return answer

    site = serve(listening)
    sit(replica.source, (replica.keyword,) if replica.keyword else (), **replica.settings(site.url))
    planted = "".join(said)
    assert all(secret in planted or json.dumps(secret)[1:-1] in planted for secret in SECRETS)
    rows = stored()
    assert len(rows) == 3
    disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (*SECRETS, COOKIE):
        assert secret not in repr(rows)
        assert secret.encode() not in disk
        assert json.dumps(secret).encode() not in disk
