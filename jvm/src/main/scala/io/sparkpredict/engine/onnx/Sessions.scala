// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong
import java.util.concurrent.locks.ReentrantLock

import scala.annotation.tailrec

import org.slf4j.LoggerFactory

/** The sessions of this JVM: one for each graph, whatever number of tasks score by it.
  *
  * A session is closed when nobody has used it for a while, or when its binding ends, and never
  * while somebody uses it: the library would crash then.
  */
object Sessions {
  private val log = LoggerFactory.getLogger(getClass)
  private val entries = new ConcurrentHashMap[String, Entry]
  private val opened = new AtomicLong
  private val held = new AtomicLong

  /** A session that one user holds until it gives it back.
    *
    * @param loadNanos
    *   how long it took to load; 0 where it was there already
    */
  final class Lease private[Sessions] (
      entry: Entry,
      val session: TensorSession,
      val loadNanos: Long
  ) {
    private var isHeld = true

    /** Gives it back; a second time does nothing. */
    def release(): Unit = synchronized {
      if (isHeld) { isHeld = false; entry.giveBack() }
    }
  }

  /** The session of a key. Those that ask at once wait for the one that loads it.
    *
    * @param load
    *   raises where it cannot; the next one to ask tries again
    */
  @tailrec
  def take(key: String, load: => TensorSession): Lease = {
    val entry = entries.computeIfAbsent(key, _ => new Entry(key))
    entry.take(load) match {
      case Some(lease) => lease
      case None => // closed in between, for good
        entries.remove(key, entry)
        take(key, load)
    }
  }

  /** Closes what nobody has used for so long. */
  def evict(nanos: Long): Unit = entries.forEach((_, entry) => close(entry, nanos))

  /** Closes the session of a key unless somebody uses it. */
  def close(key: String): Unit = Option(entries.get(key)).foreach(close(_, 0))

  private def close(entry: Entry, nanos: Long): Unit =
    if (entry.closeIfIdle(nanos)) { entries.remove(entry.key, entry); () }

  /** How many sessions are open. */
  def open: Long = opened.get

  /** How many users hold one. */
  def leased: Long = held.get

  private final class Entry(val key: String) {
    private val lock = new ReentrantLock
    private var session: Option[TensorSession] = None
    private var users = 0
    private var isClosed = false
    private var lastUse = System.nanoTime

    def take(load: => TensorSession): Option[Lease] = {
      lock.lockInterruptibly() // a task that is killed does not wait for another one's load
      try
        if (isClosed) None
        else {
          val known = session
          val (found, nanos) = known.fold(loaded(load))(_ -> 0L)
          session = Some(found)
          users += 1
          held.incrementAndGet()
          Some(new Lease(this, found, nanos))
        }
      finally lock.unlock()
    }

    private def loaded(load: => TensorSession): (TensorSession, Long) = {
      val start = System.nanoTime
      val made = load
      val nanos = System.nanoTime - start
      log.info(s"opened the ONNX session of $key in ${nanos / 1000000} ms")
      opened.incrementAndGet()
      made -> nanos
    }

    def giveBack(): Unit = {
      lock.lock()
      try {
        users -= 1
        held.decrementAndGet()
        lastUse = System.nanoTime
      } finally lock.unlock()
    }

    /** Whoever has the lock is about to use the session: it is not idle then. */
    def closeIfIdle(nanos: Long): Boolean = lock.tryLock() && {
      try {
        val idle = System.nanoTime - lastUse
        val closes = !isClosed && users == 0 && idle >= nanos
        if (closes) {
          isClosed = true
          session.foreach(closed(_, idle))
        }
        closes
      } finally lock.unlock()
    }

    private def closed(one: TensorSession, idle: Long): Unit = {
      opened.decrementAndGet()
      try {
        one.close()
        log.info(s"closed the ONNX session of $key: unused for ${idle / 1000000000} s")
      } catch {
        case failed: TensorException =>
          log.warn(s"the ONNX session of $key does not close: ${failed.getMessage}")
      }
    }
  }
}
