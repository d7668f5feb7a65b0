# SPDX-License-Identifier: Apache-2.0
"""From a loaded model to a plan that an engine without Python can score by."""
