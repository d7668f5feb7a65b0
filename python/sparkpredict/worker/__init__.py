# SPDX-License-Identifier: Apache-2.0
"""What runs in Spark's Python workers.

Shipped to executors as a zip of its own, where this package is not installed: it imports nothing
else of ours, and only pandas, numpy, pyspark and MLflow of others.
"""
