// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import org.apache.spark.sql.catalyst.expressions.ExpressionInfo

/** What `DESCRIBE FUNCTION EXTENDED` tells of a function of ours. */
object FunctionText {

  /** @param made
    *   the class that a call becomes
    * @param arguments
    *   a line each, as Spark's own functions list them; nothing where there are none
    * @param examples
    *   lines of queries and of what they print
    */
  def apply(
      made: Class[_],
      name: String,
      usage: String,
      arguments: Seq[String],
      examples: Seq[String]
  ): ExpressionInfo =
    new ExpressionInfo(
      made.getName.stripSuffix("$"),
      null,
      name,
      usage,
      section("Arguments", arguments.map("* " + _)),
      section("Examples", examples),
      "",
      "misc_funcs",
      "3.3.0",
      "",
      "built-in"
    )

  private def section(title: String, lines: Seq[String]): String =
    if (lines.isEmpty) "" else lines.map("      " + _).mkString(s"\n    $title:\n", "\n", "\n  ")
}
