from dataclasses import replace

import numpy as np
import pytest

from classifier.baselines import roles_by_title_rules
from classifier.class_table import class_tables
from classifier.corpus import Labels
from classifier.evaluation import measure
from classifier.labels import LabelSpace
from classifier.measures import Predictions
from taxonomy.catalogue import load_taxonomy

SPACE = LabelSpace.of_taxonomy(load_taxonomy())
JAVA, BACKEND, SALES, LAWYER = (
    SPACE.roles.index(role) for role in ("java", "backend", "sales", "administration_finance_legal")
)
GAMES, BANKING = (SPACE.industries.index(industry) for industry in ("games", "banking"))

# The first round's annotators did not have it, so a model that names it there is neither right nor wrong.
LATE_SKILL = next(skill.name for skill in load_taxonomy().skills if not skill.labelled)


@pytest.fixture(scope="module")
def truth():
    return Labels(
        postings=np.arange(4),
        role=np.array([JAVA, BACKEND, SALES, SALES]),
        alternative=np.array([BACKEND, -1, -1, -1]),
        industry=np.array([GAMES, -1, GAMES, GAMES]),
        ai=np.array([0, 1, 2, 3]),
        sure=np.array([3, 3, 3, 3]),
        skills=[{"Java", "SQL"}, {"Java"}, set(), set()],
        first_round=np.array([False, True, False, False]),
    )


@pytest.fixture(scope="module")
def model():
    role = np.array([BACKEND, BACKEND, SALES, LAWYER])
    return Predictions(
        role=role,
        category=SPACE.category_of_role[role],
        role_confidence=np.array([0.4, 0.9, 0.8, 0.3]),
        category_confidence=np.array([0.9, 0.95, 0.85, 0.5]),
        role_given=np.array([False, True, True, False]),
        needs_review=np.array([False, False, False, True]),
        ai=np.array([0, 1, 2, 0]),
        ai_confidence=np.array([0.9, 0.9, 0.9, 0.9]),
        industry=np.array([GAMES, GAMES, -1, 0]),
        industry_by_model=np.array([True, False, False, True]),
        industry_of_model=np.array([GAMES, 0, 0, 0]),
        # The second is not counted: nobody knows what is right there.
        industry_confidence=np.array([0.8, 0.1, 0.7, 0.3]),
        skills=[{"Java"}, {"Java", "Go", LATE_SKILL}, set(), set()],
    )


@pytest.fixture(scope="module")
def result(model, truth):
    rules = np.array([SALES, SALES, SALES, SALES])
    return measure(
        {"model": model, "rules": Predictions(rules, SPACE.category_of_role[rules])}, truth, SPACE, "v0-test"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category accuracy", 3 / 4),
        ("role accuracy", 2 / 4),
        ("role accuracy, alternative allowed", 3 / 4),
        # java: 0, backend: 2/3, sales: 2/3, over the three roles with an example.
        ("role macro-F1", (0 + 2 / 3 + 2 / 3) / 3),
        ("AI involvement accuracy", 3 / 4),
        ("industry accuracy, model alone", 1 / 3),
        ("industry given", 3 / 4),
        ("industry accuracy where given", 1 / 2),
        ("industry given though labelled unknown", 1.0),
        ("industry given though labelled unknown, by the model", 0.0),
        # Ten bins, one example in each: right with 0.9 three times and wrong with 0.9 once.
        ("AI involvement calibration error (ECE)", (3 * 0.1 + 0.9) / 4),
        ("industry calibration error (ECE), model alone", (0.2 + 0.7 + 0.3) / 3),
        ("role given", 2 / 4),
        ("role accuracy where given, alternative allowed", 1.0),
        ("needs review", 1 / 4),
        ("category accuracy without those to review", 1.0),
        ("skills precision", 2 / 3),
        ("skills recall", 2 / 3),
    ],
)
def test_figures_of_the_model(result, name, value):
    assert result.figure(name, "model").value == pytest.approx(value)


def test_the_lead_is_the_paired_difference(result):
    leads = {row.name: row.figures["rules"].value for row in result.leads}
    assert leads["category accuracy"] == pytest.approx(3 / 4 - 2 / 4)
    assert leads["role accuracy"] == 0.0


def test_the_table_has_a_row_for_each_figure_and_category(result):
    table = str(result)
    assert table.startswith("v0-test on 4 labelled postings")
    assert "| | model | rules |" in table
    assert "| model minus | rules |" in table
    assert "| skills recall | 0.667 [" in table
    assert "| category | precision | recall | F1 | examples |" in table
    assert "| development | 1.000 | 1.000 | 1.000 | 2 |" in table
    assert "| sales_marketing | 1.000 | 0.500 | 0.667 | 2 |" in table
    assert "| none | – | 0.000 | 0.000 | 1 |" in table
    row = next(line for line in table.splitlines() if line.startswith("| needs review"))
    assert row.endswith("| – |")


def test_a_figure_without_an_example_is_a_dash(model, truth):
    known = replace(truth, industry=np.array([GAMES, GAMES, GAMES, GAMES]))
    row = next(
        line
        for line in str(measure({"model": model}, known, SPACE, "v0-test")).splitlines()
        if line.startswith("| industry given though labelled unknown")
    )
    assert row == "| industry given though labelled unknown | – |"


def test_industries_with_few_examples_have_no_row():
    # 12 of games (9 found), 9 of banking (all found), 3 unknown (2 of them answered with games).
    industry = np.repeat([GAMES, BANKING, -1], [12, 9, 3])
    said = np.concatenate([np.repeat([GAMES, BANKING], [9, 3]), np.full(9, BANKING), [GAMES, GAMES, BANKING]])
    role = np.full(24, JAVA)
    labels = Labels(
        postings=np.arange(24),
        role=role,
        alternative=np.full(24, -1),
        industry=industry,
        ai=np.zeros(24, dtype=np.int64),
        sure=np.full(24, 3),
        skills=[set() for _ in range(24)],
        first_round=np.zeros(24, dtype=np.bool_),
    )
    predictions = Predictions(role, SPACE.category_of_role[role], industry_of_model=said)
    categories, industries = class_tables(predictions, labels, SPACE)
    assert categories.heading == "category"
    assert industries.heading == "industry, model alone: 1 of 2, with 10 or more examples"
    assert list(industries.scores) == ["games"]
    games = industries.scores["games"]
    # What is answered where the label knows no industry is neither right nor wrong.
    assert (games.precision, games.recall, games.examples) == (1.0, 9 / 12, 12)
    assert games.f1 == pytest.approx(2 * 9 / (9 + 12))


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("高级 Java 开发工程师", "java"),
        ("AI 产品经理", "ai_product_manager"),
        ("前端工程师（大模型方向）", "frontend"),
        ("大模型算法工程师", "llm_algorithm"),
        ("Xyz", "other_role"),
        ("", "other_role"),
    ],
)
def test_title_rules(title, role):
    assert SPACE.roles[roles_by_title_rules([title], SPACE)[0]] == role
