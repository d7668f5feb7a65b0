// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import scala.collection.mutable

import io.sparkpredict.kernel.{
  Above,
  Affine,
  Argmax,
  Bins,
  BlockStep,
  Cast32,
  Categories,
  Codes,
  Dictionary,
  Divide,
  Impute,
  Interpolate,
  Linear,
  Linear32,
  Link,
  MissingFlag,
  NumberCategories,
  OneHot,
  Product,
  Refuse,
  RefuseOutside,
  RowLink,
  Scale,
  Spline,
  StepSequence,
  TextCategories,
  TextTable,
  UnitLink,
  WeightedMedian,
  YeoJohnson
}

/** From a plan's step to the kernel's. Notes what each flaw means that a step can find. */
final class StepFactory(plan: PlanFile, val dictionary: Dictionary) {
  val flaws: mutable.Buffer[String] = mutable.Buffer.empty

  /** @param in
    *   slots that the step reads
    * @param out
    *   slots that it writes, -1 for what nobody reads
    */
  def make(step: PlanStep, in: Array[Int], out: Array[Int]): BlockStep = step.operation match {
    case "cast32" => new Cast32(in, out)
    case "refuse" =>
      val told = step.text("message").getOrElse("")
      new Refuse(in, step.flag("nan"), step.flag("infinite"), flaw(s"ValueError: $told"))
    case "refuse_outside" => refuseOutside(step, in)
    case "impute" => new Impute(in, out, step.number("missing"), step.doubles("values"))
    case "missing" => new MissingFlag(in, out, step.number("missing"))
    case "impute_text" => imputeText(step, in, out)
    case "missing_text" => missingText(step, in, out)
    case "scale" => new Scale(in, out, optional(step, "center"), optional(step, "scale"))
    case "affine" =>
      new Affine(in, out, step.doubles("scale"), step.doubles("offset"), optional(step, "clip"))
    case "onehot" => oneHot(step, in.head, out)
    case "codes" => codes(step, in.head, out.head)
    case "product" => new Product(in, out)
    case "bins" => new Bins(in, out, step.doubles("edges"), step.ints("starts"))
    case "interpolate" =>
      val (at, values) = (step.doubles("at"), step.doubles("values"))
      new Interpolate(in, out, at, values, optional(step, "beyond"))
    case "yeo_johnson" => new YeoJohnson(in, out, step.doubles("powers"))
    case "weighted_median" => new WeightedMedian(in, out.head, step.doubles("weights"))
    case "linear" => new Linear(in, out, step.doubles("coefficients"), step.doubles("intercept"))
    case "linear32" =>
      new Linear32(in, out, step.doubles("coefficients"), step.doubles("intercept"))
    case "spline" => spline(step, in.head, out)
    case "forest" => ForestReader.read(step, in, out)
    case "link" => link(step, in, out)
    case "argmax" => new Argmax(in, out.head)
    case "threshold" => new Above(in, out, step.number("above"))
    case other => Container.broken(s"it has a step '$other', which this jar does not know")
  }

  private def refuseOutside(step: PlanStep, in: Array[Int]): BlockStep = {
    val inside = step.doubles("inside")
    val told = step.text("message").getOrElse("")
    new RefuseOutside(in, inside.head, inside.last, flaw(s"ValueError: $told"))
  }

  private def spline(step: PlanStep, in: Int, out: Array[Int]): BlockStep = {
    val (knots, degree) = (step.doubles("knots"), step.whole("degree"))
    new Spline(in, out, knots, degree, step.flag("periodic"), optional(step, "ends"))
  }

  private def link(step: PlanStep, in: Array[Int], out: Array[Int]): BlockStep = {
    val name = step.text("function").getOrElse("").toUpperCase(java.util.Locale.ROOT)
    if (name == "DIVIDE") new Divide(in, out, step.number("divisor"))
    else {
      val least = Option(optional(step, "least")).fold(0.0)(_.head)
      Link.Function.values
        .find(_.name == name)
        .map(new Link(in, out, _): BlockStep)
        .orElse(RowLink.Function.values.find(_.name == name).map(new RowLink(in, out, _)))
        .orElse(UnitLink.Size.values.find(_.name == name).map(new UnitLink(in, out, _, least)))
        .getOrElse(Container.broken(s"it has a link '$name', which this jar does not know"))
    }
  }

  private def oneHot(step: PlanStep, in: Int, out: Array[Int]): BlockStep = {
    val unknown = if (step.has("unknown")) step.whole("unknown") else OneHot.REFUSED
    val number = if (step.has("unknown")) 0 else unknownFlaw(step)
    new OneHot(categories(step, in), out, step.ints("places"), unknown, number)
  }

  private def codes(step: PlanStep, in: Int, out: Int): BlockStep = {
    val unknown = Option(optional(step, "unknown")).fold(Double.NaN)(_.head)
    val number = if (step.has("unknown")) 0 else unknownFlaw(step)
    new Codes(categories(step, in), out, step.doubles("values"), unknown, number)
  }

  private def categories(step: PlanStep, in: Int): Categories =
    if (step.has("numbers")) new NumberCategories(in, step.doubles("numbers"))
    else {
      val table = Array.fill(dictionary.size)(Categories.UNKNOWN)
      places(step).zipWithIndex.foreach { case (place, at) => table(place) = at }
      new TextCategories(in, table)
    }

  private def places(step: PlanStep): Seq[Int] =
    if (step.has("hashes")) step.ints("hashes").toSeq.map(dictionary.placeOfHash)
    else step.texts("texts").map(place)

  private def imputeText(step: PlanStep, in: Array[Int], out: Array[Int]): BlockStep =
    StepSequence.of(in.indices.filter(out(_) >= 0).map { k =>
      val table = Array.tabulate(dictionary.size)(identity)
      table(place(step.text("missing"))) = place(step.texts("values")(k))
      new TextTable(in(k), out(k), table): BlockStep
    }: _*)

  private def missingText(step: PlanStep, in: Array[Int], out: Array[Int]): BlockStep =
    StepSequence.of(in.indices.filter(out(_) >= 0).map { k =>
      val table = Array.fill(dictionary.size)(Categories.UNKNOWN)
      table(place(step.text("missing"))) = 0
      new Codes(new TextCategories(in(k), table), out(k), Array(1.0), 0.0, 0): BlockStep
    }: _*)

  private def place(text: Option[String]): Int = dictionary.place(text.orNull)

  private def optional(step: PlanStep, field: String): Array[Double] =
    if (step.has(field)) step.doubles(field) else null

  private def unknownFlaw(step: PlanStep): Int = {
    val name = plan.inputs.lift(step.in.head).fold("a feature")(input => s"feature ${input.name}")
    flaw(s"ValueError: $name has a value that is none of the categories the model knows")
  }

  private def flaw(text: String): Int = { flaws += text; flaws.size }
}
