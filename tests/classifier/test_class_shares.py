import csv

from classifier.class_shares import MOST_SHOWN, SHARE_COLUMNS, ClassShares, write_shares
from taxonomy.catalogue import load_taxonomy

ROLES = [role.id for role in load_taxonomy().roles]


def counted(label, old, new):
    shares = ClassShares(label)
    shares.add(({label: id_} for id_ in old), ({label: id_} for id_ in new))
    return shares


def cells(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_a_short_list_of_classes_is_shown_whole_and_in_order():
    shares = counted("ai_involvement", ["none", "core", "none", None], ["none", "core", "core", "core"])
    assert cells(shares.table("old", "new", "new minus old")) == [
        ["ai_involvement", "old", "new", "new minus old, points"],
        ["---", "---", "---", "---"],
        ["core", "25.0%", "75.0%", "+50.0"],
        ["none", "50.0%", "25.0%", "-25.0"],
        ["(none)", "25.0%", "0.0%", "-25.0"],
    ]


def test_of_many_roles_those_that_changed_most_are_shown():
    # Role k gains k postings, which had no role before.
    chosen = ROLES[:20]
    old = [role for role in chosen for _ in range(100)]
    new = [role for place, role in enumerate(chosen) for _ in range(100 + place)]
    grown = len(new) - len(old)
    old += [None] * grown
    heading, _, *rows = cells(counted("role", old, new).table("old", "new", "new minus old"))
    assert heading[0] == f"role, the {MOST_SHOWN} of 20 whose share changed most"
    names = [load_taxonomy().role(role).zh for role in reversed(chosen)]
    assert [row[0] for row in rows] == [*names[:MOST_SHOWN], "(none)"]
    assert rows[0][3] == f"+{100 * 19 / len(old):.1f}"
    assert rows[-1][3] == f"{-100 * grown / len(old):+.1f}"


def test_the_file_has_all_classes(tmp_path):
    roles = counted("role", [*ROLES, None], [*ROLES, ROLES[0]])
    industries = counted("industry", ["games"], ["games"])
    write_shares(tmp_path / "shares.csv", [roles, industries])
    with (tmp_path / "shares.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == SHARE_COLUMNS
    assert [row[1] for row in rows] == [*ROLES, "", "games"]
    size = len(ROLES) + 1
    assert rows[0] == [
        "role",
        ROLES[0],
        load_taxonomy().role(ROLES[0]).zh,
        "1",
        "2",
        f"{1 / size:.5f}",
        f"{2 / size:.5f}",
        f"{100 / size:+.3f}",
    ]
    assert rows[-2][:5] == ["role", "", "(none)", "1", "0"]


def test_a_label_that_no_posting_has_gives_a_table_without_rows():
    assert len(counted("industry", [], []).table("old", "new", "new minus old").splitlines()) == 2
