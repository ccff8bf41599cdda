from jobatlas import console


def test_a_log_gets_plain_progress_lines_with_a_rate(capsys, monkeypatch):
    monkeypatch.setattr(console, "SECONDS_BETWEEN_LINES", 0.0)
    with console.progress("classify", "postings") as advance:
        advance(1200, 5000)
    assert capsys.readouterr().err.startswith("classify: 1,200 of 5,000 postings, ")


def test_progress_lines_are_rare(capsys):
    with console.progress("classify", "postings") as advance:
        for done in range(1000):
            advance(done)
    assert capsys.readouterr().err == ""


def test_a_table_shows_text_as_it_is_and_numbers_with_separators(capsys):
    console.table(["source", "postings", "share"], [["[bold]demo[/bold]", 12345, 0.5], ["空", None, 1.0]])
    shown = capsys.readouterr().out
    assert "[bold]demo[/bold]" in shown
    assert "12,345" in shown
    assert "0.500" in shown
    assert " - " in shown
