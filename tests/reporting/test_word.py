"""The Word file: headings, lists, tables and pictures that are real, the mark, the same bytes."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import subprocess
import sys
import zipfile
from functools import lru_cache
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

sys.path.insert(0, str(Path(__file__).parent))

import brief_samples
import programme_samples

from equipoise.reporting.documents import Documents, brief, programme_brief
from equipoise.reporting.documents.word import rewritten
from equipoise.reporting.figures import png_bytes
from equipoise.reporting.tables import SIMULATED

DAY = datetime.date(2026, 1, 2)
KINDS = ("trial", "programme")


@lru_cache(maxsize=4)
def made(kind: str, *, simulated: bool = True) -> Documents:
    if kind == "trial":
        return brief(brief_samples.inputs(simulated=simulated), clock_date=DAY)
    result = programme_samples.result()
    result = result if simulated else programme_samples.real(result)
    return programme_brief(result, programme_samples.programme(), clock_date=DAY)


def word(kind: str, *, simulated: bool = True) -> docx.document.Document:
    return docx.Document(io.BytesIO(made(kind, simulated=simulated).docx))


@pytest.mark.parametrize("kind", KINDS)
def test_header_line_and_properties_carry_mark_and_date(kind: str) -> None:
    found = word(kind)
    assert len(found.sections) > 1
    for section in found.sections:
        assert section.header.paragraphs[0].text == SIMULATED
        assert "Made on 2 January 2026." in section.footer.paragraphs[0].text
    core = found.core_properties
    assert core.created.date() == core.modified.date() == DAY
    assert core.title.startswith(SIMULATED) and core.language == "en-GB"
    assert word(kind, simulated=False).sections[0].header.paragraphs[0].text == ""


@pytest.mark.parametrize("kind", KINDS)
def test_headings_and_tables_are_those_of_the_page(kind: str) -> None:
    found, documents = word(kind), made(kind)
    said = [p.text for p in found.paragraphs if p.style.name.startswith("Heading")]
    page = documents.html.decode()
    heads = [re.sub("<[^>]*>", "", one) for one in re.findall(r"<h\d[^>]*>(.*?)</h\d>", page)]
    assert said == heads
    assert [p.style.name for p in found.paragraphs].count("Heading 1") == 1
    assert len(found.tables) == len(documents.tables)


@pytest.mark.parametrize("kind", KINDS)
def test_heading_rows_repeat_and_no_row_is_split(kind: str) -> None:
    for grid in word(kind).tables:
        first, *rest = grid.rows
        assert first._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in rest)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in grid.rows)
        described = grid._tbl.tblPr.find(qn("w:tblDescription"))
        assert len(described.get(qn("w:val"))) > 10


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_has_the_text_that_replaces_it(kind: str) -> None:
    found, documents = word(kind), made(kind)
    texts = [shape._inline.docPr.get("descr") for shape in found.inline_shapes]
    alts = [
        re.search(r"<title>(.*?)</title>", svg.decode(), flags=re.DOTALL).group(1)  # type: ignore[union-attr]
        for svg in documents.figures.values()
    ]
    import html

    assert texts == [html.unescape(alt) for alt in alts]
    room = found.sections[0].page_width - found.sections[0].left_margin * 2
    wide = found.sections[1].page_height
    assert all(0 < shape.width <= max(room, wide) for shape in found.inline_shapes)


def test_a_picture_is_drawn_at_twice_the_dots_of_the_page() -> None:
    svg = next(iter(made("trial").figures.values())).decode()
    wide = float(re.search(r'viewBox="0 0 ([0-9.]+)', svg).group(1))  # type: ignore[union-attr]
    data = png_bytes(svg)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert abs(int.from_bytes(data[16:20], "big") - 2 * wide) <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_entries_are_sorted_with_fixed_times(kind: str) -> None:
    with zipfile.ZipFile(io.BytesIO(made(kind).docx)) as held:
        names = held.namelist()
        assert names == sorted(names) and names[0] == "[Content_Types].xml"
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_container_is_rewritten_whatever_its_order_and_times() -> None:
    def container(names: list[str], year: int) -> bytes:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as held:
            for name in names:
                held.writestr(zipfile.ZipInfo(name, (year, 1, 2, 3, 4, 5 + 1)), name * 50)
        return data.getvalue()

    assert rewritten(container(["b", "a"], 2001)) == rewritten(container(["a", "b"], 2020))


def test_quotations_are_shaded_and_nothing_else_is() -> None:
    quoted = {one.publisher for one in programme_samples.quoted()}
    for paragraph in word("programme").paragraphs:
        shaded = paragraph._p.pPr is not None and paragraph._p.pPr.find(qn("w:shd")) is not None
        if shaded:
            label = paragraph.text.startswith("Published elsewhere")
            assert label or any(one in paragraph.text for one in quoted)
        else:
            assert "“nearly 5,127 schools”" not in paragraph.text


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_libreoffice_opens_it_and_sets_every_word(kind: str, tmp_path: Path) -> None:
    (tmp_path / "brief.docx").write_bytes(made(kind).docx)
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [str(shutil.which("soffice")), f"-env:UserInstallation={(home / 'lo').as_uri()}",
         "--headless", "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(tmp_path),
         str(tmp_path / "brief.docx")],
        capture_output=True, text=True, timeout=120, check=True,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert "repair" not in (done.stdout + done.stderr).lower()
    pages = pypdf.PdfReader(tmp_path / "brief.pdf").pages
    texts = [" ".join(page.extract_text().split()) for page in pages]
    assert all(SIMULATED in text for text in texts)
    whole = " ".join(texts)
    for paragraph in word(kind).paragraphs:
        words = " ".join(paragraph.text.split())
        assert words[:40] in whole
    # The first page is complete in itself: the next section begins on the second.
    assert "What to do" in texts[0] and "What was evaluated" not in texts[0]
    assert "What was evaluated" in texts[1]
