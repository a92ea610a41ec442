"""Pages and PDF files: the mark, bound numerals, accessibility, same bytes, small counts."""

from __future__ import annotations

import datetime
import io
import re
import sys
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import pypdf
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import brief_samples as samples

from equipoise.design.protocol import load_protocol, template
from equipoise.reporting.documents import Documents, blind_report, brief
from equipoise.reporting.documents.printed import BREAK, _broken
from equipoise.reporting.tables import SIMULATED

DAY = datetime.date(2026, 1, 2)
STEM = "SIMULATED-DATA-NOT-FINDINGS-"


@lru_cache(maxsize=2)
def documents(simulated: bool = True) -> Documents:
    return brief(samples.inputs(simulated=simulated), clock_date=DAY)


class Reader(HTMLParser):
    """Takes a page apart: text by whether it is bound, headings, captions, addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, bool]] = []
        self.loose: list[str] = []
        self.fields: set[str] = set()
        self.levels: list[int] = []
        self.captions: dict[int, str] = {}
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.attributes: dict[str, dict[str, str | None]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags.append(tag)
        self.attributes[tag] = held
        self.addresses.extend(v or "" for k, v in attrs if k in ("src", "href"))
        if held.get("data-field"):
            self.fields.add(str(held["data-field"]))
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag in ("caption", "figcaption"):
            self.captions[len(self.captions)] = ""
        if tag not in ("meta", "br"):
            self.stack.append((tag, "data-field" in held))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        open_tags = {tag for tag, _ in self.stack}
        if open_tags & {"caption", "figcaption"}:
            self.captions[len(self.captions) - 1] += data
        if open_tags & {"style", "svg", "title"} or any(bound for _, bound in self.stack):
            return
        self.loose.append(data)


def read(page: bytes) -> Reader:
    reader = Reader()
    reader.feed(page.decode("utf-8"))
    return reader


def test_the_mark_is_on_every_page_figure_table_and_name() -> None:
    made = documents()
    pages = pypdf.PdfReader(io.BytesIO(made.pdf)).pages
    assert len(pages) > 3
    assert all(page.extract_text().count(SIMULATED) >= 2 for page in pages)
    reader = read(made.html)
    assert made.html.decode().count(f'<p class="mark" role="note">{SIMULATED}</p>') == 1
    assert reader.captions and all(text.startswith(SIMULATED) for text in reader.captions.values())
    assert made.figures and all(SIMULATED in svg.decode() for svg in made.figures.values())
    for data in made.tables.values():
        assert all(SIMULATED in line or line.startswith("status,") or not line.startswith('"S')
                   for line in data.decode().splitlines())  # fmt: skip
        assert data.decode().splitlines()[0].startswith("status,")
        assert SIMULATED in data.decode()
    assert all(Path(name).name.startswith(STEM) for name in made.files())


def test_without_the_flag_there_is_no_mark() -> None:
    made = documents(False)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.pdf)).pages)
    everything = text + "".join(data.decode("utf-8", "replace") for data in made.files().values())
    assert "simulated" not in everything.lower()
    assert not any("SIMULATED" in name for name in made.files())
    assert "brief.html" in made.files() and "brief.pdf" in made.files()


def test_the_protocol_flag_alone_prints_the_mark() -> None:
    protocol = samples.protocol()
    flagged = protocol.model_copy(
        update={"trial": protocol.trial.model_copy(update={"simulated": True})}
    )
    assert samples.inputs(simulated=False, protocol=flagged).marked


def test_every_numeral_of_the_page_is_bound_to_a_field() -> None:
    reader = read(documents().html)
    assert [text for text in reader.loose if re.search(r"\d", text)] == []
    assert "impact:outcomes.nfa_pupils.estimate" in reader.fields


def test_the_page_stands_alone_and_is_in_order() -> None:
    page = documents().html
    reader = read(page)
    assert "script" not in reader.tags
    outside = [text for text in reader.addresses if not text.startswith("#")]
    assert outside == []
    bare = re.sub(r'xmlns(:\w+)?="[^"]*"', "", page.decode())
    assert re.findall(r"(?:https?:)?//[a-z][^\s\"')]*\.[a-z]+", bare, flags=re.IGNORECASE) == []
    assert reader.attributes["html"]["lang"] == "en-GB"
    assert reader.levels[0] == 1 and reader.levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(reader.levels, reader.levels[1:], strict=False))
    ids = re.findall(r'\sid="([^"]+)"', page.decode())
    assert len(ids) == len(set(ids))


def test_sections_follow_the_order_of_a_policy_brief() -> None:
    text = documents().html.decode()
    order = ["headline", "found", "sure", "cost", "do", "evaluated", "findings", "trials",
             "messages", "how", "means", "conclusion", "annex"]  # fmt: skip
    places = [text.index(f'id="{name}"') for name in order]
    assert places == sorted(places)


def contrast(one: str, two: str) -> float:
    """Contrast ratio of two colours (Web Content Accessibility Guidelines 2.2, 1.4.3)."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        lin = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * lin[0] + 0.7152 * lin[1] + 0.0722 * lin[2]

    high, low = sorted((light(one), light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours_of_text_have_contrast_aa() -> None:
    page = documents().html.decode()
    for name in ("ink", "soft", "mark"):
        found = re.search(rf"--{name}: (#[0-9a-f]{{6}})", page)
        assert found and contrast(found.group(1), "#ffffff") >= 4.5


def test_pdf_is_accessible() -> None:
    reader = pypdf.PdfReader(io.BytesIO(documents().pdf))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    metadata = root["/Metadata"].get_object().get_data().decode("utf-8")
    assert re.search(r"pdfuaid:part[=>\"\s]*1", metadata)
    assert str(reader.metadata.title).startswith(SIMULATED)
    kinds: list[str] = []
    alternatives: list[str] = []

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                kinds.append(str(node["/S"]))
                if "/Alt" in node:
                    alternatives.append(str(node["/Alt"]))
            if "/K" in node:
                walk(node["/K"])

    walk(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure"} <= set(kinds)
    assert len([text for text in alternatives if len(text) > 40]) == len(documents().figures)


def test_first_page_is_complete_in_itself() -> None:
    first = " ".join(pypdf.PdfReader(io.BytesIO(documents().pdf)).pages[0].extract_text().split())
    for words in ("cannot tell", "1.2 fewer", "2.6 fewer to 0.2 more", "£862", "test further"):
        assert words in first


def test_same_inputs_give_the_same_bytes_and_another_day_only_its_date() -> None:
    again = brief(samples.inputs(), clock_date=DAY)
    assert again.files() == documents().files()
    later = brief(samples.inputs(), clock_date=datetime.date(2026, 1, 3))
    assert later.figures == again.figures and later.tables == again.tables
    assert later.html != again.html and later.pdf != again.pdf


def rows(name: str) -> list[list[str]]:
    data = documents().tables[f"{STEM}table-{name}.csv"].decode()
    import csv

    return list(csv.reader(io.StringIO(data)))[1:]


def test_small_counts_of_children_and_staff_are_withheld_with_their_neighbours() -> None:
    section47 = next(row for row in rows("numbers") if "section 47" in row[1])
    assert section47[2] == "61" and section47[5] == "59"
    assert section47[3] == section47[6] == "withheld"
    means = next(row for row in rows("results") if "section 47" in row[1])
    assert means[2] == means[3] == "withheld"
    unmapped = [row[7] for row in rows("quality")]
    assert unmapped.count("withheld") == 2
    reflection = rows("themes")[0]
    assert "3" not in reflection[2:] and "4" not in reflection[2:]
    waves = rows("surveys")[0]
    assert waves[3] == "withheld" and waves[2:6].count("withheld") >= 2


def test_schools_are_not_suppressed() -> None:
    flow = {row[1]: row for row in rows("flow")}
    assert flow["Not eligible: not open"][3] == "4"


def test_a_nearly_unanimous_view_does_not_give_the_few_away() -> None:
    from dataclasses import replace

    decision = samples.decision()
    assert decision.perceived is not None
    few = replace(decision.perceived, useful=85, share=0.966)
    page = brief(
        samples.inputs(decision=replace(decision, perceived=few)), clock_date=DAY
    ).html.decode()
    assert "96.6%" not in page and "a withheld share" in page


def test_blind_report_knows_no_arm_and_prints_no_made_up_estimate() -> None:
    made = blind_report(samples.blind_inputs(), clock_date=DAY)
    text = re.sub(r"<style>.*?</style>", "", made.html.decode(), flags=re.DOTALL)
    assert "usual practice" not in text
    assert "arm=" not in text and 'data-field="impact' not in text
    assert "99.8" not in text and "88.2" not in text
    assert made.name == f"{STEM}blind-report"
    assert SIMULATED in text


@pytest.mark.parametrize("simulated", [True, False])
def test_every_figure_says_what_it_shows(simulated: bool) -> None:
    for svg in documents(simulated).figures.values():
        text = svg.decode()
        found = re.search(r'role="img" aria-label="([^"]{40,})"', text)
        assert found and f"<title>{found.group(1)}</title>" in text
        assert text.count("http") == text.count("http://www.w3.org")


def test_a_trial_with_its_own_outcome_table_gets_its_brief() -> None:
    own = load_protocol(template("own-outcomes"))
    bare = samples.inputs(
        simulated=False, protocol=own, summary=None, power=None, balance=None, surveys=None,
        dose=None, costs=None, themes=None,
    )  # fmt: skip
    made = brief(bare, clock_date=DAY)
    assert "The trial set small classes against regular class." in plain(made)
    assert "stand-in for better decisions" not in made.html.decode()
    assert not made.name.startswith("SIMULATED")


def plain(made: Documents) -> str:
    """The text of the page without its tags."""
    page = re.sub(r"<(style|svg).*?</\1>", "", made.html.decode(), flags=re.DOTALL)
    return re.sub(r"<[^>]*>", "", page)


def test_a_trial_with_its_own_table_names_its_own_units_and_members() -> None:
    own = load_protocol(template("own-outcomes"))
    observed = own.design.unit.model_copy(update={"observed": "person"})
    design = own.design.model_copy(update={"unit": observed})
    flow = samples.flow()
    bare = samples.inputs(
        simulated=False, protocol=own.model_copy(update={"design": design}), flow=flow,
        power=None, surveys=None, dose=None, costs=None, themes=None,
    )  # fmt: skip
    made = brief(bare, clock_date=DAY)
    text = plain(made)
    assert "Drawn by lot to one or the other: 120 classes; in the main analysis: 118" in text
    assert "Usual practice: 61 classes." in text
    table = made.tables["table-flow.csv"].decode().splitlines()
    assert table[0] == "Step,Classes,People"
    assert table[-1].startswith("Analysed in all,118,")
    figure = made.figures["figure-flow.svg"].decode()
    assert "61 classes, 15,210 people" in figure
    assert " school" not in figure and " unit" not in figure


def test_a_trial_of_schools_names_units_schools_and_pupils() -> None:
    assert (
        documents()
        .tables[f"{STEM}table-flow.csv"]
        .decode()
        .splitlines()[0]
        .endswith("Step,Units,Schools,Pupils")
    )
    assert "120 schools in 116 units" in plain(documents())


@pytest.mark.parametrize(("stages", "said"), [(1, "in 1 stage and"), (4, "in 4 stages and")])
def test_counted_nouns_follow_their_number(stages: int, said: str) -> None:
    from dataclasses import replace

    summary = replace(samples.summary(), stages=stages)
    assert said in plain(brief(samples.inputs(summary=summary), clock_date=DAY))


def test_records_that_show_no_further_action_by_absence_are_named_where_there_are_any() -> None:
    from dataclasses import dataclass, fields, replace

    from equipoise.evaluation.outcomes.types import AuthorityWindow

    assert "from the absence of" not in plain(documents())

    @dataclass(frozen=True)
    class Flagged(AuthorityWindow):
        by_absence: bool = False

    summary = samples.summary()
    authorities = tuple(
        Flagged(**{field.name: getattr(one, field.name) for field in fields(one)},
                by_absence=one.la_code == "902")
        for one in summary.authorities
    )  # fmt: skip
    flagged = replace(summary, authorities=authorities)
    text = plain(brief(samples.inputs(summary=flagged), clock_date=DAY))
    assert "not from an entry of its own, in: 902." in text


def test_a_short_table_is_not_broken_over_pages() -> None:
    pages = pypdf.PdfReader(io.BytesIO(documents().pdf)).pages
    heads = {"safety": "Outcomes that watch over safety", "costs": "What it cost by category",
             "not-held": "Sessions that were planned and not held"}  # fmt: skip
    for name, head in heads.items():
        first, last = rows(name)[0][1], rows(name)[-1][1]
        texts = [" ".join(page.extract_text().split()) for page in pages]
        (holder,) = [text for text in texts if head in text]
        after = holder[holder.index(head) :]
        assert " ".join(first.split()[:3]) in after and " ".join(last.split()[:3]) in after


def test_a_long_path_breaks_behind_its_marks_and_a_digest_anywhere() -> None:
    words = _broken("design.outcomes[nfa_pupils].margin.benefit " + 24 * "a").replace(BREAK, "|")
    assert words == "design.|outcomes[|nfa_|pupils].|margin.|benefit " + 24 * "a"
    assert _broken(32 * "a").replace(BREAK, "|") == "|".join(4 * ["aaaaaaaa"])
