import pytest

from jobatlas.config import Config, load_config
from taxonomy.errors import JobAtlasError


def write(folder, text):
    path = folder / "jobatlas.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_means_the_demo_board_and_the_two_keywords_of_the_first_field():
    config = load_config(None)
    assert config.crawl.sources == ["demo"]
    assert config.crawl.keywords == ["大模型", "AIGC"]


def test_every_table_of_a_file_is_read(tmp_path):
    config = load_config(
        write(
            tmp_path,
            'data = "d"\n[crawl]\nsources = ["bytedance"]\nkeywords = ["智能体"]\ncities = ["北京"]\ndelay_seconds = 2.5\n'
            'base_urls = {bytedance = "http://127.0.0.1:1"}\n[classify]\nmodel = "m"\n[report]\noutput = "r"\ntitle = "t"\n',
        )
    )
    assert (config.data, config.classify.model, config.report.output, config.report.title) == ("d", "m", "r", "t")
    assert config.crawl.base_urls == {"bytedance": "http://127.0.0.1:1"}
    assert config.crawl.delay_seconds == 2.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[crawl]\nkeyword = ["大模型"]\n', "unknown key `crawl.keyword`. Did you mean 'keywords'?"),
        ("[crwal]\n", "unknown key `crwal`. Did you mean 'crawl'?"),
        ("[report]\nzzzz = 1\n", "unknown key `report.zzzz`. Known here: output, title."),
        ("[crawl]\nmax_requests = 'many'\n", "`crawl.max_requests`: Input should be a valid integer"),
        ("[crawl]\ndelay_seconds = -1\n", "greater than or equal to 0"),
        ("[crawl\n", "not a valid TOML file"),
    ],
)
def test_a_mistake_is_named_with_the_file_and_the_mend(tmp_path, text, said):
    path = write(tmp_path, text)
    with pytest.raises(JobAtlasError) as error:
        load_config(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(JobAtlasError, match="cannot read the configuration"):
        load_config(tmp_path / "absent.toml")


def test_a_configuration_cannot_be_changed_after_reading():
    with pytest.raises(ValueError, match="frozen"):
        Config().data = "elsewhere"
