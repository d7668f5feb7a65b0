# SPDX-License-Identifier: Apache-2.0
"""The one place that holds the version: the wheel, the jars and the docs read it."""

__version__ = "0.1.0"
