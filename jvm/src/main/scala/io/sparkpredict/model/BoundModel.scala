// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.model

import io.sparkpredict.engine.block.BlockModel
import org.apache.spark.sql.catalyst.expressions.PythonUDF
import org.apache.spark.sql.types.{DataType, StringType, StructType}

/** A model as one analysed query holds it: nothing that is bound later changes it.
  *
  * Equal where the same model was bound with the same choices, so that binding it again still finds
  * a cached plan; the carrier's bytes take no part.
  *
  * @param engines
  *   which engine scores, and why
  * @param user
  *   who had the query analysed
  */
final class BoundModel(
    val binding: Binding,
    val descriptor: Descriptor,
    val carrier: PythonUDF,
    val engines: Engines,
    val user: String
) extends Serializable {
  def alias: String = binding.alias

  def engine: String = engines.chosen

  /** Where it came from, without credentials. */
  def uri: String = binding.uri

  /** How an engine of the JVM scores the model, where one does. */
  def inJvm: Option[BlockModel] = engines.inJvm

  /** The same model scored by Python, where another engine does not take a call. */
  def withPython: BoundModel =
    new BoundModel(binding, descriptor, carrier, engines.withPython, user)

  /** What the carrier returns, which the JVM casts to the declared type. */
  def carrierType: DataType = carrier.dataType

  /** What a call returns: the declared type, with the error beside it where errors are captured. */
  def returns: DataType =
    if (binding.options.onError != ErrorPolicy.Capture) binding.returns
    else {
      new StructType()
        .add(BoundModel.value, binding.returns, nullable = true)
        .add(BoundModel.error, StringType, nullable = true)
    }

  /** How a plan names the model: alias, digest, engine. */
  def label: String = s"'$alias' ${binding.digest.take(12)} $engine"

  private def identity: (String, String, DataType) = (binding.identity, engine, carrierType)

  override def equals(other: Any): Boolean = other match {
    case that: BoundModel => identity == that.identity
    case _ => false
  }

  override def hashCode(): Int = identity.hashCode()

  override def toString: String = label
}

object BoundModel {

  /** The fields of a captured score. */
  val value: String = "value"
  val error: String = "error"
}
