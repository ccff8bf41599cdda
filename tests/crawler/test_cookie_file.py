"""The operator's cookies.txt: read where it is one, and never repeated where it is not."""

import time
import warnings
from pathlib import Path
from urllib.request import Request

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.cookie_file import read_cookie_file
from taxonomy.errors import JobAtlasError

SECRET = "S3CR3T-bst-7f3a91"
HEADER = "# Netscape HTTP Cookie File\n"
LATER, EARLIER = int(time.time()) + 86_400, int(time.time()) - 86_400


def line(domain: str = ".jobs.example", expires: object = LATER, value: str = SECRET, name: str = "bst") -> str:
    flag = "TRUE" if domain.startswith(".") else "FALSE"
    return f"{domain}\t{flag}\t/\tFALSE\t{expires}\t{name}\t{value}\n"


def written(folder: Path, text: str | bytes) -> str:
    path = folder / "cookies.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def test_cookies_go_to_their_own_hosts_only(tmp_path: Path) -> None:
    jar = read_cookie_file(written(tmp_path, HEADER + line() + line("www.other.example", value="other")))

    def sent(url: str) -> str | None:
        asking = Request(url)
        jar.add_cookie_header(asking)
        return asking.get_header("Cookie")

    assert sent("https://www.jobs.example/x") == f"bst={SECRET}"
    assert sent("https://www.other.example/") == "bst=other"
    assert sent("https://jobs.example.evil/") is None


def test_session_cookies_are_kept_and_expired_ones_are_not(tmp_path: Path) -> None:
    text = (
        HEADER + line(expires="", name="session") + line(expires=EARLIER, name="old") + "#HttpOnly_" + line(name="http")
    )
    jar = read_cookie_file(written(tmp_path, text))
    assert {cookie.name for cookie in jar} == {"session", "http"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Netscape"),
        (f"bst={SECRET}; Path=/", "Netscape"),
        (f'[{{"name": "bst", "value": "{SECRET}"}}]', "Netscape"),
        (HEADER + f"jobs.example {SECRET}\n", "Netscape"),
        (HEADER + f".jobs.example\tTRUE\t/\tFALSE\t{SECRET}\tbst\tx\n", "Netscape"),
        (HEADER + f"jobs.example\tTRUE\t/\tFALSE\t{LATER}\tbst\t{SECRET}\n", "Netscape"),
        (HEADER + line() + "\t" * 9 + SECRET + "\n", "Netscape"),
        (HEADER, "no cookie that is still valid"),
        (HEADER + line(expires=EARLIER), "no cookie that is still valid"),
        (HEADER.encode() + b"\xff\xfe\x80" + SECRET.encode(), "no text in UTF-8"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_without_its_content(tmp_path: Path, text: str | bytes, words: str) -> None:
    path = written(tmp_path, text)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with pytest.raises(JobAtlasError) as told:
            read_cookie_file(path)
    message = str(told.value)
    assert path in message
    assert words in message
    assert "\n" not in message
    assert SECRET not in message
    # Python's own reader warns of what it does not understand, and quotes it.
    assert not warned
    assert told.value.__cause__ is None


def test_a_path_that_is_no_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.txt"):
        with pytest.raises(JobAtlasError, match=r"cookies cannot be read: (?:Is a directory|No such file)"):
            read_cookie_file(str(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.text(max_size=120).map(lambda text: (HEADER + text).encode())))
def test_whatever_is_in_the_file_ends_in_cookies_or_one_line(tmp_path: Path, content: bytes) -> None:
    message = ""
    try:
        cookies = len(read_cookie_file(written(tmp_path, content)))
    except JobAtlasError as error:
        cookies, message = 0, str(error)
    assert cookies or len(message.splitlines()) == 1


def test_a_crawl_with_a_bad_file_ends_before_it_begins(tmp_path: Path, sit: object) -> None:
    path = written(tmp_path, HEADER + f"jobs.example {SECRET}\n")
    with pytest.raises(JobAtlasError) as told:
        sit("feishu-minimax", cookie_files={"feishu-minimax": path})  # type: ignore[operator]
    assert SECRET not in str(told.value)
    assert not (tmp_path / "data").exists()
