"""What a user is told about a dump that was read: its columns, and where every row went."""

from jobatlas import console
from postings.dump import Dump
from postings.dump.rejects import Rejects


def summarise_dump(dump: Dump) -> None:
    """Show the recognised columns, the ones that travel along, and rows in = rows out + rows rejected."""
    console.table(["field", "columns"], [[field, ", ".join(columns)] for field, columns in dump.recognised.items()])
    if dump.ignored:
        console.say(f"not recognised, kept as they are: {', '.join(dump.ignored)}")
    for name in dump.passed_over:
        console.warn(f"{name}: passed over, nothing in it looks like postings")
    counts = dump.counts
    console.say(f"rows: {counts.rows_in:,} read = {counts.rows_out:,} used + {counts.rejected:,} rejected")
    unreadable = {field: count for field, count in counts.unreadable.items() if count}
    if unreadable:
        listed = ", ".join(f"{field} {count:,}" for field, count in unreadable.items())
        console.say(f"no value in these texts (null, e.g. 面议): {listed}")
    summarise_drawn_salaries(counts.obfuscated_salaries)
    if counts.control_characters:
        console.say(f"control characters removed: {counts.control_characters:,}")
    summarise_rejects(dump.rejects)


def summarise_drawn_salaries(count: int) -> None:
    """Tell of salaries whose digits a site draws."""
    if count:
        console.say(f"salaries in a site's private font: {count:,}; nobody can read their digits, null")


def summarise_rejects(rejects: Rejects) -> None:
    """Tell why rows or pages were rejected, and where they are."""
    if rejects.count:
        for reason, count in rejects.reasons.most_common():
            console.say(f"rejected: {count:,} because {reason}")
        console.say(f"rejects: {rejects.path}")
