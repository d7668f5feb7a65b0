// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.audit

import scala.util.control.NonFatal

import org.apache.hadoop.security.UserGroupInformation
import org.apache.spark.SparkContext

/** Who asks a query, told in the thread that analyses it: the user of a client of Spark Connect, the
  * one that a server impersonates, or the application's own.
  */
object QueryUser {
  private val tags = "spark.job.tags" // 3.5 and later
  private val ofClient = ".*_User_(.*)_Session_[0-9a-fA-F-]+_Operation_[^,]*".r

  def of(context: SparkContext): String =
    client(context).orElse(impersonated).getOrElse(context.sparkUser)

  /** Spark Connect tags the jobs of each operation with its user. */
  private def client(context: SparkContext): Option[String] =
    Option(context.getLocalProperty(tags)).toSeq
      .flatMap(_.split(","))
      .collectFirst { case ofClient(user) if user.nonEmpty => user }

  private def impersonated: Option[String] =
    try {
      val current = UserGroupInformation.getCurrentUser
      if (current == UserGroupInformation.getLoginUser) None else Some(current.getShortUserName)
    } catch { case NonFatal(_) => None } // an account that the machine has no name for
}
