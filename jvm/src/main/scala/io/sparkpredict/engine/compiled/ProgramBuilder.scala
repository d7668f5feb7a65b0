// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import scala.collection.JavaConverters._
import scala.collection.mutable

import io.sparkpredict.kernel.{Dictionary, Program}

/** Makes a plan, or what some of its columns need of it, into a program: which steps run, and in
  * which slots of a block their columns stand.
  */
object ProgramBuilder {

  /** A program that answers with these columns of the plan. */
  def build(plan: PlanFile, outputs: Seq[Int]): Program = {
    val needs = PlanNeeds(plan, outputs)
    val slots = new ColumnSlots(plan, needs)
    val dictionary = new Dictionary(knownTexts(needs).asJava, knownHashes(needs))
    val factory = new StepFactory(plan, dictionary)
    val inputs = plan.inputs.indices.map { column =>
      if (needs.isRead(column)) slots.take(column) else -1
    }
    val steps = needs.steps.map { step =>
      val in = step.in.map(slots.of)
      factory.make(step, in.toArray, slots.outputs(step).toArray)
    }
    new Program(
      plan.inputs.map(_.isText.contains(true)).toArray,
      inputs.toArray,
      factory.dictionary,
      steps.toArray,
      slots.count(isText = false),
      slots.count(isText = true),
      outputs.map(slots.of).toArray,
      factory.flaws.toArray
    )
  }

  private def knownHashes(needs: PlanNeeds): Array[Int] =
    needs.steps.filter(_.has("hashes")).flatMap(_.ints("hashes")).toArray

  private def knownTexts(needs: PlanNeeds): Seq[String] = {
    val texts = mutable.LinkedHashSet.empty[String]
    needs.steps.foreach { step =>
      step.operation match {
        case "impute_text" => texts ++= step.text("missing") ++ step.texts("values").flatten
        case "missing_text" => texts ++= step.text("missing")
        case "onehot" | "codes" if step.has("texts") => texts ++= step.texts("texts").flatten
        case _ => ()
      }
    }
    texts.toSeq
  }
}

/** The steps that some columns need, and those that find bad rows, whatever is asked for.
  *
  * @param lastUse
  *   the last step that reads a column; for an answer one behind all steps
  */
final case class PlanNeeds(steps: Vector[PlanStep], lastUse: Map[Int, Int]) {
  def isRead(column: Int): Boolean = lastUse.contains(column)
}

object PlanNeeds {
  def apply(plan: PlanFile, outputs: Seq[Int]): PlanNeeds = {
    val needed = mutable.Set(outputs: _*)
    val steps = plan.steps.reverse.filter { step =>
      val appended = step.firstOut until step.firstOut + step.out
      val isNeeded = refuses(step) || appended.exists(needed)
      if (isNeeded) needed ++= reads(step, needed.toSet)
      isNeeded
    }.reverse
    val uses = steps.zipWithIndex.flatMap { case (step, at) =>
      reads(step, needed.toSet).map(_ -> at)
    }
    PlanNeeds(steps, uses.toMap ++ outputs.map(_ -> steps.size))
  }

  private def refuses(step: PlanStep): Boolean = step.operation match {
    case "refuse" | "refuse_outside" => true
    case "onehot" | "codes" => !step.has("unknown")
    case _ => false
  }

  /** Of a step that works column by column only the columns whose answers somebody reads. */
  private def reads(step: PlanStep, needed: Set[Int]): Seq[Int] =
    if (ColumnSlots.byColumn(step.operation)) {
      step.in.indices.filter(at => needed(step.firstOut + at)).map(step.in)
    } else step.in
}

/** The slots of columns; one is used again when nobody reads its column any more. */
private final class ColumnSlots(plan: PlanFile, needs: PlanNeeds) {
  private val isText = mutable.Set.empty[Int]
  private val slots = mutable.Map.empty[Int, Int]
  private val free = Map(false -> mutable.Set.empty[Int], true -> mutable.Set.empty[Int])
  private val counts = mutable.Map(false -> 0, true -> 0)
  private var at = 0

  plan.inputs.zipWithIndex.foreach { case (input, column) =>
    if (input.isText.contains(true)) isText += column
  }
  plan.steps.filter(_.operation == "impute_text").foreach { step =>
    isText ++= (step.firstOut until step.firstOut + step.out)
  }

  def count(isText: Boolean): Int = counts(isText)

  /** A column's slot, -1 for one that nobody reads. */
  def of(column: Int): Int = slots.getOrElse(column, -1)

  def take(column: Int): Int = {
    val kind = isText(column)
    val slot = free(kind).headOption.getOrElse { counts(kind) += 1; counts(kind) - 1 }
    free(kind) -= slot
    slots(column) = slot
    slot
  }

  /** Slots of what the next step appends; -1 where nobody reads it and the step may leave it out. */
  def outputs(step: PlanStep): Seq[Int] = {
    val mayLeaveOut = step.operation match {
      case "forest" | "codes" | "argmax" | "impute_text" | "weighted_median" => false
      case _ => true
    }
    val dying = step.in.distinct.filter(column => slots.contains(column) && lastUse(column) <= at)
    val out = (0 until step.out).map { k =>
      val column = step.firstOut + k
      if (!needs.isRead(column) && mayLeaveOut) -1
      else if (canReplace(step, k, dying)) replace(step.in(k), column)
      else take(column)
    }
    dying.filter(slots.contains).foreach(release)
    (0 until step.out)
      .map(step.firstOut + _)
      .filter(c => slots.contains(c) && !needs.isRead(c))
      .foreach(release)
    at += 1
    out
  }

  /** Column by column, what is read for the last time may be written over. */
  private def canReplace(step: PlanStep, k: Int, dying: Seq[Int]): Boolean =
    ColumnSlots.byColumn(step.operation) && dying.contains(step.in(k)) &&
      step.in.count(_ == step.in(k)) == 1 && isText(step.in(k)) == isText(step.firstOut + k)

  private def replace(old: Int, column: Int): Int = {
    val slot = slots.remove(old).get
    slots(column) = slot
    slot
  }

  private def release(column: Int): Unit =
    slots.remove(column).foreach(free(isText(column)) += _)

  private def lastUse(column: Int): Int = needs.lastUse.getOrElse(column, -1)
}

private object ColumnSlots {
  val byColumn: Set[String] =
    Set(
      "affine",
      "bins",
      "cast32",
      "impute",
      "impute_text",
      "missing",
      "missing_text",
      "scale",
      "yeo_johnson"
    )
}
