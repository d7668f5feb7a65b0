# SPDX-License-Identifier: Apache-2.0
"""The import path that notebooks written for Synapse use: the same objects as ``sparkpredict``."""

from __future__ import annotations

from sparkpredict import (
    BoundModel,
    ModelInfo,
    PredictError,
    __version__,
    bind_model,
    configure,
    models,
)

__all__ = [
    "BoundModel",
    "ModelInfo",
    "PredictError",
    "__version__",
    "bind_model",
    "configure",
    "models",
]
