"""Short postings that this project wrote to set apart where a skill is asked for and where it is only named.

Labelled postings are long, and rarely name a tool in nothing but the company's introduction or to say that it does not
matter; so labels alone teach too little of what such a passage says. Each contrast names skills of one group. They
teach, and measure nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from taxonomy.catalogue import Taxonomy
from taxonomy.loading import DataFile

CONTRASTS = Path(__file__).with_name("skill_contrasts.yaml")

KINDS = ("taken_back", "company", "asked")
"""Frames that say a skill does not matter, that name it about the company alone, and that ask for it."""

DRAWN = 6
"""Frames in which each skill stands, drawn of each kind."""

OTHER_MEANINGS = {
    "Go": (
        "Go go go！加入我们，一起出发",
        "Let's go, 一起出发",
        "Go! Go! 冲业绩，Go!",
        "Ready? Go! 期待你的加入，let's go",
        "GO! 说走就走的团建，go go go",
        "Ready to go? 欢迎投递简历",
        "负责产品出海的go to market",
        "We go the extra mile for our guests",
        "Come and go as you like, 弹性上班",
    ),
    "R": ("R&D中心位于浦东", "办公地点在科技园R座", "公司在深圳设有R&D团队"),
    "C/C++": ("公司已完成C轮融资", "地铁2号线C口出", "面试地点：创业大厦C座", "补充维生素C"),
    "Photoshop": ("PS：试用期三个月，包吃住", "PS: 请准时参加面试", "ps：周末双休"),
    "Premiere": ("负责公司PR与媒体关系", "协助PR团队安排采访"),
    "After Effects": ("担任广告公司AE，对接客户", "AE岗位，负责客户沟通"),
    "Elasticsearch": ("ES方向的市场调研", "公司ES门店招聘"),
    "Unreal Engine": ("提升产品的UE", "关注UE和口碑"),
    "Stable Diffusion": ("SD卡读写测试", "销往SD地区"),
    "计算机视觉": ("请将CV发至邮箱", "投递CV后三日内回复"),
}
"""Of some skills, sentences in which one of their names means something else."""


_PLACES = ("{0}", "{1}", "{2}")


@dataclass(frozen=True)
class Contrast:
    """A posting without a title, the skills that it asks for and those that it only names."""

    text: str
    asked: frozenset[str]
    rejected: frozenset[str]


@cache
def frames() -> Mapping[str, tuple[str, ...]]:
    """The texts of skill_contrasts.yaml, by kind; a skill's name stands for each "{0}", "{1}" and "{2}" in them.

    Raises:
        JobAtlasError: the file is damaged.
    """
    file = DataFile(CONTRASTS, KINDS)
    return {kind: file.texts(kind) for kind in KINDS}


def contrasts(taxonomy: Taxonomy, seed: int) -> list[Contrast]:
    """The contrasts of a vocabulary: every measured skill in frames of each kind, with others of its group.

    Args:
        taxonomy: the vocabulary.
        seed: of the drawing of frames and of the others.
    """
    random = np.random.default_rng(seed)
    measured = [skill for skill in taxonomy.skills if skill.measured]
    groups = {skill.group: [other.name for other in measured if other.group == skill.group] for skill in measured}
    found = [
        Contrast(text, frozenset(), frozenset([skill.name]))
        for skill in measured
        for text in OTHER_MEANINGS.get(skill.name, ())
    ]
    for kind, texts in frames().items():
        for names in groups.values():
            for _ in range(DRAWN):
                found += _filled(texts, names, kind == "asked", random)
    return found


def _filled(texts: tuple[str, ...], names: list[str], asked: bool, random: np.random.Generator) -> list[Contrast]:
    """Frames drawn at random and filled with names, until each name stands in one."""
    drawn = [names[place] for place in random.permutation(len(names))]
    filled, used = [], 0
    while used < len(drawn):
        frame = texts[int(random.integers(len(texts)))]
        at_once = sum(place in frame for place in _PLACES)
        some = [drawn[(used + step) % len(drawn)] for step in range(at_once)]
        skills = frozenset(some)
        filled.append(Contrast(frame.format(*some), skills if asked else frozenset(), frozenset() if asked else skills))
        used += at_once
    return filled
