// SPDX-License-Identifier: Apache-2.0
package org.apache.spark.sql.sparkpredict

import java.lang.reflect.InvocationTargetException

import scala.util.Try

import org.apache.spark.sql.SparkSession

/** Whose the files are that are added now: those of the application, or of one session alone.
  *
  * Of one are those of a client of Spark Connect, since 3.5, and those of a session that a program in
  * Scala or Java has made, since 4.0: its tasks look for them in a folder of their own.
  */
object SessionFiles {

  /** The session, or nothing where it is the application. */
  def scope: String =
    Try {
      val state = sets.getMethod("getCurrentJobArtifactState").invoke(module)
      state.asInstanceOf[Option[Product]].map(_.productElement(0).toString)
    }.toOption.flatten.getOrElse("")

  /** Has what a body adds found by the tasks of a session. Connect says itself whose a request is. */
  def within[A](session: SparkSession)(body: => A): A =
    own(session) match {
      case Some(state) if scope.isEmpty =>
        val run = sets.getMethods.find(_.getName == "withActiveJobArtifactState").get
        val told = () => body
        try run.invoke(module, state, told).asInstanceOf[A]
        catch { case error: InvocationTargetException => throw error.getCause }
      case _ => body
    }

  private def own(session: SparkSession): Option[AnyRef] =
    Try {
      val manager = session.getClass.getMethod("artifactManager").invoke(session)
      manager.getClass.getMethod("state").invoke(manager)
    }.toOption.flatMap(Option(_))

  private def sets: Class[_] = Class.forName("org.apache.spark.JobArtifactSet$")

  private def module: AnyRef = sets.getField("MODULE$").get(null)
}
