"""Asking: the unclear labels, one after another, in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.cli.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.authority.vocabulary import Question

#: A label is cut to so many characters on the screen; the file holds it whole.
_SHOWN = 60
_STOP, _CANNOT_TELL, _OPEN = "q", "?", "AMBIGUOUS"
#: So many answers are listed where one is not known.
_LISTED = 40


@dataclass(frozen=True)
class Asker:
    """Asks about one label, or another text, after another; each answer is kept at once.

    Parameters
    ----------
    answers
        From each code that may be given to its title.
    keep
        Keeps one decision: the label, the code, who decided, and why.
    who
        Who decides; None asks.
    noun, answer
        What is asked about, and what an answer is called.
    """

    answers: Mapping[str, str]
    keep: Callable[[str, str, str, str], None]
    who: str | None
    noun: str = "label"
    answer: str = "code"

    def ask(self, asked: Sequence[Question]) -> int:
        """Ask until the labels are at an end, or the person stops; return how many were decided."""
        if not asked:
            say(f"No {self.noun} is unclear.")
            return 0
        say(
            f"{counted(len(asked), f'unclear {self.noun}')}. A {self.answer} decides; Enter skips; "
            f"{self._unknown()}{_STOP} stops."
        )
        who = self.who or _line("Who decides (your name): ")
        if not who:
            say("Nobody was named: nothing was asked.")
            return 0
        kept = 0
        for number, question in enumerate(asked, start=1):
            code = self._code(question, f"{number} of {len(asked)}")
            if code is None:
                break
            if code:
                self.keep(question.label, code, who, _line("  why (may be blank): ") or "")
                kept += 1
        return kept

    def _unknown(self) -> str:
        """Say how to answer that nobody can tell, where that is an answer."""
        return f"{_CANNOT_TELL} says that nobody can tell; " if _OPEN in self.answers else ""

    def _code(self, question: Question, place: str) -> str | None:
        """Return the code, blank to skip, None to stop."""
        say()
        say(f"{place}: {cut(question.label)}  ({counted(question.seen, 'row')})")
        for code in question.candidates:
            say(f"    perhaps {code}  {self.answers.get(code, '')}")
        while (typed := _line(f"  {self.answer}: ")) is not None:
            code = _OPEN if typed == _CANNOT_TELL else typed.upper()
            if typed.casefold() == _STOP:
                return None
            if not code or code in self.answers:
                return code
            known = ", ".join(
                [*list(self.answers)[:_LISTED], *["..."][: len(self.answers) - _LISTED]]
            )
            say(f"  That is none of the {self.answer}s: {known}")
        return None


def cut(label: str) -> str:
    """Return a label in one line that fits a screen."""
    one_line = " ".join(label.split())
    return one_line if len(one_line) <= _SHOWN else one_line[: _SHOWN - 3] + "..."


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, in the plural where it is not one."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _line(prompt: str) -> str | None:
    """Return what is typed, None at the end of the input."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    typed = sys.stdin.readline()
    return typed.strip() if typed else None
