"""Short postings that this project wrote to set apart where a skill is asked for and where it is only named.

Labelled postings are long, and rarely name a tool in nothing but the company's introduction; so labels alone teach too
little of what such a passage says. Each contrast names skills of one group. They teach, and measure nothing.
"""

from dataclasses import dataclass

import numpy as np

from taxonomy.catalogue import Taxonomy

COMPANY = (
    "公司介绍：\n公司成立于2012年，专注于{0}和{1}，服务上千家企业。",
    "公司简介：我们的平台基于{0}、{1}搭建，用户遍布全国。\n岗位职责：\n完成上级交办的工作",
    "关于我们：团队来自知名大厂，在{0}和{1}方面有多年积累。",
    "企业介绍：国内领先的{0}公司，自主研发平台使用{1}和{2}。\n任职要求：\n认真负责，能适应出差",
)
"""Postings that name skills in passages about the company alone."""

ASKED = (
    "任职要求：\n1、熟悉{0}、{1}，有相关经验",
    "公司介绍：\n公司专注于{0}和{1}\n任职要求：\n熟悉{0}和{1}",
)
"""Postings that ask for the skills that they name."""

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


def contrasts(taxonomy: Taxonomy, seed: int) -> list[Contrast]:
    """The contrasts of a vocabulary: every measured skill once in each frame, with others of its group.

    Args:
        taxonomy: the vocabulary.
        seed: of the drawing of the others.
    """
    random = np.random.default_rng(seed)
    measured = [skill for skill in taxonomy.skills if skill.measured]
    groups = {skill.group: [other.name for other in measured if other.group == skill.group] for skill in measured}
    found = [
        Contrast(text, frozenset(), frozenset([skill.name]))
        for skill in measured
        for text in OTHER_MEANINGS.get(skill.name, ())
    ]
    for names in groups.values():
        for frame in (*COMPANY, *ASKED):
            at_once = sum(place in frame for place in _PLACES)
            drawn = [names[place] for place in random.permutation(len(names))]
            for first in range(0, len(drawn), at_once):
                some = [drawn[(first + step) % len(drawn)] for step in range(at_once)]
                asked = frozenset(some) if frame in ASKED else frozenset()
                found.append(Contrast(frame.format(*some), asked, frozenset(some) - asked))
    return found
