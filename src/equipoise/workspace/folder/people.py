"""Children compared by Splink: date of birth, names and postcode, on this machine alone.

The extra ``linkage`` brings Splink; it runs in a DuckDB database in memory, which is gone with it,
and writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from equipoise.core.base import Problem, ProblemsError

if TYPE_CHECKING:
    from equipoise.authority.schools import Likeness, Person

#: Pairs below this probability are not looked at again: beside an accepted pair at 0.5 or above
#: nothing so unlikely makes a difference.
LEAST = 0.001
_SEED = 1
#: One thread keeps the order; nothing outside the process is read, and nothing spills to a disk.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
    "temp_directory": "",
}
#: So many random pairs tell how often two different children agree.
_PAIRS = 1_000_000


class SplinkLinker:
    """A `PeopleLinker` by the model of Fellegi and Sunter, its weights learned from both tables.

    Parameters
    ----------
    threshold
        From this probability on a pair is accepted, above 0.5 and below 1.

    Raises
    ------
    ProblemsError
        Where Splink is not installed, or the threshold is no such number.

    Source
    ------
    Fellegi, I. and Sunter, A. (1969), A theory for record linkage, Journal of the American
    Statistical Association 64; Linacre, R. et al. (2022), Splink, International Journal of
    Population Data Science 7.
    """

    def __init__(self, threshold: float) -> None:
        if not 0.5 < threshold < 1.0:
            raise _refused(
                f"{threshold}", "a probability above 0.5 and below 1", "give one such as 0.99"
            )
        try:
            import splink
        except ModuleNotFoundError:
            raise _refused(
                "Splink is not installed",
                "the extra `linkage`, which compares children by date of birth, names and postcode",
                "install it with: pip install 'equipoise[linkage]', or leave --link-people out",
            ) from None
        self.threshold = threshold
        self._splink: Any = splink

    def likenesses(self, children: Sequence[Person], roll: Sequence[Person]) -> Iterator[Likeness]:
        """Yield the pairs that may be one child, with their probabilities.

        Parameters
        ----------
        children, roll
            The children without a number, and those of the roll.
        """
        from equipoise.authority.schools import Likeness

        if not children or not roll:
            return
        logging.getLogger("splink").setLevel(logging.ERROR)
        linker = self._linker(children, roll)
        _learn(linker)
        found = linker.inference.predict(threshold_match_probability=LEAST).as_record_list()
        for pair in sorted(found, key=lambda p: (p["unique_id_l"], p["unique_id_r"])):
            ends = {pair["source_dataset_l"]: pair["unique_id_l"]}
            ends[pair["source_dataset_r"]] = pair["unique_id_r"]
            yield Likeness(ends["children"], ends["roll"], float(pair["match_probability"]))

    def _linker(self, children: Sequence[Person], roll: Sequence[Person]) -> Any:
        """Return Splink's linker of the two tables; each pair shares one thing at least."""
        import duckdb
        from splink import Linker, SettingsCreator, block_on
        from splink import comparison_library as compared
        from splink.backends.duckdb import DuckDBAPI

        database = DuckDBAPI(duckdb.connect(":memory:", config=_SETTINGS))
        tables = [
            database.register(_arrow(people), dataset_display_name=name)
            for name, people in (("children", children), ("roll", roll))
        ]
        settings = SettingsCreator(
            link_type="link_only",
            comparisons=[
                compared.NameComparison("forename").configure(term_frequency_adjustments=True),
                compared.NameComparison("surname").configure(term_frequency_adjustments=True),
                compared.DateOfBirthComparison("born", input_is_string=True),
                compared.ExactMatch("postcode"),
            ],
            blocking_rules_to_generate_predictions=[
                block_on("born"),
                block_on("surname", "forename"),
                block_on("surname", "postcode"),
                block_on("forename", "postcode"),
                block_on("forename", "substr(born, 1, 4)", "substr(surname, 1, 1)"),
                block_on("surname", "substr(born, 1, 7)"),
            ],
            retain_matching_columns=False,
        )
        return Linker(tables, settings, log_level=None)


def _learn(linker: Any) -> None:
    """Learn the weights of agreement from both tables, without any pair known for sure."""
    from splink import block_on

    sure = [block_on("forename", "surname", "born"), block_on("born", "postcode", "forename")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS, seed=_SEED)
    for rule in (block_on("born"), block_on("surname", "forename")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


def _arrow(people: Sequence[Person]) -> Any:
    """Return people as an Arrow table; what is not known is null."""
    import pyarrow

    columns = {
        "unique_id": [person.key for person in people],
        "forename": [person.forename or None for person in people],
        "surname": [person.surname or None for person in people],
        "born": [person.born.isoformat() for person in people],
        "postcode": [person.postcode or None for person in people],
    }
    return pyarrow.table(
        {name: pyarrow.array(column, pyarrow.string()) for name, column in columns.items()}
    )


def people_linker(threshold: float | None) -> SplinkLinker | None:
    """Return what compares children by what is known of them; None where nobody asked.

    Raises
    ------
    ProblemsError
        Where the extra that it needs is not installed.
    """
    if threshold is None:
        return None
    return SplinkLinker(threshold)


def _refused(found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem("linking by details", "--link-people", found, expected, remedy)])
