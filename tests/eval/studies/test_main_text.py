"""How the study of main text counts: lines of a report that are kept, lines of the site that are kept, too."""

from __future__ import annotations

from pathlib import Path

from eval.studies.boilerplate import Page
from eval.studies.main_text import dressed, judian, real_pages, score

LINES = ("首页", "政务公开", "云岭市2023年法治政府建设情况的报告", "全年受理行政复议案件486件，审结451件。", "打印本页")
PAGE = Page("portal", LINES, (True, True, False, False, True))


def test_a_labelled_page_is_dressed_with_all_its_lines() -> None:
    for in_elements in (True, False):
        page = dressed(PAGE, in_elements=in_elements)
        assert all(line in page.raw.decode() for line in LINES)
        assert page.of_report == LINES[2:4]
        assert page.of_site == (*LINES[:2], LINES[4])
        assert (b"<a href" in page.raw) is in_elements


def test_lines_that_are_kept_are_counted() -> None:
    page = dressed(PAGE, in_elements=True)
    whole = score(lambda _: "\n".join(LINES), [page])
    assert (whole.n_report, whole.n_kept, whole.n_site, whole.n_wrong) == (2, 2, 3, 3)
    assert str(whole).startswith(f"{2 / 5:.3f} | {2 / 2:.3f} | ")
    some = score(lambda _: f"{LINES[3]}与首页", [page])  # two letters inside another line are no line
    assert (some.n_kept, some.n_wrong) == (1, 0)
    assert str(score(lambda _: "", [page])) == "0.000 | 0.000 | 0.000 | 2 | 0"


def test_the_reader_keeps_the_reports_of_real_pages(shared: Path) -> None:
    pages = real_pages(shared)
    found = score(judian, pages)
    assert len(pages) == 20
    assert found.n_report > 700
    assert found.n_kept == found.n_report
    assert found.n_wrong == 0
