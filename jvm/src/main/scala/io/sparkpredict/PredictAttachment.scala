// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict

import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.sparkpredict.LiveSession

/** What Python makes an instance of, by the class loader of `ADD JAR`, to attach PREDICT to a session
  * that runs already.
  */
final class PredictAttachment {
  def attach(session: SparkSession): Unit = LiveSession.attach(session)
}
