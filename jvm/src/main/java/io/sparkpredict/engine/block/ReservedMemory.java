// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.block;

import java.io.IOException;
import org.apache.spark.TaskContext;
import org.apache.spark.memory.MemoryConsumer;
import org.apache.spark.memory.MemoryMode;
import org.apache.spark.util.TaskCompletionListener;

/** What a task's blocks take of the memory that Spark shares out. It cannot be spilled. */
public final class ReservedMemory extends MemoryConsumer {
  private ReservedMemory(TaskContext task) {
    super(task.taskMemoryManager(), task.taskMemoryManager().pageSizeBytes(), MemoryMode.ON_HEAP);
  }

  /** Reserves memory until the task ends; Spark raises an error where there is not enough. */
  public static void reserve(TaskContext task, long bytes) throws IOException {
    ReservedMemory memory = new ReservedMemory(task);
    long granted = memory.acquireMemory(bytes);
    task.addTaskCompletionListener(
        (TaskCompletionListener) ended -> memory.freeMemory(memory.getUsed()));
    if (granted < bytes) {
      throw new OutOfMemoryError(
          "Spark gave " + granted + " of the " + bytes + " bytes that a block of rows takes");
    }
  }

  @Override
  public long spill(long size, MemoryConsumer trigger) {
    return 0;
  }
}
