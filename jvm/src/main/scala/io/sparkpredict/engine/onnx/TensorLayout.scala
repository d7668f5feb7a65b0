// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

/** Which argument of a call goes where.
  *
  * @param inputs
  *   the graph's, with all sizes closed
  * @param slots
  *   one for each argument
  */
final case class TensorLayout(inputs: Seq[TensorType], slots: Seq[Slot])

/** Where an argument goes.
  *
  * @param input
  *   place of the graph's input
  * @param offset
  *   where among the values of its row
  * @param isWhole
  *   whether it is the whole row: an array, or the one value
  */
final case class Slot(input: Int, offset: Int, isWhole: Boolean)

object TensorLayout {

  /** None where so many arguments are not what fills the graph's inputs. */
  def of(graph: OnnxGraph, arguments: Int): Option[TensorLayout] = {
    val fed = graph.fed match {
      // a lone row that comes as its numbers
      case Seq(Seq(_)) if arguments > 1 => Seq(0 until arguments)
      case own => own
    }
    val inputs = graph.inputs.zip(fed).map { case (input, places) => closed(input, places.size) }
    val slots = (0 until arguments).map { argument =>
      fed.zipWithIndex.collectFirst {
        case (places, input) if places.contains(argument) =>
          Slot(input, places.indexOf(argument), places.size == 1)
      }
    }
    val fits = fed.size == graph.inputs.size && slots.forall(_.isDefined) &&
      inputs.forall(_.isDefined) && fed.map(_.size).sum == arguments
    if (fits) Some(TensorLayout(inputs.flatten, slots.flatten)) else None
  }

  /** With as many values a row as there are places, where there are several. */
  private def closed(input: TensorType, places: Int): Option[TensorType] =
    if (places == 1 && input.width >= 1) Some(input)
    else if (input.row.toSeq == Seq(-1L))
      Some(new TensorType(input.name, input.kind, places.toLong))
    else if (input.width == places && input.row.length == 1) Some(input)
    else None
}
