"""Census files of any number of children, made from a seed; every value is invented."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

_SOURCES = ("1A", "2A", "2A", "2B", "3A", "3E", "5A", "6", "6", "8", "10")
_BEGUN = date(2023, 4, 1)

HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection>
      <Year>2024</Year>
      <ReferenceDate>2024-03-31</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>L</SourceLevel>
      <LEA>900</LEA>
    </Source>
  </Header>
  <Children>
"""


def write_census(path: Path, children: int, seed: int = 1) -> None:
    """Write a census of so many children, about 1.8 kB each: episodes with all their modules."""
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEADER)
        for number in range(children):
            file.write(_child(draw, number))
        file.write("  </Children>\n</Message>\n")


def _child(draw: random.Random, number: int) -> str:
    episodes = "".join(_episode(draw) for _ in range(1 + (draw.random() < 0.25)))
    return f"""    <Child>
      <ChildIdentifiers>
        <LAchildID>C{number:08d}</LAchildID>
        <UPN>A{draw.randrange(10**12):012d}</UPN>
        <PersonBirthDate>{_day(draw, 2006, 6000)}</PersonBirthDate>
        <GenderCurrent>{draw.choice("129")}</GenderCurrent>
      </ChildIdentifiers>
      <ChildCharacteristics>
        <Ethnicity>{draw.choice(("WBRI", "APKN", "BAFR", "NOBT"))}</Ethnicity>
        <Disabilities>
          <Disability>NONE</Disability>
        </Disabilities>
      </ChildCharacteristics>
{episodes}    </Child>
"""


def _episode(draw: random.Random) -> str:
    referred = _BEGUN + timedelta(days=draw.randrange(366))
    later = (referred + timedelta(days=draw.randrange(1, 45))).isoformat()
    ended = draw.random() < 0.1
    modules = "" if ended else _modules(draw, later)
    return f"""      <CINdetails>
        <CINreferralDate>{referred.isoformat()}</CINreferralDate>
        <ReferralSource>{draw.choice(_SOURCES)}</ReferralSource>
        <PrimaryNeedCode>N{draw.randrange(10)}</PrimaryNeedCode>
        <CINclosureDate>{later}</CINclosureDate>
        <ReasonForClosure>RC{draw.randrange(1, 10)}</ReasonForClosure>
{modules}        <ReferralNFA>{int(ended)}</ReferralNFA>
      </CINdetails>
"""


def _modules(draw: random.Random, day: str) -> str:
    return f"""        <Assessments>
          <AssessmentActualStartDate>{day}</AssessmentActualStartDate>
          <AssessmentAuthorisationDate>{day}</AssessmentAuthorisationDate>
          <FactorsIdentifiedAtAssessment>
            <AssessmentFactors>3B</AssessmentFactors>
            <AssessmentFactors>{draw.choice(("4B", "16A", "18B"))}</AssessmentFactors>
          </FactorsIdentifiedAtAssessment>
        </Assessments>
        <Section47>
          <S47ActualStartDate>{day}</S47ActualStartDate>
          <ICPCnotRequired>1</ICPCnotRequired>
        </Section47>
        <ChildProtectionPlans>
          <CPPstartDate>{day}</CPPstartDate>
          <InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>
          <LatestCategoryOfAbuse>EMO</LatestCategoryOfAbuse>
          <NumberOfPreviousCPP>0</NumberOfPreviousCPP>
        </ChildProtectionPlans>
"""


def _day(draw: random.Random, year: int, days: int) -> str:
    return (date(year, 1, 1) + timedelta(days=draw.randrange(days))).isoformat()
