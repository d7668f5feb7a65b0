# SPDX-License-Identifier: Apache-2.0
"""PREDICT against what a user would pick instead: `make bench`, or `python -m benchmarks.run`."""
