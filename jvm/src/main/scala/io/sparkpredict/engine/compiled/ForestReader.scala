// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import java.util.Arrays

import io.sparkpredict.kernel.{ForestStep, LeafValues, Trees}

/** Reads the arrays of a plan's forest and checks that they are trees. */
object ForestReader {
  def read(step: PlanStep, in: Array[Int], out: Array[Int]): ForestStep = {
    val width = if (step.has("target")) 1 else out.length
    val trees = new ForestReader(step, in, width).trees
    val count = trees.roots.length
    val target = if (step.has("target")) step.ints("target") else new Array[Int](count)
    Container.check(
      target.length == count && target.forall(at => at >= 0 && at <= out.length - width),
      s"its trees do not each add to one of ${out.length} outputs"
    )
    val sums = new LeafValues(
      out,
      step.doubles("base"),
      step.text("base_at").contains("first"),
      if (step.has("divisor")) step.number("divisor") else 1.0,
      target,
      width,
      step.text("sum").contains("f4")
    )
    ForestStep.of(trees, sums)
  }
}

/** Nodes come first, leaf k of the file as node `nodes + k`. */
private final class ForestReader(step: PlanStep, in: Array[Int], width: Int) {
  // the bits of a node's flags
  private val missingLeft = 1
  private val zeroIsMissing = 2

  private val treeNodes = step.ints("tree_nodes")
  private val treeLeaves = step.ints("tree_leaves")
  private val feature = step.ints("feature")
  private val threshold = step.doubles("threshold")
  private val left = step.ints("left")
  private val right = step.ints("right")
  private val flags = step.bytes("flags")
  private val values = step.doubles("leaf")
  private val nodes = feature.length
  private val leaves = values.length / width

  def trees: Trees = {
    checkSizes()
    val all = nodes + leaves
    val slot = Arrays.copyOf(feature, all)
    val goesLeft = new Array[Boolean](all)
    val missing = new Array[Trees.Missing](all)
    val leaf = new Array[Int](all)
    var node = 0
    while (node < nodes) {
      Container.check(
        feature(node) >= 0 && feature(node) < in.length && !threshold(node).isNaN,
        s"node $node tests no column of the forest's, or by no number"
      )
      slot(node) = in(feature(node))
      goesLeft(node) = (flags(node) & missingLeft) != 0
      missing(node) =
        if ((flags(node) & zeroIsMissing) != 0) Trees.Missing.ZERO else Trees.Missing.NAN
      node += 1
    }
    while (node < all) {
      slot(node) = -1
      leaf(node) = (node - nodes) * width
      node += 1
    }
    new Trees(
      roots(),
      slot,
      threshold,
      left,
      right,
      goesLeft,
      missing,
      if (step.has("set")) step.ints("set") else Array.fill(nodes)(-1),
      sets(),
      leaf,
      values
    )
  }

  /** Makes children places among all nodes. */
  private def roots(): Array[Int] = {
    val roots = new Array[Int](treeNodes.length - 1)
    var tree = 0
    while (tree < roots.length) {
      val (first, last) = (treeNodes(tree), treeNodes(tree + 1))
      roots(tree) = if (first < last) first else nodes + treeLeaves(tree)
      var node = first
      while (node < last) {
        left(node) = child(tree, node, left(node))
        right(node) = child(tree, node, right(node))
        node += 1
      }
      tree += 1
    }
    roots
  }

  /** Children come after their parents: so a walk ends. */
  private def child(tree: Int, parent: Int, stated: Int): Int = {
    val node = if (stated >= 0) treeNodes(tree) + stated else nodes + treeLeaves(tree) + ~stated
    val isOfTree =
      if (stated >= 0) node > parent && node < treeNodes(tree + 1)
      else node < nodes + treeLeaves(tree + 1)
    Container.check(isOfTree, s"node $parent has a child $stated, which is none of its tree's")
    node
  }

  private def checkSizes(): Unit = {
    val trees = treeNodes.length - 1
    val sizes = Seq(threshold.length, left.length, right.length, flags.length)
    Container.check(
      trees >= 0 && treeLeaves.length == trees + 1 && sizes.forall(_ == nodes) &&
        treeNodes(trees) == nodes && treeLeaves(trees) == leaves && leaves == nodes + trees &&
        values.length == leaves * width,
      s"the arrays of its forest do not fit: $trees trees, $nodes nodes, $leaves leaves"
    )
    Container.check(
      isRising(treeNodes) && isRising(treeLeaves),
      "the trees of its forest do not stand one after the other"
    )
  }

  private def isRising(starts: Array[Int]): Boolean =
    starts.head == 0 && starts.indices.drop(1).forall(at => starts(at - 1) <= starts(at))

  /** Words of 32 bits as words of 64. */
  private def sets(): Array[Array[Long]] =
    if (!step.has("set")) Array.empty
    else {
      val (starts, words) = (step.ints("set_starts"), step.words("set_words"))
      Container.check(isRising(starts) && starts.last == words.length, "its sets do not fit")
      starts.indices
        .drop(1)
        .map { at =>
          val set = words.slice(starts(at - 1), starts(at))
          val wide = new Array[Long]((set.length + 1) / 2)
          set.indices.foreach(k => wide(k / 2) |= (set(k) & 0xffffffffL) << (32 * (k % 2)))
          wide
        }
        .toArray
    }
}
