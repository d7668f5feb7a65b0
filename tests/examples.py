# SPDX-License-Identifier: Apache-2.0
"""How many examples a property is tried on, and from where they are drawn."""

from __future__ import annotations

import os
import secrets

EXAMPLES = int(os.environ.get("SPARKPREDICT_EXAMPLES", "200"))
SEED = int(os.environ.get("SPARKPREDICT_SEED", secrets.randbelow(2**32)))
