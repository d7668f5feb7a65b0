# SPDX-License-Identifier: Apache-2.0
"""The page docs/arguments.md: how arguments find their features, and which types fit which."""

from __future__ import annotations

from typing import Any

HEAD = """\
What stands in a call, `PREDICT('m', ...)`, in `model.udf(...)` and in a Transformer's input columns
is matched to the model's features when the query is analysed. What does not fit is an error there,
before a row is read."""

MATCHING = """\
## Which argument goes into which feature

A model names its features in MLflow's signature; else scikit-learn's `feature_names_in_`, and what
XGBoost, LightGBM, CatBoost and statsmodels were trained with, count, and what the graphs of
TensorFlow and Keras and a forecast of Prophet take. `bind_model(binding=...)` takes one of these;
the conf `spark.synapse.ml.predict.arguments.binding` is what it is if left out.

| `binding` | Arguments |
| --- | --- |
| `"auto"` | by name, in any order, where all features are found among the arguments' names; else \
by position, where the count fits and no name says otherwise; else refused |
| `"name"` | by name; refused where a feature is not found |
| `"position"` | in the model's order, whatever they are called; trailing optional features may be \
missing |

- A column bears its name, an expression such as `x + 1` bears none. Give it one with
  `named_struct('a', x + 1, 'b', y)`, or with `a => x + 1` on Spark 3.5 and later. A struct that
  stands alone counts as its fields, so `PREDICT('m', struct(*))` is the same as `PREDICT('m', *)`.
- Columns that are no features are dropped and not read. An expression without a name is never
  dropped: beside arguments that are all found by name it is refused. A name that the call itself
  gives (`zip => 1`) must be a feature.
- Features that the signature calls optional may be missing: the model gets NULL.
- A model without names takes its numbers by position, or all of them as one array or one Spark ML
  vector. A row of another length is a bad row.
- A constant map as the last argument holds MLflow's inference parameters for this call, and
  goes before `bind_model(params=...)`: `PREDICT('m', a, b, map('top', 3))`. Names and types are
  those of the signature's `params`.

## Tensors

A model with a tensor signature, `TensorSpec(np.dtype("float32"), (-1, 2, 2), "x")`, gets arrays of
that shape and element type: a lone unnamed one as it is, others as a dict by name.

| Signature | Arguments |
| --- | --- |
| several tensors | one column for each, matched by name as features are |
| `(-1,)` | a column of numbers |
| `(-1, k)` alone | one array, one Spark ML vector, or k columns of numbers |
| `(-1, m, n)` and deeper | nested arrays of that shape, or one flat array in C order |
| `(-1, -1)` | arrays of any length; rows of one length are scored together |

A row of another shape, or with a value that the element type has not (`300` in `int8`, `0.5` in
`int64`), is a bad row. Floats are rounded to narrower ones. A NULL in place of an array gives the
score NULL; one inside an array follows `nulls=` as in every other input.

## NULL

NULL and NaN are two things: NaN is a number that the model gets. `bind_model(nulls=...)` says what
becomes of a NULL:

| `nulls` | A row with a NULL |
| --- | --- |
| `"auto"` | goes to the model as NaN or None where its feature takes one; else its score is NULL |
| `"nan"` | goes to the model as NaN or None |
| `"null"` | has the score NULL; the model does not see it |
| `"error"` | is a bad row: `on_error` says what becomes of it |

What a feature takes is tried out when the model is bound; `model.info()` shows it. On the driver,
`model.predict(frame)` takes `None`, `pandas.NA` and `NaT` for NULL, and NaN in a column of floats
for NaN.

## Bad rows

A row is bad when the model fails on it, when an argument does not fit its feature (3000000000 in an
INT), and on NULL with `nulls="error"`. `bind_model(on_error=...)`:

| `on_error` | A bad row |
| --- | --- |
| `"fail"` | ends the query: `PREDICT_BAD_ROW` with its values and the model's own message |
| `"null"` | has the score NULL and is counted: `bad_rows` of `model.info()` on classic sessions |
| `"capture"` | has its message beside it: PREDICT returns `STRUCT<value: ..., error: STRING>` |

A batch that the model fails on is halved until the bad rows are known: at most
`2 * k * log2(n) + 1` calls of the model for `k` bad rows among `n`, and never more than
`2 * n - 1`. The other rows keep their scores. What is no row's fault always ends the query: a model
that does not load, memory that runs out, a missing library, an answer of another length or type."""

TYPES = """\
## Which types fit

Rows are Spark's types, columns are MLflow's; *any* is a feature of which the model says a name but
no type. Arrays, maps and structs follow the same rules inside, and nothing is narrowed there. The
table is the one that the code reads.

- **same**: as it is. **widened**: cast; a DOUBLE or FLOAT is the nearest one.
- **narrowed**: cast; a row of which the value does not fit is a bad row.
- **double**: cast to DOUBLE, since no library takes Python's decimals.
- Refused with the feature's name: the rest. Cast in the query if that is what you mean.
- A TIMESTAMP goes to the model as the session time zone's wall clock, as in every pandas UDF. A
  time without a zone that a model answers is read on that clock as `CAST(text AS TIMESTAMP)` does:
  one that the clock skips is moved on, of one that it shows twice the first is meant.
- A Spark ML vector fits where an array of numbers does."""


def body(types: dict[str, dict[str, str]], table: Any) -> str:
    """The page below its title."""
    columns = next(iter(types.values()))
    rows = [
        (f"`{kind}`", *(_cell(cell) for cell in cells.values())) for kind, cells in types.items()
    ]
    return "\n\n".join((MATCHING, TYPES, table(("", *columns), rows)))


def _cell(text: str) -> str:
    return "" if text == "refused" else text
