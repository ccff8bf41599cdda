"""What `read_employment_type` reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.employment import EMPLOYMENT_TYPES, read_employment_type


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("全职", "full_time"),
        ("正式员工", "full_time"),
        ("社招", "full_time"),
        ("校招", "full_time"),
        ("校园", "full_time"),
        ("FULL_TIME", "full_time"),
        ("Full-time", "full_time"),
        ("兼职", "part_time"),
        ("兼职/临时", "part_time"),
        ("PART_TIME", "part_time"),
        ("PER_DIEM", "part_time"),
        ("实习", "internship"),
        ("日常实习", "internship"),
        ("校招实习", "internship"),
        ("全职实习", "internship"),
        ("INTERN", "internship"),
        ("Intern (Full Time)", "internship"),
        ("劳务派遣", "contract"),
        ("全职（劳务派遣）", "contract"),
        ("CONTRACTOR", "contract"),
        ("TEMPORARY", "contract"),
        ("全职/兼职", None),
        ("兼职实习", None),
        ("OTHER", None),
        ("不限", None),
        ("International", None),
        ("", None),
        (None, None),
    ],
)
def test_reads(text, kind):
    assert read_employment_type(text) == kind


@given(st.text(max_size=40))
def test_any_text_is_a_kind_or_none(text):
    assert read_employment_type(text) in (*EMPLOYMENT_TYPES, None)
