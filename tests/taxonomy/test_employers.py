"""Employers known by their whole names."""

import pytest

from taxonomy.catalogue import DATA_FOLDER, load_taxonomy
from taxonomy.employers import industries_of_employers
from taxonomy.errors import JobAtlasError
from taxonomy.loading import DataFile

KNOWN = "employers:\n  - {industry: games, names: [星辉游戏, '米粒(上海)网络有限公司']}\n  - {industry: banking, names: [甲银行]}\n"


def read(tmp_path, text):
    (tmp_path / "employers.yaml").write_text(text, encoding="utf-8")
    return industries_of_employers(DataFile(tmp_path / "employers.yaml", ["employers"]), ["games", "banking"])


def test_a_name_is_known_in_any_width(tmp_path):
    known = read(tmp_path, KNOWN)
    assert known["米粒(上海)网络有限公司"] == "games"
    assert len(known) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("industry: banking", "industry: bankng", "'bankng' is not defined. Did you mean 'banking'"),
        ("甲银行", "星辉游戏", r"employers \(星辉游戏\): the name is listed twice"),
    ],
)
def test_a_mistake_is_named(tmp_path, old, new, said):
    with pytest.raises(JobAtlasError, match=said):
        read(tmp_path, KNOWN.replace(old, new))


def test_the_packaged_employers_are_found_by_whole_name_after_listed_companies():
    taxonomy = load_taxonomy()
    packaged = industries_of_employers(
        DataFile(DATA_FOLDER / "employers.yaml", ["employers"]), [industry.id for industry in taxonomy.industries]
    )
    name, industry = next(iter(packaged.items()))
    assert taxonomy.industry_of_company(name) == industry
    assert taxonomy.industry_of_company(f"{name}旁边的小店") is None
    assert taxonomy.industry_of_company("腾讯科技（深圳）有限公司") == "internet"
    assert taxonomy.industry_of_company(None) is None
