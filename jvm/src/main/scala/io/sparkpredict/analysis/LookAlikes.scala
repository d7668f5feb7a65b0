// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.analysis

/** Pairs a missing feature with an argument whose name differs by case, separators or a typo. */
object LookAlikes {
  private val farthest = 2

  def apply(missing: Seq[String], extra: Seq[String]): Seq[String] =
    missing.flatMap { feature =>
      extra.filter(similar(feature, _)).map(argument => s"$argument for $feature")
    }

  private def similar(one: String, other: String): Boolean = {
    val (left, right) = (plain(one), plain(other))
    left == right || (left.length > farthest && distance(left, right) <= farthest)
  }

  private def plain(name: String): String = name.toLowerCase.filter(_.isLetterOrDigit)

  /** Levenshtein's edit distance. */
  private def distance(one: String, other: String): Int =
    one
      .foldLeft((0 to other.length).toVector) { (row, left) =>
        other.zipWithIndex.foldLeft(Vector(row.head + 1)) { case (next, (right, column)) =>
          val replaced = row(column) + (if (left == right) 0 else 1)
          next :+ math.min(replaced, math.min(next.last, row(column + 1)) + 1)
        }
      }
      .last
}
