import shutil

import yaml

from classifier.training.encoder.tokens import dictionary_hash
from taxonomy.catalogue import DATA_FOLDER, load_taxonomy


def test_another_name_of_a_skill_is_another_dictionary_of_words(tmp_path):
    shutil.copytree(DATA_FOLDER, tmp_path / "data")
    path = tmp_path / "data" / "skills.yaml"
    skills = yaml.safe_load(path.read_text(encoding="utf-8"))
    before = dictionary_hash(load_taxonomy())
    assert before == dictionary_hash(load_taxonomy(tmp_path / "data"))
    skills["skills"].append({"name": "点胶贴合", "group": "hardware", "names": ["点胶贴合工艺"], "measured": False})
    path.write_text(yaml.safe_dump(skills, allow_unicode=True), encoding="utf-8")
    assert dictionary_hash(load_taxonomy(tmp_path / "data")) != before
