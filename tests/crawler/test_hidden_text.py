"""Only what styles hide is left out of a text, and nothing that a reader sees."""

import pytest
from parsel import Selector

from crawler.hidden import seen_text


def seen(body: str, style: str = "") -> str:
    page = Selector(text=f"<html><head><style>{style}</style></head><body><div id='text'>{body}</div></body></html>")
    return seen_text(page.css("#text")[0], page)


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="display:none">kanzhun</span>',
        '<span style="color:red; DISPLAY : none !important">kanzhun</span>',
        '<span style="visibility: hidden">kanzhun</span>',
        '<span style="font-size:0">kanzhun</span>',
        '<span style="font-size:0px;line-height:0">kanzhun</span>',
        '<span style="opacity:0">kanzhun</span>',
        '<span style="display:inline-block;width:0.1px;height:0.1px;overflow:hidden">kanzhun</span>',
        "<span hidden>kanzhun</span>",
        '<p style="display:none">kan<b>zhun</b></p>',
        "<style>.x{display:none}</style><span class='a x'>kanzhun</span>",
        "<style>/* .y */ .w, .x {display : none!important;}</style><span class='x'>kanzhun</span>",
        "<style>#text .x>i{visibility:collapse}</style><b class='x'><i>kanzhun</i></b>",
        "<style>@import url('a;b.css'); .x{display:none}</style><span class='x'>kanzhun</span>",
        "<style>.x{display:none!important} .x{display:inline}</style><span class='x'>kanzhun</span>",
        "<style>.x{content:'}';display:none}</style><span class='x'>kanzhun</span>",
    ],
)
def test_hidden_words_are_left_out(hidden: str) -> None:
    assert seen(f"负{hidden}责训练<br>与评测") in {"负责训练\n与评测", "负\n责训练\n与评测"}


@pytest.mark.parametrize(
    "shown",
    [
        '<span style="display:inline">训练</span>',
        '<span style="font-size:0.9em">训练</span>',
        '<span style="font-size:10px">训练</span>',
        '<span style="opacity:0.5">训练</span>',
        '<span style="width:0.1px;height:0.1px">训练</span>',
        '<span style="width:100px;height:0;overflow:hidden">训练</span>',
        "<span class='x'>训练</span>",
        "<style>.y{display:none}</style><span class='x'>训练</span>",
        "<style>.x .y{display:none}</style><span class='x'>训练</span>",
        "<style>.xy{display:none}</style><span class='x'>训练</span>",
        "<style>.x{font-style:normal;font-weight:normal}</style><i class='x'>训练</i>",
        "<style>@media print{.x{display:none}}</style><span class='x'>训练</span>",
        "<style>@supports (a:b){ @media all {.x{display:none}} }</style><span class='x'>训练</span>",
        "<style>.x::before{display:none}</style><span class='x'>训练</span>",
        "<style>.x:hover{display:none}</style><span class='x'>训练</span>",
        "<style>.x{display:none} .x{display:inline}</style><span class='x'>训练</span>",
        "<style>.x{display:none}</style><span class='x' style='display:inline'>训练</span>",
        "<style>.x{display:none</style><span class='x'>训练</span>",
        "<style>}}.y{</style><span class='x'>训练</span>",
    ],
)
def test_what_a_reader_sees_stays(shown: str) -> None:
    assert seen(f"负责{shown}与评测") == "负责训练与评测"


def test_a_style_in_the_head_counts_and_its_own_text_does_not() -> None:
    assert seen("负<b class='x'>boss</b>责", ".x{display:none}") == "负责"
    assert seen("<style>.x{display:none}</style>负责") == "负责"
