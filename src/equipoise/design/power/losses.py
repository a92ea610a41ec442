"""Losses: what keeps an effect from being delivered, observed or recorded."""

from __future__ import annotations

from dataclasses import dataclass, fields

from equipoise.core.base import Problems


@dataclass(frozen=True)
class Losses:
    """Losses of a trial; each is off unless it is declared.

    Attributes
    ----------
    dose
        Share of the units of an intervention arm that the intervention reaches. The effect is the
        effect among these; the others have none, and stay in their arm.
    attrition
        Chance that a school gives no outcome, whatever its arm.
    withdraw
        Authorities that withdraw after the draw, so that none of their schools has an outcome.
    linkage
        Share of contacts (of pupils, where rows are pupils) whose record is found.
    sensitivity
        Share of the contacts without further action that are recorded as such.
    specificity
        Share of the other contacts that are not recorded as without further action.
    """

    dose: float = 1.0
    attrition: float = 0.0
    withdraw: int = 0
    linkage: float = 1.0
    sensitivity: float = 1.0
    specificity: float = 1.0

    @property
    def misrecords(self) -> bool:
        """Whether outcomes are recorded wrongly."""
        return self.sensitivity < 1 or self.specificity < 1

    @property
    def named(self) -> tuple[str, ...]:
        """Those that are declared, in words.

        Examples
        --------
        >>> Losses(dose=0.4, withdraw=1).named
        ('40 % of the intervention units are reached', '1 authority withdraws after the draw')
        """
        said = []
        if self.dose < 1:
            said.append(f"{_percent(self.dose)} of the intervention units are reached")
        if self.attrition:
            said.append(f"{_percent(self.attrition)} of schools give no outcome")
        if self.withdraw:
            many = "authority withdraws" if self.withdraw == 1 else "authorities withdraw"
            said.append(f"{self.withdraw} {many} after the draw")
        if self.linkage < 1:
            said.append(f"{_percent(self.linkage)} of records are linked")
        if self.sensitivity < 1:
            said.append(f"{_percent(self.sensitivity)} of no further actions are recorded as such")
        if self.specificity < 1:
            wrong = _percent(1 - self.specificity)
            said.append(f"{wrong} of other contacts are recorded as no further action")
        return tuple(said)

    def check(self, problems: Problems, authorities: int) -> None:
        """Name what cannot be meant.

        Parameters
        ----------
        problems
            Is added to.
        authorities
            How many there are.
        """
        for field in fields(self):
            value = getattr(self, field.name)
            example = "a share such as 0.4"
            if field.name == "withdraw":
                example = "a whole number such as 1"
                good = 0 <= value < authorities
                wanted = f"fewer than the {authorities} authorities of the trial"
            elif field.name in ("attrition",):
                good, wanted = 0 <= value < 1, "a share from 0 to below 1"
            elif field.name == "specificity":
                good, wanted = 0 <= value <= 1, "a share from 0 to 1"
            else:
                good, wanted = 0 < value <= 1, "a share above 0, at most 1"
            if not good:
                problems.add(
                    file="the command line",
                    place=f"--{field.name}",
                    found=f"{value:g}",
                    expected=wanted,
                    remedy=f"give {example}, or leave the option out",
                )


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
