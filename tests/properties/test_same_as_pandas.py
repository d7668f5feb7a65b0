# SPDX-License-Identifier: Apache-2.0
"""Property: a query of PREDICT answers what the same query answers of scores made in pandas first.

An example is a drawn query of a drawn table. Five queries of one table are run as one, so that
SPARKPREDICT_EXAMPLES examples take a fifth as many runs.
"""

from __future__ import annotations

import zipfile

import pytest
from drawn import queries, tables
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import saved
from examples import EXAMPLES, SEED
from sparkpredict import ship

AT_ONCE = 5
FAULTLESS = b"def spread(scores: Any, needed: Any) -> Any:"
FAULTY = FAULTLESS + b"\n    needed = np.sort(needed)[::-1]"
RUNS = {
    "max_examples": -(-EXAMPLES // AT_ONCE),
    "deadline": None,
    "database": None,
    "print_blob": True,
    "suppress_health_check": list(HealthCheck),
}
CASES = {"rows": tables(), "some": st.lists(queries(), min_size=AT_ONCE, max_size=AT_ONCE)}


def test_a_query_of_predict_answers_as_the_same_query_of_scores(bind, alias, agree, regression):
    bind(regression)

    @seed(SEED)
    @settings(**RUNS)
    @given(**CASES)
    def same(rows, some):
        agree(alias, rows, some)

    same()


def swapped(frame):
    """The columns in the wrong order."""
    return 2 * frame["b"] - frame["a"] + 0.5


def off_by_one(frame):
    """Each row has the score of the row before it."""
    return (2 * frame["a"] - frame["b"] + 0.5).shift(1, fill_value=0.5)


@pytest.mark.parametrize("fault", [swapped, off_by_one])
def test_a_wrong_model_turns_the_property_red(bind, alias, agree, tmp_path, fault):
    bind(saved.pyfunc(tmp_path, fault))
    assert_red(agree, alias)


def test_a_dropped_null_turns_the_property_red(
    bind, alias, agree, regression, monkeypatch, tmp_path
):
    """A worker that drops the rows without a score from their places: the others move up."""
    zip_of = ship._worker_zip
    monkeypatch.setattr(ship, "_worker_zip", lambda: planted(zip_of(), tmp_path))
    bind(regression, engine="python")
    assert_red(agree, alias)


def planted(package, folder):
    """The shipped package under another name, with a fault where guarded scores are spread."""
    name = f"{package.stem}_planted"
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(path, "w") as target:
        for member in source.namelist():
            text = source.read(member)
            if member.endswith("worker/guard.py"):
                assert FAULTLESS in text
                text = text.replace(FAULTLESS, FAULTY)
            target.writestr(member.replace(package.stem, name, 1), text)
    return path


def assert_red(agree, alias):
    """The property fails within the usual number of examples; not shrunk, which takes long."""

    @seed(7)
    @settings(**RUNS, phases=[Phase.generate])
    @given(**CASES)
    def same(rows, some):
        agree(alias, rows, some)

    with pytest.raises(AssertionError):
        same()
