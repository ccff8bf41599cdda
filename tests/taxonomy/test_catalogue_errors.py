"""Edited data files: every mistake is one line that names the file, the entry and, where one is near, the right name."""

import shutil

import pytest

from taxonomy.catalogue import DATA_FOLDER, load_taxonomy
from taxonomy.errors import JobAtlasError


@pytest.fixture
def edit(tmp_path):
    """Returns a function that replaces text in a copy of the data and loads the copy."""
    shutil.copytree(DATA_FOLDER, tmp_path, dirs_exist_ok=True)

    def replace_and_load(file, old, new):
        path = tmp_path / file
        content = path.read_text(encoding="utf-8")
        assert content.count(old) >= 1, f"{file} no longer holds {old!r}"
        path.write_text(content.replace(old, new, 1), encoding="utf-8")
        return load_taxonomy(tmp_path)

    return replace_and_load


MISTAKES = [
    # unknown references
    ("roles.yaml", "id: llm_algorithm, category: algorithm", "id: llm_algorithm, category: algoritm",
     ["llm_algorithm", "category 'algoritm' is not defined", "Did you mean 'algorithm'?"]),
    ("roles.yaml", "finance: 数据工程师, media: AI技术类", "finance: 数据工程, media: AI技术类",
     ["data_engineer", "finance '数据工程'", "'数据工程师'"]),
    ("roles.yaml", "zhaopin: 编辑/翻译", "zhaopin: 编辑翻译", ["editor", "zhaopin '编辑翻译'", "'编辑/翻译'"]),
    ("roles.yaml", "talent: crossover,", "talent: cross_over,", ["talent 'cross_over'", "'crossover'"]),
    ("industries.yaml", "domain: core_technology", "domain: core_tech",
     ["artificial_intelligence", "domain 'core_tech'", "'core_technology'"]),
    ("companies.yaml", "group: large_model_five, core_technology", "group: large_model_4, core_technology",
     ["智谱AI", "group 'large_model_4'", "'large_model_five'"]),
    ("companies.yaml", "{zh: 月之暗面, group: large_model_five, core_technology: true, industry: artificial_intelligence",
     "{zh: 月之暗面, group: large_model_five, core_technology: true, industry: ai", ["月之暗面", "industry 'ai'"]),
    ("companies.yaml", "industry: cloud_data}\n", "industry: clouds}\n", ["unit industry 'clouds' is not defined"]),
    ("skills.yaml", "{name: Rust, group: language", "{name: Rust, group: languages",
     ["Rust", "group 'languages'", "'language'"]),
    ("skills.yaml", "context: {C: language}", "context: {C: langauge}",
     ["C/C++", "rule 'langauge' is not defined", "'language'"]),
    ("skills.yaml", "context: {C: language}", "context: {Cpp: language}", ["C/C++", "'Cpp'", "not one of its names"]),
    ("skill_context.yaml", "posting_has: [ETL,", "posting_has: [ETLs,", ["warehouse", "'ETLs' is not defined", "'ETL'"]),
    ("skill_context.yaml", "{id: listed_tool, listed_with: [design]}", "{id: listed_tool, listed_with: [desing]}",
     ["listed_tool", "skill group 'desing'", "'design'"]),
    # names and ids twice
    ("roles.yaml", "id: nlp_algorithm,", "id: llm_algorithm,", ["llm_algorithm", "listed twice"]),
    ("roles.yaml", "zh: 自然语言处理,", "zh: 大模型算法,", ["nlp_algorithm", "'大模型算法' already names 'llm_algorithm'"]),
    ("roles.yaml", "finance_classes: [算法工程师,", "finance_classes: [算法工程师, 算法工程师,",
     ["finance_classes entry 2", "listed twice"]),
    ("industries.yaml", "names: [游戏,", "names: [游戏, 软件开发,", ["games", "'软件开发' already names 'software'"]),
    ("companies.yaml", "{zh: 商汤,", "{zh: 第四范式,", ["第四范式", "already names '第四范式'"]),
    ("companies.yaml", "whole_names: [智谱]", "whole_names: [腾讯]", ["智谱AI", "'腾讯' already names '腾讯'"]),
    ("skills.yaml", "names: [飞桨, Paddle]", "names: [飞桨, paddle, PADDLE]", ["PaddlePaddle", "'PADDLE' already names"]),
    ("skills.yaml", "{name: Kotlin, group: language, names: []", "{name: Kotlin, group: language, names: [golang]",
     ["'golang' already names 'Go'", "Kotlin"]),
    ("skill_context.yaml", "not_skills: [", "not_skills: [python, ", ["not_skills (python)", "name of a skill"]),
    ("skill_context.yaml", "  - {id: listed_data,", "  - {id: listed_infra, listed_with: [infra]}\n  - {id: listed_data,",
     ["listed_infra", "listed twice"]),
    # nothing left empty
    ("roles.yaml", "\nroles:", "  - {id: sorcery, zh: 法术类, en: Sorcery}\n\nroles:", ["talent", "'sorcery'"]),
    ("roles.yaml", "\n# The classes of the four", "  - {id: sorcery, zh: 法术类, en: Sorcery}\n\n# The classes of the four",
     ["no entry has category 'sorcery'", "add one or remove it"]),
    ("skill_context.yaml", "  - {id: listed_data,", "  - {id: lonely, before: [会]}\n  - {id: listed_data,",
     ["rules (lonely)", "no skill has this rule"]),
    ("skill_context.yaml", "{id: listed_tool, listed_with: [design]}", "{id: listed_tool}", ["listed_tool", "says nothing"]),
    # the shape of a file and of an entry
    ("roles.yaml", "id: nlp_algorithm, category:", "id: nlp_algorithm, categroy:",
     ["roles entry 2 (nlp_algorithm)", "'categroy'", "'category'"]),
    ("roles.yaml", "id: cv_algorithm, category: algorithm,", "id: cv_algorithm,", ["(cv_algorithm)", "'category' is missing"]),
    ("skills.yaml", "{name: Rust,", "{nam: Rust,", ["unknown key 'nam'", "'name'"]),
    ("skills.yaml", "names: [ts]", "names: [on]", ["TypeScript", "True", "quotes"]),
    ("skills.yaml", "{name: Keras, group: ml_framework, names: []}", "Keras", ["'Keras' is not a mapping"]),
    ("skills.yaml", "{name: Keras, group: ml_framework, names: []}", "{name: '', group: ml_framework, names: []}",
     ["skills entry", "name", "at least 1 character"]),
    ("skills.yaml", ", labelled: false}", ", labelled: maybe}", ["labelled", "maybe"]),
    ("skills.yaml", "skills:\n", "skill:\n", ["skills.yaml", "unknown section 'skill'", "'skills'"]),
    ("companies.yaml", "legal_forms: [股份,", "legal_forms: [7,", ["legal_forms entry 1", "7 is not a text"]),
    ("companies.yaml", "places: [中国, 雄安]", "places: []", ["section 'places' must be a list with at least one entry"]),
    ("industries.yaml", "  - id: games\n", "  - id: games\n    id: game\n", ["line", "key 'id' twice"]),
    ("industries.yaml", "industries:", "industries: {", ["industries.yaml, line", "not valid YAML"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), MISTAKES)
def test_a_mistake_is_named(edit, file, old, new, said):
    with pytest.raises(JobAtlasError) as error:
        edit(file, old, new)
    message = str(error.value)
    assert file in message
    assert "\n" not in message
    for part in said:
        assert part in message, message


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(JobAtlasError, match=r"roles\.yaml: cannot be read: No such file"):
        load_taxonomy(tmp_path)


def test_a_file_in_another_encoding_is_named(edit, tmp_path):
    (tmp_path / "companies.yaml").write_bytes("companies: [商汤]".encode("gb18030"))
    with pytest.raises(JobAtlasError, match=r"companies\.yaml: not UTF-8 at byte 12"):
        load_taxonomy(tmp_path)


def test_a_file_that_is_no_mapping_is_named(edit, tmp_path):
    (tmp_path / "skills.yaml").write_text("- Python\n", encoding="utf-8")
    with pytest.raises(JobAtlasError, match=r"skills\.yaml: expected the sections groups, skills"):
        load_taxonomy(tmp_path)


def test_the_domain_of_the_large_model_companies_cannot_go(edit, tmp_path):
    path = tmp_path / "industries.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("core_technology", "models"), encoding="utf-8")
    with pytest.raises(JobAtlasError, match=r"domains \(core_technology\).*missing"):
        load_taxonomy(tmp_path)


def test_an_edited_copy_is_used(edit):
    taxonomy = edit(
        "skills.yaml", "{name: Rust, group: language, names: []", "{name: Rust, group: language, names: [铁锈]"
    )
    assert taxonomy.skill("Rust").names == ("铁锈",)
