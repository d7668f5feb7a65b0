# SPDX-License-Identifier: Apache-2.0
"""By which engine the tests bind that name none: the same tests hold for each."""

from __future__ import annotations

import os

ENGINE = os.environ.get("SPARKPREDICT_ENGINE", "auto")
