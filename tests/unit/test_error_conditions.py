# SPDX-License-Identifier: Apache-2.0
"""The list of errors is whole: sorted, used, and each text says what to do."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from sparkpredict import errors
from sparkpredict.worker.conditions import WorkerError, conditions, message

ROOT = Path(__file__).resolve().parents[2]
RESOURCE = ROOT / "python" / "sparkpredict" / "resources" / "error-conditions.json"
PYTHON = sorted((ROOT / "python").rglob("*.py"))
SCALA = sorted((ROOT / "jvm" / "src" / "main").rglob("*.scala"))
PLACEHOLDER = re.compile(r"<(\w+)>")
NAME = re.compile(r'"(PREDICT_[A-Z_]+)"')

# A last sentence starts with what to do ...
IMPERATIVE = re.compile(
    r"(^|[.:,?>] )(Bind|Call|Cast|Give|Install|Leave|Rename|Run|Save|Score|Set|Take|Unregister|Use"
    r"|Write|use|bind) [^.]"
)
# ... or the text ends with what is possible, or with somebody else's own words.
OTHER_ENDS = (
    "known: <known>.",
    "expected <expected>.",
    ": <cause>",
    ". <cure>",
    " are.",
    "as in PREDICT('m', *).",
    "must return one result for each row.",
)


def test_the_list_is_sorted_and_every_name_is_there_once():
    pairs = json.loads(RESOURCE.read_text(encoding="utf-8"), object_pairs_hook=list)
    names = [name for name, _ in pairs]
    assert names == sorted(set(names))
    assert all(re.fullmatch(r"PREDICT(_[A-Z]+)+", name) for name in names)


@pytest.mark.parametrize("name", list(conditions()))
def test_every_condition_has_a_sqlstate_and_a_text_that_says_what_to_do(name):
    entry = conditions()[name]
    assert set(entry) == {"sqlState", "message"}
    assert re.fullmatch(r"[0-9A-Z]{5}", entry["sqlState"])
    text = entry["message"]
    assert text == " ".join(text.split())
    assert IMPERATIVE.search(text) or text.endswith(OTHER_ENDS), text
    assert text.endswith((".", "<cause>", "<requirement>", "<cure>")), text


def test_every_name_in_the_sources_is_in_the_list_and_none_of_the_list_is_unused():
    named = set()
    for path in PYTHON + SCALA:
        named |= set(NAME.findall(path.read_text(encoding="utf-8")))
    assert sorted(named) == list(conditions())


def test_every_error_that_python_raises_gives_just_the_parameters_of_its_text():
    calls = [call for path in PYTHON for call in raised(path)]
    assert len(calls) > 20
    for where, name, given in calls:
        assert given == set(PLACEHOLDER.findall(conditions()[name]["message"])), (where, name)


def raised(path):
    """(where, condition, names of the parameters) of each error that a module makes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        first = node.args[0]
        known = isinstance(first, ast.Constant) and first.value in conditions()
        if known and all(keyword.arg for keyword in node.keywords):
            where = f"{path.name}:{node.lineno}"
            yield where, first.value, {keyword.arg for keyword in node.keywords}


def test_every_factory_of_the_jvm_gives_just_the_parameters_of_its_text():
    path = ROOT / "jvm" / "src" / "main" / "scala" / "io" / "sparkpredict" / "PredictErrors.scala"
    text = path.read_text(encoding="utf-8")
    made = re.findall(r'make\(\s*"(PREDICT_\w+)"(.*?)\n\n', text + "\n\n", re.DOTALL)
    assert len(made) > 10
    for name, rest in made:
        given = set(re.findall(r'"(\w+)" ->', rest))
        assert given == set(PLACEHOLDER.findall(conditions()[name]["message"])), name


def test_a_message_has_its_name_its_parameters_and_its_sqlstate():
    text, state = message("PREDICT_DISABLED", {"key": "some.key"})
    assert text == (
        "[PREDICT_DISABLED] PREDICT is switched off in this session. "
        "Set some.key to true to use it. SQLSTATE: 0A000"
    )
    assert state == "0A000"


def test_a_parameter_may_hold_what_looks_like_another_parameter():
    error = errors.ModelError("PREDICT_INVALID_MLMODEL", path="<cause>", cause="\\1", flavor="x")
    assert "<cause> is not a readable MLmodel file: \\1." in str(error)
    assert error.condition == "PREDICT_INVALID_MLMODEL"
    assert error.sqlstate == "22000"
    assert error.parameters["cause"] == "\\1"


@pytest.mark.parametrize(
    "kind",
    [
        errors.ConfigurationError,
        errors.BindArgumentError,
        errors.ModelError,
        errors.ReturnTypeError,
        errors.ScoreError,
    ],
)
def test_every_typed_error_is_a_predict_error(kind):
    with pytest.raises(errors.PredictError, match="PREDICT_NO_SESSION"):
        raise kind("PREDICT_NO_SESSION")


def test_an_error_survives_pickling():
    import pickle

    for error in (
        errors.ModelError("PREDICT_UNKNOWN_RUNTIME", runtime="x", known="mlflow"),
        WorkerError("PREDICT_UNKNOWN_RUNTIME", runtime="x", known="mlflow"),
    ):
        copied = pickle.loads(pickle.dumps(error))  # noqa: S301 (made here)
        assert type(copied) is type(error)
        assert str(copied) == str(error)
        assert copied.condition == error.condition
