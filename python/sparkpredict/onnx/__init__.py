# SPDX-License-Identifier: Apache-2.0
"""ONNX graphs: what they say of themselves, and bare ones as MLflow's folders."""
