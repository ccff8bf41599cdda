import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

# Sentences written for these tests: three for the work, three for what is asked, by role.
WORK = {
    "java": (
        ["Java开发工程师", "高级Java工程师", "Java程序员"],
        ["负责交易系统的服务端编码和联调", "用Spring Cloud拆分旧的订单模块", "维护MySQL表结构并优化慢查询"],
        ["熟悉JVM内存模型和多线程", "掌握Redis和消息队列", "写过高并发接口者优先"],
    ),
    "frontend": (
        ["前端开发工程师", "Web前端工程师", "资深前端"],
        ["负责后台管理页面和活动页的开发", "把设计稿还原为可复用的组件", "优化首屏加载时间"],
        ["熟练使用Vue或React", "了解浏览器渲染原理", "会写TypeScript"],
    ),
    "data_annotator": (
        ["数据标注员", "图像标注专员", "标注实习生"],
        ["按照规则给图片里的车辆和行人拉框", "对录音逐句转写并检查", "完成每天的标注量并自检"],
        ["做事细心有耐心", "会用电脑即可", "接受大专学历"],
    ),
    "sales": (
        ["大客户销售经理", "销售代表", "区域销售"],
        ["开拓本地的企业客户并签单", "拜访客户了解采购计划", "完成季度回款目标"],
        ["有销售经验和客户资源", "能适应出差", "沟通能力强抗压"],
    ),
    "llm_algorithm": (
        ["大模型算法工程师", "大语言模型研究工程师", "LLM算法"],
        ["负责大模型的指令微调和偏好对齐", "构造预训练语料的清洗流程", "设计评测集跟踪模型能力"],
        ["熟悉Transformer结构和PyTorch", "跑过多机多卡训练", "在顶会发表过论文者优先"],
    ),
    "ui_ux_designer": (
        ["UI设计师", "交互设计师", "界面视觉设计"],
        ["负责手机应用的界面和图标设计", "产出交互稿和设计规范", "跟进前端还原效果"],
        ["熟练使用Figma和Sketch", "有完整的作品集", "理解用户研究方法"],
    ),
}
INVOLVEMENT = {"llm_algorithm": "core", "data_annotator": "core"}
INDUSTRIES = {"银行": "banking", "游戏": "games", "汽车": "automotive"}


@dataclass(frozen=True)
class Material:
    """Folders of written postings and labels in the format of the training data."""

    data: Path
    labels: Path


@pytest.fixture(scope="session")
def written_material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    postings, labels = [], []
    number = 0
    for role, (titles, work, asked) in WORK.items():
        for a in range(3):
            for b in range(3):
                for trade, industry in INDUSTRIES.items():
                    number += 1
                    posting_id = f"written{number:04}"
                    postings.append(
                        {
                            "id": posting_id,
                            "title": titles[(a + b) % 3],
                            "company": f"{'甲乙丙丁戊己庚辛壬'[a * 3 + b]}{role}{trade}有限公司",
                            "category_label": titles[0],
                            "tags": [titles[0], trade],
                            "industry": trade,
                            "description": f"岗位职责：{work[a]}；{work[(b + 1) % 3]}。\n任职要求：{asked[b]}，{asked[a]}。",
                        }
                    )
                    labels.append(
                        {
                            "id": posting_id,
                            "role": role,
                            "alt": None,
                            "industry": industry,
                            "ai": INVOLVEMENT.get(role, "none"),
                            "skills": [],
                            "missing": [],
                            "sure": 3,
                        }
                    )
    root = tmp_path_factory.mktemp("material")
    data, folder = root / "data", root / "labels"
    data.mkdir()
    folder.mkdir()
    pq.write_table(pa.Table.from_pylist(postings), data / "postings.parquet")
    held_out = {label["id"] for place, label in enumerate(labels) if place % 5 == 4}
    for name, chosen in (
        ("train.jsonl", [label for label in labels if label["id"] not in held_out]),
        ("dev.jsonl", [label for label in labels if label["id"] in held_out]),
    ):
        text = "".join(json.dumps(label, ensure_ascii=False) + "\n" for label in chosen)
        (folder / name).write_text(text, encoding="utf-8")
    return Material(data, folder)
