"""What is particular to the portals of 大易 WinTalent."""

from collections.abc import Callable
from typing import Any, ClassVar

from replicas.site import Asked
from replicas.wintalent import WintalentReplica

from crawler.registry import sources
from crawler.verdict import Verdict

SOURCE = WintalentReplica.source
Rows = Callable[..., list[dict[str, Any]]]


class Textless(WintalentReplica):
    """Some rows without text; one of them is closed, one has another state."""

    states: ClassVar = {0: "9501", 1: "9200", 2: "8888"}

    def answer(self, asked: Asked) -> Any:
        if asked.path == "/wt/yonyou/web/json/position/detail":
            number = int(asked.query["postId"]) - 514700
            state = self.states[number]
            answer = {"req_state": int(state), "req_msg": "该职位招聘已经关闭" if state == "9501" else ""}
            info = {"postInfo": {"workContent": "补上的职责", "workPlace": "合肥市"}} if state == "9200" else {}
            return asked.answer_json({**answer, **info})
        return super().answer(asked)

    def row(self, number: int) -> dict[str, Any]:
        row = super().row(number)
        return {**row, "workContent": " ", "serviceCondition": None} if number in self.states else row


def test_asks_for_each_channel_page_by_page(serve: Any, sit: Any) -> None:
    site = serve(WintalentReplica(23))
    (source,) = sit(SOURCE, (), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    asked = [asked.query for asked in site.asked if asked.path != "/robots.txt"]
    assert [(query["recruitType"], query["page"]) for query in asked] == [
        ("2", "1"),
        ("1", "1"),
        ("12", "1"),
        ("2", "2"),
        ("2", "3"),
    ]


def test_rows_without_text_are_read_on_their_own_pages(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(Textless(6))
    (source,) = sit(SOURCE, (), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert source.errors == {"format_changed": 1}
    assert "8888" in source.reason
    assert (source.counts.listed, source.counts.closed, source.counts.new) == (6, 1, 4)
    rows = {row["source_id"]: row for row in stored()}
    assert sorted(rows) == ["514701", "514703", "514704", "514705"]
    assert (rows["514701"]["title"], rows["514701"]["description"]) == ("大模型应用工程师 1", "补上的职责")
    assert (rows["514701"]["cities"], rows["514701"]["employment_text"]) == (["合肥"], "社招")


def test_keywords_are_looked_for_in_texts(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(WintalentReplica(4))
    (source,) = sit(SOURCE, ("第 2 号产品", "AIGC"), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    assert [(row["source_id"], row["keywords"]) for row in stored()] == [("514702", ["第 2 号产品"])]


def test_a_portal_of_another_brand_is_not_taken_for_empty(serve: Any, sit: Any) -> None:
    site = serve(WintalentReplica(4))
    (source,) = sit("wintalent-gwm", (), base_urls={"wintalent-gwm": site.url}).sources
    assert source.verdict is Verdict.FORMAT_CHANGED
    assert "404" in source.reason


def test_every_tenant_names_its_brand() -> None:
    tenants = [source for source in sources() if source.family == "wintalent"]
    assert all(source.company and source.options["brand"] and source.delay_seconds >= 3 for source in tenants)
