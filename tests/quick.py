# SPDX-License-Identifier: Apache-2.0
"""Settings by which a query of a few rows takes half the time, where its plan is the matter.

Nothing is compiled for it, and it is not planned anew while it runs: that pays off for large ones.
"""

QUICK = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
