// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import java.util.Map;
import java.util.TreeMap;

/** How a session runs its graph. */
public final class SessionSettings {

  /** What the library may make of a graph before it runs it; by the library's own names. */
  public enum Level {
    NO_OPT,
    BASIC_OPT,
    EXTENDED_OPT,
    LAYOUT_OPT,
    ALL_OPT
  }

  /** How many threads compute one operator; the caller's is one of them. */
  public final int threads;

  /** How many operators are computed at once, where the graph lets them. */
  public final int branches;

  /** Whether operators may be computed at once. */
  public final boolean isParallel;

  public final Level level;

  /** Whether memory is kept from one run to the next. */
  public final boolean arena;

  /** The number of the GPU that runs the graph; -1 for none. */
  public final int gpu;

  /** The library's entries by their keys. */
  public final Map<String, String> entries;

  public SessionSettings(
      int threads,
      int branches,
      boolean isParallel,
      Level level,
      boolean arena,
      int gpu,
      Map<String, String> entries) {
    this.threads = threads;
    this.branches = branches;
    this.isParallel = isParallel;
    this.level = level;
    this.arena = arena;
    this.gpu = gpu;
    this.entries = new TreeMap<>(entries);
  }

  /** Equal for equal settings: a session is found by it. */
  @Override
  public String toString() {
    String where = gpu < 0 ? "" : ", GPU " + gpu;
    String how = (isParallel ? "parallel " : "") + level + (arena ? ", arena" : "");
    return "(" + threads + "/" + branches + " threads, " + how + where + ", " + entries + ")";
  }
}
