// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

/** How a graph is scored, for a plan and for `info()`.
  *
  * @param device
  *   that the binding asks for
  * @param inputs
  *   for each of its inputs what it is, and how many arguments fill it
  */
final case class OnnxLabel(
    runtime: String,
    nodes: Long,
    device: String,
    inputs: Seq[(String, Int)]
) {

  /** For a call of so many arguments: a lone row can come as its numbers. */
  def of(arguments: Int): String = {
    val filled = inputs match {
      case Seq((input, _)) => Seq((input, arguments))
      case several => several
    }
    val shown = filled.map { case (input, count) =>
      s"$count ${if (count == 1) "argument" else "arguments"} -> $input"
    }
    val where = if (device == Device.cpu) "" else s" on $device"
    s"ONNX Runtime $runtime$where, $nodes nodes, ${shown.mkString(", ")}"
  }
}

object OnnxLabel {
  def apply(runtime: String, graph: OnnxGraph, device: String): OnnxLabel =
    OnnxLabel(
      runtime,
      graph.nodes,
      device,
      graph.inputs.zip(graph.fed).map { case (input, places) =>
        (s"${input.name} ${input.kind}", places.size)
      }
    )
}
