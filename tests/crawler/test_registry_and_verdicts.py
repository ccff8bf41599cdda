"""Which sources exist, what they own, and how their figures are judged."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging import Facts, judge
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.problems import Blocked, Closed, FormatChanged, LoginRequired, ServerError
from crawler.registry import resolve, sources
from crawler.reply import Reply, diagnose, read_soundly, refusal
from crawler.result import Counts, SourceResult
from crawler.verdict import Verdict
from taxonomy.errors import JobAtlasError


def test_every_source_is_complete_and_has_a_spider() -> None:
    from scrapy.settings import Settings
    from scrapy.spiderloader import SpiderLoader

    settings = Settings()
    settings.setmodule("crawler.settings")
    families = set(SpiderLoader.from_settings(settings).list())
    known = sources()
    assert len({source.name for source in known}) == len(known) > 60
    for source in known:
        assert (source.family in families) is source.has_spider
        assert source.available or source.reason
        assert source.name == source.family or source.name.startswith(f"{source.family}-")
        if source.family == "feishu":
            assert source.base_url.startswith("https://")
            assert source.company
            assert source.options["channels"]
            assert source.delay_seconds >= 3


def test_a_family_stands_for_its_available_sources_and_names_keep_their_order() -> None:
    chosen = resolve(CrawlPlan(("demo", "feishu")), CrawlSettings())
    assert chosen[0].name == "demo"
    assert {source.family for source in chosen[1:]} == {"feishu"}
    assert len(chosen) == 1 + sum(source.family == "feishu" for source in sources())


def test_all_stands_for_every_available_source_but_the_bundled_board() -> None:
    chosen = {source.name for source in resolve(CrawlPlan(("all",)), CrawlSettings())}
    assert chosen == {source.name for source in sources() if source.available and source.family != "demo"}
    both = [source.name for source in resolve(CrawlPlan(("demo", "all")), CrawlSettings())]
    assert both[0] == "demo"
    assert set(both[1:]) == chosen


def test_settings_of_the_operator_win() -> None:
    settings = CrawlSettings(
        delay_seconds=7, base_urls={"feishu": "http://127.0.0.1:8001/any/path", "feishu-vast": "http://127.0.0.1:8002"}
    )
    chosen = {source.name: source for source in resolve(CrawlPlan(("feishu",)), settings)}
    assert chosen["feishu-vast"].base_url == "http://127.0.0.1:8002"
    assert chosen["feishu-minimax"].base_url == "http://127.0.0.1:8001"
    assert all(source.delay_seconds == 7 and source.on_this_machine for source in chosen.values())


@pytest.mark.parametrize(
    "settings",
    [
        CrawlSettings(base_urls={"demo": "ftp://127.0.0.1"}),
        CrawlSettings(base_urls={"demo": "http://"}),
        CrawlSettings(base_urls={"demo": "http://127.0.0.1:99999"}),
        CrawlSettings(start_urls={"jsonld": ["careers.example.com"]}),
    ],
)
def test_addresses_that_are_none_are_told(settings: CrawlSettings) -> None:
    with pytest.raises(JobAtlasError, match="no web address"):
        resolve(
            CrawlPlan(("demo", "jsonld")),
            replace(settings, start_urls=settings.start_urls or {"jsonld": ["http://a.cn"]}),
        )


def test_addresses_with_a_login_are_not_taken_and_not_repeated() -> None:
    with pytest.raises(JobAtlasError, match="user name") as told:
        resolve(CrawlPlan(("demo",)), CrawlSettings(base_urls={"demo": "http://user:secret@127.0.0.1"}))
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "owned"),
    [
        ("https://jobs.bytedance.com/api", True),
        ("https://jobs.bytedance.com:443/api", True),
        ("http://jobs.bytedance.com/", False),
        ("https://jobs.bytedance.com:8443/", False),
        ("https://evil.jobs.bytedance.com/", False),
        ("https://jobs.bytedance.com.evil.invalid/", False),
        ("https://jobs.bytedance.com@evil.invalid/", False),
        ("//evil.invalid/", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://[broken/", False),
        ("", False),
    ],
)
def test_a_source_owns_its_hosts_and_no_other(url: str, owned: bool) -> None:
    source = next(source for source in sources() if source.name == "feishu-bytedance")
    assert source.owns(url) is owned


def test_moving_from_http_to_https_is_allowed() -> None:
    (source,) = resolve(CrawlPlan(("demo",)), CrawlSettings(base_urls={"demo": "http://a.cn"}))
    assert source.owns("https://a.cn/x")
    assert source.owns("http://a.cn/x")


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (Facts(Counts(postings=3, listed=3)), Verdict.OK),
        (Facts(Counts(postings=3, listed=3), reported_total=3), Verdict.OK),
        (Facts(Counts(postings=3, listed=3), reported_total=30), Verdict.PARTIAL),
        (Facts(Counts(postings=3, listed=3), cut=True), Verdict.PARTIAL),
        (Facts(Counts(postings=3, left=2)), Verdict.PARTIAL),
        (Facts(Counts(postings=3), errors={"timeout": 1}), Verdict.PARTIAL),
        (Facts(Counts(), errors={"timeout": 1}), Verdict.FAILED),
        (Facts(Counts(), errors={"format_changed": 1}), Verdict.FORMAT_CHANGED),
        (Facts(Counts(postings=2, details=2), errors={"format_changed": 8}), Verdict.FORMAT_CHANGED),
        (Facts(Counts(postings=8, details=8), errors={"format_changed": 2}), Verdict.PARTIAL),
        (Facts(Counts(postings=50, pages=9), errors={"format_changed": 5}), Verdict.PARTIAL),
        (Facts(Counts(postings=50, pages=3), errors={"format_changed": 5}), Verdict.FORMAT_CHANGED),
        (Facts(Counts(postings=50, pages=1), errors={"format_changed": 2}), Verdict.PARTIAL),
        (Facts(Counts(postings=4, listed=10), errors={"unreadable_row": 6}), Verdict.FORMAT_CHANGED),
        (Facts(Counts(postings=9, listed=10), errors={"unreadable_row": 1}), Verdict.PARTIAL),
        (Facts(Counts()), Verdict.FAILED),
        (Facts(Counts(pages=1)), Verdict.EMPTY),
        (Facts(Counts(), off_plan=9), Verdict.EMPTY),
        (Facts(Counts(closed=2)), Verdict.EMPTY),
        (Facts(Counts(), not_postings=9), Verdict.FORMAT_CHANGED),
        (Facts(Counts(), reported_total=9), Verdict.FORMAT_CHANGED),
        (Facts(Counts(postings=5), stop_kind="blocked", stop_reason="HTTP 403"), Verdict.BLOCKED),
        (Facts(Counts(), stop_kind="robots", stop_reason="robots.txt"), Verdict.BLOCKED),
        (Facts(Counts(), stop_kind="login_required"), Verdict.LOGIN_REQUIRED),
        (Facts(Counts(), stop_kind="timeout"), Verdict.FAILED),
        (Facts(Counts(postings=5), stop_kind="timeout"), Verdict.PARTIAL),
    ],
)
def test_figures_are_judged(facts: Facts, verdict: Verdict) -> None:
    found, reason = judge(facts)
    assert found is verdict
    assert bool(reason) or verdict in {Verdict.OK, Verdict.EMPTY} or facts.stop_kind is not None


@pytest.mark.parametrize(
    ("reply", "detail", "kind"),
    [
        (Reply("u", b"", 200), True, None),
        (Reply("u", b"", 410), True, Closed),
        (Reply("u", b"", 404), False, FormatChanged),
        (Reply("u", b"", 403), True, Blocked),
        (Reply("u", b"", 503), True, ServerError),
        (Reply("u", b"", 302, {"location": "https://passport.a.cn/login"}), True, LoginRequired),
        (Reply("u", b"", 302, {"location": "https://safe.a.cn/verify"}), True, Blocked),
        (Reply("u", b"", 400), True, FormatChanged),
    ],
)
def test_statuses_say_what_they_mean(reply: Reply, detail: bool, kind: type[Exception] | None) -> None:
    found = refusal(reply, detail=detail)
    assert found is None if kind is None else isinstance(found, kind)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message": "moved"}', """has no 'jobs': it begins with '{"message": "moved"}'"""),
        (b"null", "has another form than known (TypeError"),
        (b"[[]]", "has another form than known (TypeError"),
    ],
)
def test_an_operator_is_told_what_a_page_lacks_and_how_it_begins(body: bytes, words: str) -> None:
    with pytest.raises(FormatChanged) as found:
        read_soundly(lambda reply: len(reply.json()["jobs"]), Reply("https://a.cn/", body))
    assert words in str(found.value)
    assert "begins with" in str(found.value)


def test_only_short_pages_and_titles_are_believed_to_be_challenges() -> None:
    problem = FormatChanged("no rows")
    page = (
        "<html><head><title>{}</title></head><body><a>请登录</a>负责验证码识别算法。" + "正文" * 600 + "</body></html>"
    )
    assert diagnose(Reply("https://a.cn/", page.format("职位").encode()), problem) is problem
    assert isinstance(diagnose(Reply("https://a.cn/", page.format("安全验证").encode()), problem), Blocked)
    assert isinstance(diagnose(Reply("https://a.cn/", "请登录后查看".encode()), problem), LoginRequired)
    assert isinstance(diagnose(Reply("https://a.cn/passport/login", b""), problem), LoginRequired)


@given(st.binary(max_size=300))
def test_any_body_is_text_and_json_or_a_problem(body: bytes) -> None:
    reply = Reply("https://a.cn/", body)
    assert isinstance(reply.text, str)
    with contextlib.suppress(FormatChanged):
        assert reply.json() is None or isinstance(reply.json(), str | int | float | list | dict)


def test_text_is_read_in_the_encoding_it_has() -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert Reply("u", "中文职位".encode(encoding)).text.lstrip("\ufeff") == "中文职位"
    text = '{"title": "大模型算法工程师"}'
    assert Reply("u", text.encode("gb18030")).json() == {"title": "大模型算法工程师"}
    # These bytes could be UTF-8 as well; the header decides.
    declared = {"content-type": "application/json; charset=GBK"}
    assert Reply("u", '{"title": "职位"}'.encode("gbk"), 200, declared).json() == {"title": "职位"}


@pytest.mark.parametrize(
    ("listed", "missing", "left", "reported", "share"),
    [(60, 0, 0, 60, 1.0), (60, 3, 0, 60, 0.95), (60, 0, 47, 60, 13 / 60), (61, 0, 0, 60, 1.0), (2, 0, 9, 60, 0.0)],
)
def test_what_is_listed_and_not_yet_read_is_not_complete(
    listed: int, missing: int, left: int, reported: int, share: float
) -> None:
    counts = Counts(listed=listed, missing=missing, left=left)
    result = SourceResult("name", "family", Verdict.PARTIAL, counts=counts, reported_total=reported)
    assert result.completeness == pytest.approx(share)
    assert SourceResult("name", "family", Verdict.OK, counts=counts).completeness is None
