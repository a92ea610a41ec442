"""Shelves: where the versions of what an authority sends are kept, its packs or its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from equipoise.core.base import ProblemsError
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.sent import Opened, opened_pack
from equipoise.workspace.steps.sent_rows import opened_rows

_NUMBERED = re.compile(r"\.v([0-9]+)\.sealed$")


@dataclass(frozen=True)
class Shelf:
    """The versions of one kind that an authority sent.

    Attributes
    ----------
    kind
        ``pack`` or ``rows``.
    code
        The authority.
    """

    kind: str
    code: str

    def name(self, number: int) -> str:
        """Return where a version lies, from the trial folder."""
        if self.kind == "rows":
            return f"authority/{self.code}/rows.v{number}.sealed"
        return f"packs/{self.code}.v{number}.sealed"

    def held(self, folder: TrialFolder) -> dict[int, str]:
        """Return the versions that are held, by their number."""
        names = folder.files(f"authority/{self.code}/" if self.kind == "rows" else "packs/")
        matches = (_NUMBERED.search(name) for name in names)
        found = {int(match[1]): match.string for match in matches if match}
        return {number: name for number, name in found.items() if name == self.name(number)}

    def readable(self, folder: TrialFolder, name: str) -> tuple[Opened | None, str | None]:
        """Return an earlier version, opened, or None and why it cannot be compared."""
        path = folder.path / name
        try:
            if self.kind == "rows":
                return opened_rows(folder, path, code=self.code, name=name)[0], None
            return opened_pack(folder, path.read_bytes(), code=self.code, name=name), None
        except ProblemsError as error:
            places = ", ".join(problem.place for problem in error.problems)
            why = f"was made for another roster or definitions ({places}): not compared"
            return None, f"{name} {why}"
