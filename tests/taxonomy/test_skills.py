"""The skills that a posting names: whole words, context, what takes a mention back, and offsets."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.schema import labelled_text
from taxonomy.catalogue import DATA_FOLDER, load_taxonomy
from taxonomy.skills import SkillMatch, SkillMatcher

TAXONOMY = load_taxonomy()
MATCHER = SkillMatcher()
SPELLINGS = {skill.name: {name.lower() for name in (skill.name, *skill.names)} for skill in TAXONOMY.skills}


def skills(text):
    return [match.skill for match in MATCHER.find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Latin names are whole words in any case
        ("精通Python开发", ["Python"]),
        ("会 PYTHON、java 者优先", ["Python", "Java"]),
        ("JavaScript与Java都要会", ["JavaScript", "Java"]),
        ("用过Javadoc和TensorFlowX", []),
        ("Googler, Rustic, Perlin", []),
        ("使用PyTorch/TensorFlow训练", ["PyTorch", "TensorFlow"]),
        ("C++、C#与.NET", ["C/C++", "C#", ".NET"]),
        ("官网 www.example.net", []),
        ("Node.js和Vue.js项目", ["Node.js", "Vue"]),
        ("Objective-C/Swift", ["Objective-C", "Swift"]),
        # version numbers
        ("Java8以上，Vue3、MySQL5.7", ["Java", "Vue", "MySQL"]),
        ("Java2Script", []),
        # Chinese names need no space, and do not count inside longer ones
        ("负责微调和预训练", ["微调", "预训练"]),
        ("负责多智能体协作", ["智能体"]),
        ("预训练模型微调", ["预训练", "微调"]),
        ("Linux操作系统", ["Linux"]),
        ("向量数据库选型", ["向量数据库"]),
        ("语音识别与图像识别", ["语音识别", "计算机视觉"]),
        # the canonical name stands for its spellings
        ("SFT与RLHF", ["微调", "强化学习对齐"]),
        ("k8s和Docker", ["Kubernetes", "Docker"]),
        ("检索增强生成、LangGraph", ["RAG", "LangChain"]),
        # every mention counts
        ("Python好，python更好", ["Python", "Python"]),
        ("", []),
        ("任劳任怨，能出差", []),
    ],
)
def test_whole_names(text, found):
    assert skills(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("熟悉C/C++、Go和Rust", ["C/C++", "Go", "Rust"]),
        ("精通C，有驱动经验", ["C/C++"]),
        ("有R或SAS使用经验", ["R", "SPSS/SAS"]),
        ("用 R 语言做统计", ["R"]),
        ("面向C端用户的增长", []),
        ("负责 To C 业务，熟悉业务流程", []),
        ("地铁A口出，C口进", []),
        ("已完成C轮融资", []),
        ("R&D中心位于上海", []),
        ("Let's go to work together", []),
        ("设计软件：PS、AI、AE、PR", ["Photoshop", "Illustrator", "After Effects", "Premiere"]),
        ("用Photoshop修图，会PR剪片", ["Photoshop", "摄影", "Premiere"]),
        ("PS：试用期三个月", []),
        ("负责公司PR与媒体关系", []),
        ("我们是一家AI公司", []),
        ("写AI提示词", ["提示词工程"]),
        ("负责UI设计", ["UI设计"]),
        ("根据UI稿开发页面", []),
        ("Redis、ES、Kafka集群运维", ["Redis", "Elasticsearch", "Kafka"]),
        ("ES方向的市场调研", []),
        ("用Midjourney、SD出图", ["Midjourney", "Stable Diffusion"]),
        ("SD卡读写测试", []),
        ("UE引擎场景搭建", ["Unreal Engine"]),
        ("用Unity和UE做场景", ["Unity", "Unreal Engine"]),
        ("提升产品的UE", []),
        ("奖励模型与RM模型训练", ["奖励模型", "奖励模型"]),
        ("向客户经理(RM)汇报", []),
        ("前端：TS、React、Vue", ["TypeScript", "React", "Vue"]),
        ("掌握ReAct、思维链等推理方法", ["思维链"]),
        ("嵌入式C语言，CAN总线与SPI", ["嵌入式", "C/C++", "通信接口", "通信接口"]),
        ("You can grow with us, SPI included", ["通信接口"]),
        ("CV方向，熟悉PyTorch", ["计算机视觉", "PyTorch"]),
        ("请将CV发至邮箱", []),
        ("Java基础扎实，熟悉多线程", ["Java", "JVM"]),
        ("C++多线程编程", ["C/C++"]),
        ("推荐系统的召回与排序", ["推荐系统", "推荐系统"]),
        ("提升召回率和准确率", []),
        ("模型推理优化：量化、剪枝", ["推理加速", "模型压缩", "模型压缩"]),
        ("目标可量化，股票量化研究", ["量化交易"]),
        ("指令微调与偏好对齐", ["微调", "强化学习对齐"]),
        ("与业务方对齐目标", []),
        ("使用豆包、即梦等工具", ["豆包", "可灵/即梦"]),
        ("公司产品有豆包和即梦", []),
        ("为智能体设计记忆", ["智能体", "智能体记忆"]),
        ("记忆力强，反应快", []),
        ("Python清洗数据", ["Python", "数据清洗"]),
        ("清洗餐具与设备", []),
    ],
)
def test_ambiguous_names_count_where_the_context_says_so(text, found):
    assert skills(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # taken back
        ("不要求Java，会Python即可", ["Python"]),
        ("无需编程基础和Python经验；懂SQL", ["SQL"]),
        ("Java不作要求，Go语言优先", ["Go"]),
        ("要求熟悉Java", ["Java"]),
        # the company and what it offers
        ("公司介绍：专注大模型与计算机视觉\n岗位职责：用Python写爬虫", ["Python", "数据采集"]),
        ("岗位职责：写SQL\n福利待遇：英语培训、摄影社团", ["SQL"]),
        ("团队介绍：做推荐系统\n1、负责Spark任务", ["Spark"]),
        ("【关于我们】\n深耕机器学习\n【任职要求】\n熟悉Flink", ["Flink"]),
        ("带薪培训、五险一金、商业保险", []),
        # a list of majors names no skill, a skilled statistician does
        ("本科及以上，计算机、统计学、机器学习等相关专业", []),
        ("英语专业本科", []),
        ("统计学专业知识扎实", ["统计学"]),
        ("熟悉机器学习，计算机相关专业优先", ["机器学习"]),
        ("数学等相关专业；熟悉运筹优化", ["运筹优化"]),
    ],
)
def test_mentions_that_do_not_ask_for_a_skill(text, found):
    assert skills(text) == found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("熟悉Python", [("Python", "Python")]),
        ("😀😀 熟悉Python👍和RAG", [("Python", "Python"), ("RAG", "RAG")]),
        ("熟悉Ｐｙｔｈｏｎ和Ｃ＋＋", [("Python", "Ｐｙｔｈｏｎ"), ("C/C++", "Ｃ＋＋")]),
        ("İstanbul办公室，用Java", [("Java", "Java")]),
        (
            "Spring\u00a0Boot与Spring\u3000Cloud",
            [("Spring", "Spring\u00a0Boot"), ("Spring Cloud", "Spring\u3000Cloud")],
        ),
        ("会Java8", [("Java", "Java")]),
        ("𠮷野家用SQL", [("SQL", "SQL")]),
    ],
)
def test_offsets_are_characters_of_the_text(text, named):
    assert [(match.skill, text[match.start : match.end]) for match in MATCHER.find(text)] == named


def test_offsets_refer_to_the_labelled_text():
    text = labelled_text("大模型算法", "熟悉PyTorch")
    assert MATCHER.find(text) == [SkillMatch("大语言模型", 0, 3), SkillMatch("PyTorch", 8, 15)]


@pytest.mark.parametrize("skill", TAXONOMY.skills, ids=lambda skill: skill.name)
def test_every_unambiguous_name_is_found(skill):
    for name in (skill.name, *skill.names):
        if name not in skill.context:
            assert [match.skill for match in MATCHER.find(f"，{name}，")] == [skill.name], name


def test_the_matcher_follows_the_vocabulary_it_is_given(tmp_path):
    shutil.copytree(DATA_FOLDER, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "skills.yaml"
    content = path.read_text(encoding="utf-8")
    path.write_text(
        content.replace("{name: Rust, group: language, names: []", "{name: Rust, group: language, names: [铁锈语言]")
    )
    matcher = SkillMatcher(load_taxonomy(tmp_path))
    assert [match.skill for match in matcher.find("铁锈语言开发")] == ["Rust"]
    assert skills("铁锈语言开发") == []


def test_a_text_with_thousands_of_silent_spans_is_read_whole():
    text = "熟悉Python、C/C++，不要求Java，计算机相关专业。" * 20_000
    matches = MATCHER.find(text)
    assert len(matches) == 40_000
    assert {match.skill for match in matches} == {"Python", "C/C++"}


NAMES = st.sampled_from([name for skill in TAXONOMY.skills for name in (skill.name, *skill.names)])
GLUE = st.sampled_from(
    ["、", "/", " ", "，", "。", "\n", "熟悉", "a", "9", "😀", "İ", "Ａ", "专业", "不要求", "公司介绍：", "要求："]
)


@given(st.text() | st.lists(NAMES | GLUE | st.text(max_size=3), max_size=20).map("".join))
def test_any_text_gives_ordered_mentions_of_known_spellings(text):
    matches = MATCHER.find(text)
    assert matches == MATCHER.find(text)
    end = 0
    for match in matches:
        assert end <= match.start < match.end <= len(text)
        end = match.end
        surface = text[match.start : match.end].translate({0x3000: " ", 0xA0: " "})
        folded = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in surface).lower()
        assert folded in SPELLINGS[match.skill]
