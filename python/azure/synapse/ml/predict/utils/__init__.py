# SPDX-License-Identifier: Apache-2.0
"""Kept so that ``import azure.synapse.ml.predict.utils._logger`` works."""
