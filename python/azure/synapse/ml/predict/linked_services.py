# SPDX-License-Identifier: Apache-2.0
"""Named sign-ins to Azure: ``linked_services.get_workspace("name")``."""

from __future__ import annotations

from sparkpredict.azure.linked_services import get_workspace

__all__ = ["get_workspace"]
