"""Charts: what is drawn has the size of the number, and names cannot become markup."""

import doctest
from itertools import pairwise

import pytest
from lxml import etree

from report import charts
from report.charts import Bar, Range, bar_chart, range_chart, shortened


def parsed(markup):
    return etree.fromstring(str(markup))


def number(text):
    return float(text.rstrip("%"))


def test_bars_are_as_long_as_their_numbers():
    drawing = parsed(
        bar_chart("role", "岗位", "三项", [Bar("甲", 0.5, "50"), Bar("乙", 0.2, "20"), Bar("丙", 0.0, "0")])
    )

    assert [number(rect.get("width")) for rect in drawing.iter("rect")] == [100, 40]
    assert [text.text for text in drawing.iterfind(".//text[@class='figure']")] == ["50", "20", "0"]
    assert [number(text.get("x")) for text in drawing.iterfind(".//text[@class='figure']")] == [100, 40, 0]


def test_a_text_without_length_has_no_bar():
    drawing = parsed(bar_chart("x", "图", "述", [Bar("甲", 0.1, "1"), Bar("不明", None, "9")]))

    assert len(drawing.findall(".//rect")) == 1
    assert drawing.find("g[@class='muted']/text").text == "不明"


def test_bars_that_are_all_zero_draw_nothing():
    assert parsed(bar_chart("x", "图", "述", [Bar("甲", 0.0, "0")])).findall(".//rect") == []


def test_charts_have_a_name_and_a_description():
    drawing = parsed(bar_chart("role", "岗位", "横向条形图", [Bar("甲", 1.0, "1")]))

    names = {element.get("id"): element.text for element in drawing if element.tag in ("title", "desc")}
    assert drawing.get("role") == "img"
    assert [names[name] for name in drawing.get("aria-labelledby").split()] == ["岗位", "横向条形图"]


def test_rows_do_not_overlap_and_fit_the_drawing():
    drawing = parsed(bar_chart("x", "图", "述", [Bar(str(n), 1.0, str(n)) for n in range(20)]))
    tops = [number(rect.get("y")) for rect in drawing.iter("rect")]
    height = number(drawing.find(".//rect").get("height"))

    assert all(later - earlier > height for earlier, later in pairwise(tops))
    assert tops[-1] + height < number(drawing.get("height"))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\"'><g onload=x>", "a&b", "{name}", "]]>"])
def test_names_stay_text(name):
    for markup in (
        bar_chart("x", name, name, [Bar(name, 1.0, name)]),
        range_chart("x", name, name, [Range(name, 1, 2, 3, name)], unit="K"),
    ):
        drawing = parsed(markup)
        assert {element.tag for element in drawing.iter()} <= {
            "svg", "title", "desc", "g", "text", "rect", "circle", "line",
        }  # fmt: skip
        assert drawing.find("g/title").text == f"{name} {name}"


def test_ranges_lie_on_an_axis_from_zero():
    drawing = parsed(range_chart("x", "图", "述", [Range("甲", 10, 20, 40, "20,000")], unit="K"))

    assert [tick.text for tick in drawing.iterfind(".//text[@class='tick']")] == ["0", "10K", "20K", "30K", "40K"]
    rect, circle = drawing.find(".//rect"), drawing.find(".//circle")
    assert (number(rect.get("x")), number(rect.get("width"))) == (25, 75)
    assert number(circle.get("cx")) == 50


@pytest.mark.parametrize(
    ("highest", "labels"),
    [
        (125, ["0", "50K", "100K", "150K"]),
        (7, ["0", "2K", "4K", "6K", "8K"]),
        (0.3, ["0", "0.1K", "0.2K", "0.3K"]),
        (0, ["0", "1K"]),
        (2_000_000, ["0", "500000K", "1e+06K", "1.5e+06K", "2e+06K"]),
    ],
)
def test_ticks_are_round_and_reach_the_highest(highest, labels):
    drawing = parsed(range_chart("x", "图", "述", [Range("甲", 0, 0, highest, "")], unit="K"))

    assert [tick.text for tick in drawing.iterfind(".//text[@class='tick']")] == labels


def test_long_labels_are_cut_but_kept_in_the_tooltip():
    long = "铁路船舶航空航天和其他运输设备制造业"
    drawing = parsed(bar_chart("x", "图", "述", [Bar(long, 1.0, "1")]))

    assert drawing.find(".//text[@class='label']").text == "铁路船舶航空航天…"
    assert drawing.find("g/title").text.startswith(long)
    assert shortened("图像识别-计算机视觉") == "图像识别-计算机视觉"
    assert shortened("Function Calling") == "Function Calling"


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(charts).failed == 0
