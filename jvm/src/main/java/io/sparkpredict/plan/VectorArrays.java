// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.plan;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** A Spark ML vector as Catalyst holds it (type, size, indices, values) as an array of doubles. */
public final class VectorArrays {
  private static final int SPARSE = 0;

  private VectorArrays() {}

  /** The values of a dense or sparse vector, zeros included. */
  public static ArrayData of(InternalRow vector) {
    double[] values = vector.getArray(3).toDoubleArray();
    if (vector.getByte(0) != SPARSE) {
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
    double[] all = new double[vector.getInt(1)];
    int[] places = vector.getArray(2).toIntArray();
    for (int at = 0; at < places.length; at++) {
      all[places[at]] = values[at];
    }
    return UnsafeArrayData.fromPrimitiveArray(all);
  }
}
