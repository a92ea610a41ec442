"""Signers: who may give an act, how many must sign, and whether the protocol is the fixed one."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.core.base import Problem, ProblemsError, sha256_hex
from equipoise.workspace.folder.trial import PROTOCOL, TrialFolder
from equipoise.workspace.folder.versions import fixed_parts

#: Who gives an act: the first signature is of a person in one of these roles.
ROLES: dict[str, tuple[str, ...]] = {
    "lock": ("statistician", "chief-investigator"),
    "commit": ("unblinded-statistician", "independent-statistician"),
    "randomise": ("unblinded-statistician", "independent-statistician"),
    "reveal": ("unblinded-statistician", "independent-statistician"),
    "sap-lock": ("statistician", "chief-investigator"),
    "freeze": ("data-manager",),
    "unblind": ("unblinded-statistician", "independent-statistician"),
    "publish": ("sponsor", "chief-investigator"),
    "amend": ("statistician", "chief-investigator"),
    "correct": ("data-manager", "statistician", "chief-investigator"),
}
#: Acts that two people sign whatever the protocol declares (rules: a draw nobody can steer).
ALWAYS_TWO = ("amend", "correct")
#: Acts that may be signed at two desks. A request of `unblind` would carry the arms.
TWO_DESKS = ("amend", "correct", "randomise")


def check_meaning(folder: TrialFolder) -> None:
    """Refuse where the protocol means something else than when it was locked.

    Raises
    ------
    ProblemsError
        Naming the part that was changed. A change of comments or of order is no change.
    """
    for part, fixed in fixed_parts(folder.chain().entries).items():
        if fixed.meaning != sha256_hex(folder.protocol.meaning(part)):
            raise ProblemsError(
                [
                    Problem(
                        PROTOCOL,
                        "head, people, keys or design" if part == "design" else "plan",
                        f"another meaning than at {fixed.entry.name}",
                        f"what was fixed by {fixed.entry.name} on {fixed.entry.at[:10]}",
                        "put that text back, or record the change by two people with: "
                        "equipoise amend FOLDER --reason TEXT --by PERSON --and PERSON",
                    )
                ]
            )


def signatures_of(folder: TrialFolder, name: str) -> int:
    """Return how many people must sign an act."""
    declared = folder.protocol.design.scheme.two_signatures
    return 2 if name in ALWAYS_TWO or name in declared else 1


def check_signers(folder: TrialFolder, name: str, by: Sequence[str]) -> None:
    """Refuse an act that is not signed by those who may give it.

    Raises
    ------
    ProblemsError
        Where nobody, the wrong person, the same person twice or too few sign.
    """
    roles = ROLES[name]
    needed = signatures_of(folder, name)
    who = " or ".join(roles)
    article = "an" if who[0] in "aeiou" else "a"
    expected = f"the signature of {article} {who}" + (
        " and of a second person" if needed == 2 else ""
    )
    able = [p.id for p in folder.protocol.people if p.role in roles]
    remedy = f"give --by {able[0]}" if able else f"name a {who} under people in trial.yaml"
    if needed == 2 and able:
        others = [p.id for p in folder.protocol.people if p.id != able[0]]
        remedy += f" --by {others[0]}" if others else ""
    found = None
    if len(set(by)) != len(by):
        found = "the same person twice"
    elif len(by) < needed:
        found = "no signature" if not by else "1 signature"
        if by and name in TWO_DESKS:
            remedy += "; where the second is at another desk, name both and add --request FILE"
    elif folder.person(by[0]).role not in roles:
        found = f"the signature of {by[0]}, {folder.person(by[0]).role}, first"
    if found is not None:
        raise ProblemsError([Problem(PROTOCOL, f"act {name}", found, expected, remedy)])
    for person in by:
        folder.person(person)
