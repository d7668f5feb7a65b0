// SPDX-License-Identifier: Apache-2.0
package com.microsoft.azure.synapse.ml.predict

import io.sparkpredict.PredictExtensions

/** The class name in `spark.sql.extensions` of Synapse's cluster configurations. */
final class SynapsePredictExtensions extends PredictExtensions

/** The class name in `spark.sql.extensions` of Fabric's older runtimes. */
final class PredictExtension extends PredictExtensions
