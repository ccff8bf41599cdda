"""The page: well formed, complete, self-contained, readable, and harmless whatever postings contain."""

import base64
import csv
import hashlib
import re
from datetime import UTC, datetime

import pytest
from lxml import html

from report.csv_files import write_csv
from report.page import Heading, Remark, render_page
from report.registry import CHAPTERS, all_tables

HEADING = Heading(
    title="测试报告",
    dataset="demo",
    made_at=datetime(2026, 11, 22, 8, 5, tzinfo=UTC),
    account=Remark("统计 9 条。", "9 counted."),
    warnings=(Remark("留意。", "Mind this."),),
)
LINKS = {spec.name: f"tables/{spec.name}.csv" for spec in all_tables()}

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>*{display:none}",
    "{{ 7*7 }}{% raw %}",
    "'; --",
    "&lt;b&gt;&#60;",
    "a\x00b\x1b[31m\x07",
    "\u202egnp.exe",
    "=cmd|' /C calc'!A0",
    "https://evil.example/x.png",
    "长" * 3000,
    "👩\u200d💻 emoji",
]


def computed(frame):
    return {spec.name: spec.compute(frame) for spec in all_tables()}


def rendered(frame, heading=HEADING):
    return render_page(heading, computed(frame), LINKS)


@pytest.fixture
def page(frame_of, market):
    return rendered(frame_of(market))


@pytest.fixture
def hostile_page(frame_of, posting):
    names = ("company", "source", "role", "category", "industry", "domain", "education", "model_version", "city_tier")
    records = [posting(**dict.fromkeys(names, text), cities=[text], skills=[text]) for text in HOSTILE]
    heading = Heading(HOSTILE[0], HOSTILE[1], HEADING.made_at, HEADING.account, [Remark(HOSTILE[2], HOSTILE[0])])
    return rendered(frame_of(records), heading)


def section(document, name):
    return document.xpath(f"//section[@id='{name}']")[0]


def text(element):
    return " ".join(element.text_content().split())


def test_the_page_has_every_chapter_and_table_in_order(page):
    document = html.document_fromstring(page)

    expected = [name for chapter in CHAPTERS for name in (chapter.name, *(spec.name for spec in chapter.tables))]
    assert document.xpath("//main//section/@id") == expected
    assert document.xpath("//nav//a/@href") == [f"#{name}" for name in expected]
    assert text(document.find(".//h1")) == "测试报告"
    assert document.get("lang") == "zh-Hans"


def test_every_section_has_a_title_a_definition_and_its_csv(page):
    document = html.document_fromstring(page)

    for spec in all_tables():
        part = section(document, spec.name)
        assert text(part.find("h3")) == f"{spec.zh} {spec.en}"
        assert text(part.find("p[@class='definition']")) == f"{spec.definition} {spec.definition_en}"
        assert part.xpath(".//a/@href") == [f"tables/{spec.name}.csv"]


def test_page_and_csv_files_say_the_same(frame_of, market, tmp_path):
    frame = frame_of(market)
    document = html.document_fromstring(rendered(frame))

    for name, table in computed(frame).items():
        write_csv(table, tmp_path / f"{name}.csv")
        with (tmp_path / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            heading, *lines = csv.reader(file)
        part = section(document, name)
        if name == "overview":
            tiles = [[text(cell) for cell in tile] for tile in part.xpath(".//dl/div")]
            shown = [
                [f"{label} {english}", f"{value}{unit}", meaning] for label, english, value, unit, meaning in lines
            ]
            assert [[label, value.replace(",", ""), meaning] for label, value, meaning in tiles] == shown
            continue
        english = heading.index("英文名") if "英文名" in heading else None
        assert len(part.xpath(".//tbody/tr")) == len(lines), name
        for row, line in zip(part.xpath(".//tbody/tr"), lines, strict=True):
            cells = [text(cell) for cell in row]
            if english is not None:
                translation = line.pop(english)
                assert cells[0] in (f"{line[0]} {translation}", line[0] if line[0] == translation else None)
                cells[0] = line[0]
            units = [title.endswith("（%）") for title in heading if title != "英文名"]
            for cell, value, percent in zip(cells, line, units, strict=True):
                assert cell == (f"{float(value):.2f}%" if percent else as_shown(value)), name


def as_shown(value):
    return f"{int(value):,}" if re.fullmatch(r"\d+", value) else value


def test_tables_that_add_up_end_in_their_sum(page):
    document = html.document_fromstring(page)

    sums = {part.get("id"): [text(cell) for cell in part.xpath(".//tfoot/tr/*")] for part in document.iter("section")}
    assert sums["category"] == ["合计", "9", "100.00%"]
    assert sums["role"] == ["合计", "", "9", "100.00%"]
    assert sums["salary_by_role"] == ["合计", "7", "", "", ""]
    assert sums["source"] == ["合计", "12", "2", "1", "9", "100.00%"]
    assert sums["city"] == sums["skill"] == sums["data_quality"] == []


def test_withheld_figures_are_named(page):
    rows = {
        text(row[0]): [text(cell) for cell in row[1:]]
        for row in section(html.document_fromstring(page), "salary_by_role").xpath(".//tbody/tr")
    }
    assert rows["大模型算法 LLM algorithm engineer"] == ["5", "30,000", "40,000", "50,000"]
    assert rows["Java Java developer"] == ["1", "样本不足", "样本不足", "样本不足"]


@pytest.mark.parametrize("fixture", ["page", "hostile_page"])
def test_the_page_asks_for_nothing_and_runs_nothing(fixture, request):
    source = request.getfixturevalue(fixture)
    document = html.document_fromstring(source)

    assert document.xpath("//script | //img | //iframe | //object | //embed | //form | //base | //style/*") == []
    assert document.xpath("//*[@style] | //@src | //@srcset | //@background | //@action") == []
    attributes = {name for element in document.iter(html.etree.Element) for name in element.attrib}
    assert [name for name in attributes if name.startswith("on")] == []
    targets = set(document.xpath("//@href")) - set(LINKS.values())
    assert {target for target in targets if not target.startswith("#")} == {"data:,"}
    style = document.xpath("//style")
    assert len(style) == 1
    assert not re.search(r"url\(|@import|//|expression|src:", style[0].text)


@pytest.mark.parametrize("fixture", ["page", "hostile_page"])
def test_the_policy_allows_the_page_s_own_style_and_nothing_else(fixture, request):
    document = html.document_fromstring(request.getfixturevalue(fixture))
    policy = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    digest = base64.b64encode(hashlib.sha256(document.xpath("//style")[0].text.encode()).digest()).decode()

    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_hostile_names_are_shown_as_text(hostile_page):
    document = html.document_fromstring(hostile_page)

    shown = {text(row[0]) for row in section(document, "skill").xpath(".//tbody/tr")}
    assert "<script>alert(1)</script>" in shown
    assert "{{ 7*7 }}{% raw %}" in shown
    assert "&lt;b&gt;&#60;" in shown
    assert "a b [31m" in shown
    assert "gnp.exe" in shown
    assert text(document.find(".//h1")) == "<script>alert(1)</script>"
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", hostile_page)


def test_ids_are_unique_and_labels_point_to_them(page):
    document = html.document_fromstring(page)
    identifiers = document.xpath("//@id")

    assert len(identifiers) == len(set(identifiers))
    named = {name for value in document.xpath("//@aria-labelledby") for name in value.split()}
    local = {target[1:] for target in document.xpath("//@href") if target.startswith("#")}
    assert named | local <= set(identifiers)


def test_tables_without_rows_say_so(frame_of, posting):
    document = html.document_fromstring(rendered(frame_of([posting(skills=[])])))

    assert text(section(document, "skill").find("p[@class='nothing']")) == "没有数据。"


def test_a_role_without_a_large_enough_sample_gets_no_chart(frame_of, posting):
    document = html.document_fromstring(rendered(frame_of([posting()])))

    assert section(document, "salary_by_role").xpath(".//svg") == []
    assert len(section(document, "salary_by_role").xpath(".//tbody/tr")) == 2


def luminance(colour):
    channels = [int(colour[1 + 2 * i : 3 + 2 * i], 16) / 255 for i in range(3)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """The contrast ratio of WCAG 2.2, 1.4.3."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_texts_and_bars_stand_out_in_both_colour_schemes(page):
    style = html.document_fromstring(page).xpath("//style")[0].text
    schemes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root {(.*?)}", style, re.DOTALL)
    ]
    light, dark = schemes[0], schemes[1]

    for scheme in (light, dark):
        for name in ("ink", "quiet", "accent", "warn"):
            assert contrast(scheme[name], scheme["paper"]) >= 4.5, name
        for name in ("ink", "quiet"):
            assert contrast(scheme[name], scheme["head"]) >= 4.5, name
        assert contrast(scheme["bar"], scheme["paper"]) >= 3
    assert light["paper"] != dark["paper"]
    assert luminance(dark["paper"]) < luminance(dark["ink"])
