// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

import io.sparkpredict.PredictErrors
import io.sparkpredict.model.BoundModel
import org.apache.spark.sql.catalyst.expressions.{EmptyRow, Expression}
import org.apache.spark.sql.types.BinaryType

/** What `model.udf` puts before the alias: the binding that the Python object stands for.
  *
  * Python cannot read the literal inside a Column, so the check that `model.udf(lit(alias), ...)`
  * names its own model happens here. A binary constant, which no call in SQL can start with by
  * mistake: `identity alias` in UTF-8.
  */
final case class ModelHandle(identity: String, alias: String) {
  def checkAlias(named: String, caseSensitive: Boolean): Unit = {
    val same = if (caseSensitive) named == alias else named.equalsIgnoreCase(alias)
    if (!same) throw PredictErrors.wrongAlias(named, alias)
  }

  def checkModel(model: BoundModel): Unit =
    if (model.binding.identity != identity) throw PredictErrors.bindingReplaced(alias)
}

object ModelHandle {
  private val separator = ' '

  def split(arguments: Seq[Expression]): (Option[ModelHandle], Seq[Expression]) =
    arguments.headOption match {
      case Some(first) if first.foldable && first.dataType == BinaryType =>
        (Some(parse(first.eval(EmptyRow))), arguments.tail)
      case _ => (None, arguments)
    }

  private def parse(value: Any): ModelHandle = value match {
    case bytes: Array[Byte] =>
      val text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
      val (identity, alias) = text.splitAt(text.indexOf(separator.toInt))
      ModelHandle(identity, alias.drop(1))
    case _ => throw PredictErrors.aliasMissing()
  }
}
