// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong

/** The sessions of this JVM: one for each graph, whatever number of tasks score by it.
  *
  * A session is closed by whoever finds that nobody has used it for a while, never while somebody
  * does: the library would crash then.
  */
object Sessions {
  private val idleNanos = 10L * 60 * 1000 * 1000 * 1000
  private val entries = new ConcurrentHashMap[String, Entry]
  private val opened = new AtomicLong

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
    private var held = true

    /** Gives it back; a second time does nothing. */
    def release(): Unit = synchronized {
      if (held) { held = false; entry.giveBack() }
    }
  }

  /** The session of a key. Those that ask at once wait for the one that loads it.
    *
    * @param load
    *   raises where it cannot; the next one to ask tries again
    */
  def take(key: String, load: => TensorSession): Lease = {
    evict(idleNanos)
    // an entry that was evicted in between is closed for good
    Iterator
      .continually(entries.computeIfAbsent(key, _ => new Entry).take(load))
      .collectFirst { case Some(lease) => lease }
      .get
  }

  /** Closes what nobody has used for so long. */
  def evict(nanos: Long): Unit = entries.forEach { (key, entry) =>
    if (entry.closeIfIdle(nanos)) { entries.remove(key, entry); () }
  }

  /** How many sessions are open. */
  def open: Long = opened.get

  private final class Entry {
    private var session: Option[TensorSession] = None
    private var users = 0
    private var isClosed = false
    private var lastUse = System.nanoTime

    def take(load: => TensorSession): Option[Lease] = synchronized {
      if (isClosed) None
      else {
        val start = System.nanoTime
        val known = session
        val found = known.getOrElse {
          val loaded = load
          opened.incrementAndGet()
          session = Some(loaded)
          loaded
        }
        users += 1
        Some(new Lease(this, found, if (known.isDefined) 0L else System.nanoTime - start))
      }
    }

    def giveBack(): Unit = synchronized {
      users -= 1
      lastUse = System.nanoTime
    }

    def closeIfIdle(nanos: Long): Boolean = synchronized {
      val isIdle = users == 0 && System.nanoTime - lastUse >= nanos
      if (isIdle && !isClosed) {
        isClosed = true
        session.foreach { one =>
          opened.decrementAndGet()
          one.close()
        }
      }
      isIdle
    }
  }
}
