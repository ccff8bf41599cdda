from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.labels import LabelSpace
from classifier.review.candidates import Candidates, read_candidates
from classifier.review.selection import RARE_LABELS, Reason, make_quotas, select
from classifier.review.site_categories import category_of_site_category
from classifier.review.suspects import find_suspects
from postings.dataset import PostingsFile
from postings.export import write_postings
from postings.schema import POSTING_SCHEMA
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError


def candidates(size=400, roles=5, seed=0):
    random = np.random.default_rng(seed)
    return Candidates(
        ids=[f"a:{number}" for number in range(size)],
        role=np.minimum(random.geometric(0.5, size) - 1, roles - 1),
        role_probability=random.uniform(0.3, 1, size),
        margin=random.uniform(0, 1, size),
        disagrees=random.uniform(size=size) < 0.1,
        category_confidence=random.uniform(0.3, 1, size),
        needs_review=random.uniform(size=size) < 0.1,
        left_out=Counter(),
        labelled={},
    )


@given(st.integers(1, 1000), st.dictionaries(st.sampled_from(list(Reason)), st.integers(0, 50)))
def test_quotas_add_up(count, fixed):
    if sum(fixed.values()) > count or (len(fixed) == len(Reason) and sum(fixed.values()) != count):
        with pytest.raises(JobAtlasError, match="quotas come to"):
            make_quotas(count, fixed)
    else:
        quotas = make_quotas(count, fixed)
        assert sum(quotas.values()) == count
        assert all(quotas[reason] == number for reason, number in fixed.items())
        assert set(quotas) == set(Reason)


def test_each_quota_is_drawn_and_nothing_twice():
    pool = candidates()
    quotas = make_quotas(100, {})
    counts = np.array([500, 100, 50, RARE_LABELS - 1, 3])
    drawn = select(pool, ["s:1", "s:2"], counts, quotas, seed=4)
    assert len({pick.posting_id for pick in drawn.picks}) == len(drawn.picks) == 100
    found = Counter(pick.drawn for pick in drawn.picks)
    assert found[Reason.RANDOM] == quotas[Reason.RANDOM]
    assert found[Reason.SUSPECT] == 2
    assert found[Reason.SITE] == quotas[Reason.SITE]
    # What the suspects could not fill goes to the lowest margins.
    assert found[Reason.MARGIN] >= quotas[Reason.MARGIN] + quotas[Reason.SUSPECT] - 2
    assert drawn.available[Reason.SITE] == pool.disagrees.sum()


def test_each_reason_draws_its_own_kind():
    pool = candidates()
    place = {posting_id: row for row, posting_id in enumerate(pool.ids)}
    counts = np.array([500, 100, 50, 10, 3])
    none = dict.fromkeys(Reason, 0)

    def rows(reason, number):
        return [place[pick.posting_id] for pick in select(pool, [], counts, none | {reason: number}, 1).picks]

    assert sorted(rows(Reason.MARGIN, 10)) == sorted(np.argsort(pool.margin)[:10])
    assert all(pool.disagrees[row] for row in rows(Reason.SITE, 10))
    least_sure = min(pool.category_confidence[row] for row in rows(Reason.SITE, 10))
    assert least_sure >= np.sort(pool.category_confidence[pool.disagrees])[-10]
    assert Counter(pool.role[row] for row in rows(Reason.RARE, 6)) == {3: 3, 4: 3}


def test_without_labels_the_least_frequent_roles_are_rare():
    pool = candidates()
    picks = select(pool, [], None, dict.fromkeys(Reason, 0) | {Reason.RARE: 5}, 1).picks
    place = {posting_id: row for row, posting_id in enumerate(pool.ids)}
    rarest = np.bincount(pool.role).argmin()
    assert {int(pool.role[place[pick.posting_id]]) for pick in picks if pick.drawn is Reason.RARE} == {rarest}


def test_the_seed_decides_and_the_random_part_does_not_depend_on_the_rest():
    pool = candidates()
    quotas = make_quotas(50, {})

    def random_part(seed, **changed):
        drawn = select(Candidates(**(vars(pool) | changed)), [], None, quotas, seed)
        return {pick.posting_id for pick in drawn.picks if pick.drawn is Reason.RANDOM}

    assert select(pool, [], None, quotas, 7) == select(pool, [], None, quotas, 7)
    assert random_part(7) != random_part(8)
    assert random_part(7) == random_part(7, margin=1 - pool.margin, disagrees=~pool.disagrees)


def test_all_reasons_of_a_posting_are_told():
    pool = candidates()
    drawn = select(pool, [], None, make_quotas(400, {Reason.RANDOM: 400}), 1)
    place = {posting_id: row for row, posting_id in enumerate(pool.ids)}
    assert len(drawn.picks) == 400
    for pick in drawn.picks:
        assert pick.reasons[0] is Reason.RANDOM
        assert (Reason.SITE in pick.reasons) == pool.disagrees[place[pick.posting_id]]
        assert (Reason.MARGIN in pick.reasons) == pool.needs_review[place[pick.posting_id]]


def test_wrong_labels_are_suspected_and_right_ones_are_not():
    random = np.random.default_rng(3)
    truth = random.integers(0, 4, 400)
    probabilities = np.full((400, 4), 0.05) + random.uniform(0, 0.05, (400, 4))
    probabilities[np.arange(400), truth] += random.uniform(0.5, 1, 400)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    given_labels = truth.copy()
    given_labels[:20] = (truth[:20] + 1) % 4
    suspects = find_suspects(probabilities, given_labels, np.full(400, -1))
    rows = [suspect.row for suspect in suspects]
    assert set(rows) <= set(range(20))
    assert len(rows) >= 10
    assert all(suspect.role == truth[suspect.row] for suspect in suspects)
    margins = [suspect.given - suspect.other for suspect in suspects]
    assert margins == sorted(margins)


def test_a_class_that_no_label_speaks_for_is_never_said_instead():
    # As read from two digits and two roles: the labels of class 2 have 0.00, and so has class 2 everywhere.
    probabilities = np.array([[0.9, 0.1, 0], [0.5, 0.45, 0], [0.2, 0.8, 0], [0, 1.0, 0], [0.99, 0, 0]])
    given_labels = np.array([0, 0, 1, 2, 2])
    suspects = find_suspects(probabilities, given_labels, np.full(5, -1))
    # Class 0 is said of row 4 with more than its threshold of 0.7, class 1 of row 3; row 1 is not contradicted.
    assert [(one.row, one.role) for one in suspects] == [(3, 1), (4, 0)]


def test_a_label_more_probable_than_any_other_is_not_suspected():
    probabilities = np.array([[0.99, 0.01], [0.6, 0.4], [0.7, 0.3], [0.7, 0.3]])
    given_labels = np.array([0, 0, 1, 1])
    # Row 1: 0.6 is less than class 0 usually has, 0.4 more than class 1 has, and yet the model says what the label says.
    assert [one.row for one in find_suspects(probabilities, given_labels, np.full(4, -1))] == []


def test_saying_the_acceptable_second_role_contradicts_nothing():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.95, 0.05]])
    given_labels = np.array([0, 0, 1, 1])
    assert [one.row for one in find_suspects(probabilities, given_labels, np.full(4, -1))] == [3]
    assert find_suspects(probabilities, given_labels, np.array([-1, -1, -1, 0])) == []


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("机器学习", "algorithm"),
        ("技术/后端开发/Java", "development"),
        ("Android开发工程师,移动开发工程师", "development"),
        ("ＪＡＶＡ 开发工程师", "development"),
        ("JavaScript", None),
        ("软件工程师", None),
        ("数据分析", None),
        ("算法工程师,Java开发工程师", None),
        ("教师", "trainer"),
        ("", None),
        (None, None),
    ],
)
def test_site_categories_that_mean_one_of_ours(text, category):
    assert category_of_site_category(text) == category


def test_a_label_is_of_the_posting_that_alone_can_be_meant(tmp_path):
    space = LabelSpace.of_taxonomy(load_taxonomy())
    rows = [
        {
            "posting_id": f"{source}:{number}",
            "source": source,
            "source_id": number,
            "title": "后端开发",
            "role_candidates": [{"role": space.roles[0], "probability": 0.9}],
            "category": space.role_categories[0],
            "category_confidence": 0.9,
            "needs_review": False,
            "model_version": "m",
        }
        for source, number in (("zhipin", "123"), ("liepin", "123"), ("liepin", "45"), ("lagou", "6"), ("lagou", "7"))
    ]
    path = tmp_path / "a.parquet"
    write_postings(pa.Table.from_pylist(rows, POSTING_SCHEMA).to_batches(), path)
    found = read_candidates(PostingsFile(path), space, "m", ["123", "45", "lagou:6", "6", "nowhere"])
    # 123 may be either posting: it is no label of theirs, as in `read_labels`.
    assert found.ids == ["zhipin:123", "liepin:123", "lagou:7"]
    assert found.labelled == {"45": "liepin:45", "lagou:6": "lagou:6"}
    assert found.left_out == {"labelled already": 2}
