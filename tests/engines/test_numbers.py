# SPDX-License-Identifier: Apache-2.0
"""Numbers as the declared type: toward zero; what does not fit is an error under ANSI, else NULL.

Each answer is compared by every way to call a model. What is wanted is computed from exact
fractions, not by the code under test.
"""

from __future__ import annotations

import decimal
import itertools
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature

import saved
from scores import answers, assert_same_scores, driver, sql, transformed
from sparkpredict.errors import ScoreError

NAN, INF = math.nan, math.inf
Decimal = decimal.Decimal
LARGE = 2**53 + 1  # the first whole number that no double holds
TINY = Decimal("0.99999999999999999999")  # 1 as a double

BITS = {"TINYINT": 8, "SMALLINT": 16, "INT": 32, "BIGINT": 64}
PLACES = {"DECIMAL(20,2)": (20, 2), "DECIMAL(38,0)": (38, 0)}
SCALARS = [*BITS, "FLOAT", "DOUBLE", *PLACES]

# Spark's errors of casts, which differ from version to version, and ours on the driver.
DOES_NOT_FIT = (
    r'(?i)overflow|cannot be cast to "|out.of.(supported.|decimal.type.)?range|be represented'
)


class Outside:
    """In place of a score: the declared type cannot hold the answer."""


BOUNDS = [bound for bits in BITS.values() for bound in (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)]
ANSWERS = {
    "floats": [
        *(sign * size for size in (0.0, 0.5, 0.99, 1.9, 127.5, 1e20, 1e300) for sign in (1, -1)),
        *(float(bound) for bound in BOUNDS),
        *(float(bound + step) for bound in BOUNDS[:6] for step in (-1, 1)),
        *(float(np.nextafter(2.0**63, to)) for to in (0, INF)),
        float(np.nextafter(-(2.0**63), -INF)),
        NAN,
        INF,
        -INF,
    ],
    "integers": [
        *BOUNDS,
        *(bound + step for bound in BOUNDS for step in (-1, 1)),
        *(LARGE, -LARGE, 2**64, 10**25),
        *(True, np.int8(-7), np.uint64(2**63 + 1), np.bool_(0)),
    ],
    "decimals": [
        *(Decimal(text) for text in ("12.9", "-12.9", "1.005", "-0.0", "NaN", "1E+40", "1E-40")),
        *(TINY, -TINY, Decimal("2147483647.99999999999"), Decimal("9223372036854775807.999")),
        *(Decimal(2**63), -Decimal(2**63), Decimal("12345678901234567890123456789012345678")),
    ],
}
ANSWERS["mixed"] = [None, *(answer for kind in ANSWERS.values() for answer in kind), pd.NA]


def wanted(declared, answer):  # noqa: PLR0911 (one for each kind of type)
    """What a declared type makes of an answer; Outside if it cannot."""
    if answer is None or answer is pd.NA:
        return None
    number = answer.item() if isinstance(answer, np.generic) else answer
    if declared == "DOUBLE":
        return float(number)
    if declared == "FLOAT":
        with np.errstate(over="ignore"):  # infinity, as in Spark
            return float(np.float32(float(number)))
    if not math.isfinite(number):
        return Outside
    if declared in BITS:
        whole, limit = math.trunc(Fraction(number)), 2 ** (BITS[declared] - 1)
        return whole if -limit <= whole < limit else Outside
    precision, scale = PLACES[declared]
    digits = Fraction(repr(number) if isinstance(number, float) else number) * 10**scale
    unscaled = math.floor(abs(digits) + Fraction(1, 2)) * (1 if digits > 0 else -1)
    if abs(unscaled) >= 10**precision:
        return Outside
    return Decimal(unscaled).scaleb(-scale, decimal.Context(prec=precision))


def at_places(columns):
    """A model that answers with the named columns, at the places that it is asked for."""

    def predict(frame):
        return {
            name: [answers[int(place)] for place in frame["x"]] for name, answers in columns.items()
        }

    return predict


def doubles_at_places(given):
    """The same of one output, which is an array of doubles."""

    def predict(frame):
        return np.array([given[int(place)] for place in frame["x"]])

    return predict


def answering(answer):
    """A model that gives one answer, which is for as many rows as it has."""

    def predict(frame):
        return answer

    return predict


@pytest.fixture
def places(spark):
    """A frame of places among the answers: the first ones, or only one."""

    def frame(count, only=None):
        first, end = (0, count) if only is None else (only, only + 1)
        return spark.range(first, end, 1, 1).selectExpr("CAST(id AS DOUBLE) AS x")

    return frame


WAYS = {
    "SQL": lambda model, data: sql(model, data).collect(),
    "udf": lambda model, data: data.select(model.udf(model.alias, "x")).collect(),
    "Transformer": lambda model, data: transformed(model, data).collect(),
}
TURNS = itertools.cycle(WAYS)


def assert_refused(model, data, said, ways=None):
    """An error by model.predict, and by these ways; by one of the three in turn if none is named.

    A query that fails takes its Python worker with it, and the next one loads the model again.
    """
    with pytest.raises(ScoreError, match=said):
        driver(model, data)
    for way in ways or [next(TURNS)]:
        with pytest.raises(Exception, match=said) as raised:
            pytest.fail(f"{way} gives {WAYS[way](model, data)}")
        assert not isinstance(raised.value, ScoreError)


@pytest.mark.parametrize("kind", ANSWERS)
def test_each_number_is_each_declared_type_or_null(bind, ansi, places, tmp_path, kind):
    given = ANSWERS[kind]
    scores = {declared: [wanted(declared, answer) for answer in given] for declared in SCALARS}
    columns = {declared: list(given) for declared in SCALARS}
    for declared, column in scores.items():
        for at, score in enumerate(column):
            if ansi and score is Outside:
                columns[declared][at] = None
    returns = ", ".join(f"`{declared}` {declared}" for declared in SCALARS)
    model = bind(saved.pyfunc(tmp_path, at_places(columns)), returns)
    assert_same_scores(model, places(len(given)), without(list(zip(*scores.values()))))


@pytest.mark.parametrize("declared", ["TINYINT", "INT", "BIGINT", "DOUBLE", "DECIMAL(20,2)"])
def test_a_number_alone_is_the_declared_type_or_null(bind, conf, places, tmp_path, declared):
    conf("spark.sql.ansi.enabled", "false")
    given = ANSWERS["mixed"]
    model = bind(saved.pyfunc(tmp_path, at_places({"only": given})), declared)
    scores = [wanted(declared, answer) for answer in given]
    assert_same_scores(model, places(len(given)), without(scores))


@pytest.mark.parametrize(
    ("declared", "outside"),
    [
        ("TINYINT", [128.0]),
        ("SMALLINT", [-INF]),
        ("INT", [2.0**31, -(2**31) - 1]),
        ("BIGINT", [NAN, 2.0**63, 2**63]),
        ("DECIMAL(20,2)", [NAN, Decimal(10**18)]),
        ("DECIMAL(38,0)", [10**38]),
    ],
)
def test_what_does_not_fit_is_an_error_under_ansi(bind, conf, places, tmp_path, declared, outside):
    conf("spark.sql.ansi.enabled", "true")
    given = [1.0, *outside]
    assert [wanted(declared, answer) for answer in given] == [1, *[Outside] * len(outside)]
    model = bind(saved.pyfunc(tmp_path, at_places({"only": given})), declared)
    for at in range(1, len(given)):
        assert_refused(model, places(len(given), only=at), DOES_NOT_FIT)


def test_every_answer_that_does_not_fit_is_an_error_on_the_driver_under_ansi(bind, conf, tmp_path):
    conf("spark.sql.ansi.enabled", "true")
    given = ANSWERS["mixed"]
    folder = saved.pyfunc(tmp_path, at_places({"only": given}))
    for declared in (*BITS, *PLACES):
        model = bind(folder, declared)
        for at, answer in enumerate(given):
            if wanted(declared, answer) is Outside:
                with pytest.raises(ScoreError, match="PREDICT_VALUE_OUT_OF_RANGE"):
                    pytest.fail(f"{answer}: {model.predict(pd.DataFrame({'x': [float(at)]}))}")


def test_an_error_is_one_by_every_way(bind, conf, places, tmp_path):
    conf("spark.sql.ansi.enabled", "true")
    model = bind(saved.pyfunc(tmp_path, answering([NAN])), "INT")
    assert_refused(model, places(1), DOES_NOT_FIT, WAYS)


# The declared type, what a model answers, and the scores: two or four rows of each.
FIELDS = {
    "float32": ("INT", np.array([1.9, -1.9], "float32"), [1, -1]),
    "float16": ("BIGINT", np.array([1.5, -2.5], "float16"), [1, -2]),
    "uint64": ("BIGINT", np.array([2**63 - 1, 7], "uint64"), [2**63 - 1, 7]),
    "large uint64": ("DECIMAL(20,0)", np.array([2**64 - 1, 7], "uint64"), [2**64 - 1, 7]),
    "booleans": ("TINYINT", np.array([True, False]), [1, 0]),
    "booleans as BIGINT": ("BIGINT", np.array([True, False]), [1, 0]),
    "pandas' integers": ("BIGINT", pd.Series([LARGE, None], dtype="Int64"), [LARGE, None]),
    "pandas' numbers": ("INT", pd.Series([1.9, None], dtype="Float64"), [1, None]),
    "pandas' doubles": ("DOUBLE", pd.Series([0.5, None], dtype="Float64"), [0.5, None]),
    "NaN and None": ("DOUBLE", [NAN, None, 1.0, -INF], [NAN, None, 1.0, -INF]),
    "beyond FLOAT": ("FLOAT", [1e39, -1e300, NAN, None], [INF, -INF, NAN, None]),
    "doubles as text": (
        "STRING",
        np.array([-0.0, 1e7, 1e-4, -INF]),
        ["-0.0", "1.0E7", "1.0E-4", "-Infinity"],
    ),
    "integers as text": ("STRING", np.array([LARGE, -7]), [str(LARGE), "-7"]),
    "large integers as text": ("STRING", [2**64, None], [str(2**64), None]),
    "decimals as text": ("STRING", [Decimal("0.10"), None], ["0.10", None]),
    "missing labels": ("STRING", pd.Series(["a", None]), ["a", None]),
    "lists": ("ARRAY<INT>", [[1.9, None], [], None, [TINY]], [[1, None], [], None, [0]]),
    "lists of mixtures": (
        "ARRAY<BIGINT>",
        [[LARGE, 0.5], [None, Decimal("-1.9")]],
        [[LARGE, 0], [None, -1]],
    ),
    "lists of doubles": (
        "ARRAY<DOUBLE>",
        [[1.0, NAN, None], [], None, [-INF]],
        [[1.0, NAN, None], [], None, [-INF]],
    ),
    "lists of floats": ("ARRAY<FLOAT>", [[1e39, NAN], [None, 0.5]], [[INF, NAN], [None, 0.5]]),
    "a matrix as text": (
        "ARRAY<STRING>",
        np.array([[0.5, NAN], [1, INF]]),
        [["0.5", "NaN"], ["1.0", "Infinity"]],
    ),
    "lists of lists": (
        "ARRAY<ARRAY<INT>>",
        [[[1.9], [], None, [None]], []],
        [[[1], [], None, [None]], []],
    ),
    "a cube": (
        "ARRAY<ARRAY<DOUBLE>>",
        np.array([[[1.0, NAN], [2.0, 3.0]]] * 2),
        [[[1.0, NAN], [2.0, 3.0]]] * 2,
    ),
}


@pytest.mark.parametrize("rows", [2, 4])
def test_answers_of_other_types_as_the_fields_of_a_struct(bind, conf, places, tmp_path, rows):
    conf("spark.sql.ansi.enabled", "true")
    fields = {name: field for name, field in FIELDS.items() if len(field[1]) == rows}
    answer = {name: given for name, (_, given, _) in fields.items()}
    returns = ", ".join(f"`{name}` {declared}" for name, (declared, _, _) in fields.items())
    model = bind(saved.pyfunc(tmp_path, answering(answer)), returns)
    assert_same_scores(
        model, places(rows), list(zip(*(scores for _, _, scores in fields.values())))
    )


# The same, Outside where a row is an error under ANSI.
ALONE = {
    "doubles": ("BIGINT", np.array([2.0**63, 1e18, NAN]), [Outside, 10**18, Outside]),
    "a matrix": ("ARRAY<DOUBLE>", np.array([[1.0, NAN], [2.0, 3.0]]), [[1.0, NAN], [2.0, 3.0]]),
    "lists": ("ARRAY<INT>", [[1.9, NAN], [3e9]], [[1, Outside], [Outside]]),
    "a matrix of BIGINT": (
        "ARRAY<BIGINT>",
        np.array([[2.0**63, 1.5], [-(2.0**63), NAN]]),
        [[Outside, 1], [-(2**63), Outside]],
    ),
    "lists of decimals": (
        "ARRAY<DECIMAL(4,1)>",
        [[1.25, None], [Decimal(1000), NAN]],
        [[Decimal("1.3"), None], [Outside, Outside]],
    ),
    "maps of doubles": (
        "MAP<STRING, DOUBLE>",
        [{"a": NAN, "b": None, "c": 0.5}, None, {}],
        [{"a": NAN, "b": None, "c": 0.5}, None, {}],
    ),
    "maps of INT": (
        "MAP<STRING, INT>",
        [{"a": -1.9, "b": None}, {"a": NAN}],
        [{"a": -1, "b": None}, {"a": Outside}],
    ),
    "maps of BIGINT": (
        "MAP<STRING, BIGINT>",
        [{"a": LARGE, "b": None}, {"a": 1.9, "b": 2**63}, {}, None],
        [{"a": LARGE, "b": None}, {"a": 1, "b": Outside}, {}, None],
    ),
    "dicts as structs": (
        "n BIGINT, x DOUBLE",
        [{"n": LARGE, "x": None}, {"n": 0.5, "x": NAN}],
        [(LARGE, None), (0, NAN)],
    ),
    "a frame as structs": (
        "i INT, d DOUBLE, a ARRAY<DOUBLE>",
        pd.DataFrame({"i": [1.9, NAN], "d": [NAN, 0.5], "a": [[NAN, None], [1.0]]}),
        [(1, NAN, [NAN, None]), (Outside, 0.5, [1.0])],
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_an_answer_of_another_form(bind, conf, places, tmp_path, name):
    declared, answer, scores = ALONE[name]
    model = bind(saved.pyfunc(tmp_path, answering(answer)), declared)
    conf("spark.sql.ansi.enabled", "true")
    if Outside in flat(scores):
        assert_refused(model, places(len(answer)), DOES_NOT_FIT)
        conf("spark.sql.ansi.enabled", "false")
    assert_same_scores(model, places(len(answer)), without(scores))


def flat(scores):
    """All scores in lists, dicts and tuples."""
    if isinstance(scores, dict):
        return flat(list(scores.values()))
    if isinstance(scores, (list, tuple)):
        return [score for item in scores for score in flat(item)]
    return [scores]


def without(scores):
    """The same with None for what does not fit."""
    if isinstance(scores, dict):
        return {key: without(value) for key, value in scores.items()}
    if isinstance(scores, (list, tuple)):
        return type(scores)(without(item) for item in scores)
    return None if scores is Outside else scores


@pytest.mark.parametrize(
    ("declared", "answer"),
    [
        ("BIGINT", "12"),
        ("BIGINT", "12.9"),
        ("DECIMAL(20,2)", "12.9"),
        ("ARRAY<BIGINT>", ["12"]),
        ("MAP<STRING, BIGINT>", {"a": "12"}),
    ],
)
def test_text_is_no_number(bind, conf, places, tmp_path, declared, answer):
    conf("spark.sql.ansi.enabled", "false")
    model = bind(saved.pyfunc(tmp_path, answering([answer])), declared)
    assert_refused(model, places(1), "PREDICT_OUTPUT_MISMATCH")


@pytest.mark.parametrize("declared", ["DOUBLE", "FLOAT"])
def test_the_sign_of_a_zero_stays(bind, places, tmp_path, declared):
    model = bind(saved.pyfunc(tmp_path, answering(np.array([-0.0]))), declared)
    for way, scores in answers(model, places(1)).items():
        assert math.copysign(1, scores[0]) == -1, way


@pytest.mark.parametrize("declared", ["BIGINT", "DECIMAL(20,2)"])
def test_a_signature_changes_nothing(bind, conf, places, tmp_path, declared):
    given = ANSWERS["floats"]
    signature = infer_signature(pd.DataFrame({"x": [0.0]}), np.array([0.5]))
    model = bind(saved.pyfunc(tmp_path, doubles_at_places(given), signature=signature), declared)
    conf("spark.sql.ansi.enabled", "true")
    outside = len(given) - 3 if declared.startswith("DECIMAL") else given.index(2.0**63 - 1)
    assert wanted(declared, given[outside]) is Outside
    assert_refused(model, places(len(given), only=outside), DOES_NOT_FIT)
    conf("spark.sql.ansi.enabled", "false")
    scores = [wanted(declared, answer) for answer in given]
    assert_same_scores(model, places(len(given)), without(scores))
