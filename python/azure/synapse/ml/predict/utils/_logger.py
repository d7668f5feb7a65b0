# SPDX-License-Identifier: Apache-2.0
"""The module that Synapse's samples import and never use: the package's logger."""

from __future__ import annotations

import logging

logger = logging.getLogger("sparkpredict")
