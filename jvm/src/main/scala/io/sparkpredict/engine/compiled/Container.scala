// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.compiled

import java.nio.charset.StandardCharsets.{US_ASCII, UTF_8}
import java.nio.{ByteBuffer, ByteOrder}

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

/** A head of JSON and named arrays: the form of plans and probes, `docs/model-plan.md`. */
final class Container private (val head: JsonNode, bytes: ByteBuffer, sections: Long) {

  /** Doubles; floats are widened. */
  def doubles(name: String): Array[Double] = {
    val (kind, data, length) = array(name)
    val out = new Array[Double](length)
    if (kind == "f4") {
      val floats = data.asFloatBuffer
      var at = 0
      while (at < length) { out(at) = floats.get(at).toDouble; at += 1 }
    } else {
      Container.check(kind == "f8", s"array $name has $kind, not numbers")
      data.asDoubleBuffer.get(out)
    }
    out
  }

  def ints(name: String): Array[Int] = {
    val (kind, data, length) = array(name)
    Container.check(kind == "i4" || kind == "u4", s"array $name has $kind, not whole numbers")
    val out = new Array[Int](length)
    data.asIntBuffer.get(out)
    Container.check(kind == "i4" || !out.exists(_ < 0), s"array $name has numbers beyond 2^31")
    out
  }

  /** Words of 32 bits, of which the highest is no sign. */
  def words(name: String): Array[Int] = {
    val (kind, data, length) = array(name)
    Container.check(kind == "u4", s"array $name has $kind, not words")
    val out = new Array[Int](length)
    data.asIntBuffer.get(out)
    out
  }

  def bytes(name: String): Array[Byte] = {
    val (kind, data, length) = array(name)
    Container.check(kind == "u1", s"array $name has $kind, not bytes")
    val out = new Array[Byte](length)
    data.get(out)
    out
  }

  private def array(name: String): (String, ByteBuffer, Int) = {
    val entry = head.path("arrays").path(name)
    Container.check(entry.isObject, s"it has no array $name")
    val kind = entry.path("dtype").asText
    val size = Container.sizes.getOrElse(kind, Container.broken(s"array $name has dtype $kind"))
    val (offset, length) = (entry.path("offset").asLong(-1), entry.path("length").asLong(-1))
    val (from, to) = (sections + offset, sections + offset + length * size)
    Container.check(
      offset >= 0 && length >= 0 && offset % 8 == 0 && to <= bytes.limit.toLong,
      s"array $name does not lie inside the sections"
    )
    val data = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN)
    data.limit(to.toInt)
    data.position(from.toInt)
    (kind, data.slice().order(ByteOrder.LITTLE_ENDIAN), length.toInt)
  }
}

object Container {
  val plan = "SPPLAN"
  val probes = "SPPROB"

  private val version = 1
  private val start = 12
  private val alignment = 8
  private val sizes = Map("f8" -> 8, "f4" -> 4, "i4" -> 4, "u4" -> 4, "u1" -> 1)

  /** Raises IllegalArgumentException for what is no container of this kind and version. */
  def read(kind: String, bytes: Array[Byte]): Container = {
    check(bytes.length >= start, s"${bytes.length} bytes are no container")
    val data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)
    val found = new String(bytes, 0, kind.length, US_ASCII)
    check(found == kind, s"it starts with '$found', not with '$kind'")
    val stated = data.getShort(6) & 0xffff
    check(stated == version, s"version $stated, this jar reads $version")
    val length = data.getInt(8) & 0xffffffffL
    check(start + length <= bytes.length, "its head is cut off")
    val head = new ObjectMapper().readTree(new String(bytes, start, length.toInt, UTF_8))
    check(head != null && head.isObject, "its head is no JSON object")
    val end = start + length
    new Container(head, data, (end + alignment - 1) / alignment * alignment)
  }

  def check(fine: Boolean, cause: => String): Unit = if (!fine) broken(cause)

  def broken(cause: String): Nothing = throw new IllegalArgumentException(cause)
}
