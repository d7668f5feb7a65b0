# SPDX-License-Identifier: Apache-2.0
"""Plans of scikit-learn's estimators and pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.compile.sklearn import walk

if TYPE_CHECKING:
    from sparkpredict.compile.draft import Draft
    from sparkpredict.compile.plan import Output
    from sparkpredict.descriptor import Descriptor


def outputs(draft: Draft, model: Any, descriptor: Descriptor) -> dict[str, Output]:
    """What a fitted estimator answers, of the draft's inputs.

    Raises:
        CannotCompile: a part of it is not handled.
    """
    fitted = getattr(model, "feature_names_in_", None)
    names = [feature.name for feature in descriptor.features]
    if fitted is not None and names and list(fitted) != names:
        draft.part = type(model).__name__
        raise draft.cannot("its features have another order than the signature's columns")
    return walk.answered(draft, model, draft.table)
