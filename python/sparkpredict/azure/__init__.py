# SPDX-License-Identifier: Apache-2.0
"""Signing in to Azure. Only ``extra`` may be imported where the extra ``azure`` is missing."""
