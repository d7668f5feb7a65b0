// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

/** How a graph is scored, for a plan and for `info()`.
  *
  * @param inputs
  *   for each of its inputs what it is, and how many arguments fill it
  */
final case class OnnxLabel(runtime: String, nodes: Long, inputs: Seq[(String, Int)]) {

  /** For a call of so many arguments: a lone row can come as its numbers. */
  def of(arguments: Int): String = {
    val filled = inputs match {
      case Seq((input, _)) => Seq((input, arguments))
      case several => several
    }
    val shown = filled.map { case (input, count) =>
      s"$count ${if (count == 1) "argument" else "arguments"} -> $input"
    }
    s"ONNX Runtime $runtime, $nodes nodes, ${shown.mkString(", ")}"
  }
}

object OnnxLabel {
  def apply(runtime: String, graph: OnnxGraph): OnnxLabel =
    OnnxLabel(
      runtime,
      graph.nodes,
      graph.inputs.zip(graph.fed).map { case (input, places) =>
        (s"${input.name} ${input.kind}", places.size)
      }
    )
}
