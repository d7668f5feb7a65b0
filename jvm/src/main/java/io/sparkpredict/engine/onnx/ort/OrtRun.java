// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sparkpredict.engine.onnx.Tensor;
import io.sparkpredict.engine.onnx.TensorException;
import io.sparkpredict.engine.onnx.TensorRun;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The library's tensors over our buffers. Numbers go in and out without a copy by the library, and
 * as long as blocks have one size, nothing native is made for a block.
 */
final class OrtRun implements TensorRun {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Tensor[] given;
  private final Tensor[] asked;
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
  private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
  private final Set<String> unpinned = new HashSet<>();
  private int size = -1;

  OrtRun(OrtEnvironment environment, OrtSession session, Tensor[] given, Tensor[] asked) {
    this.environment = environment;
    this.session = session;
    this.given = given;
    this.asked = asked;
    for (Tensor one : asked) {
      if (one.buffer() == null) {
        unpinned.add(one.type().name());
      }
    }
  }

  @Override
  public void run(int rows) throws TensorException {
    try {
      if (rows != size) {
        resize(rows);
      }
      for (Tensor one : given) {
        one.toBuffer(rows);
      }
      giveTexts(rows);
      try (OrtSession.Result result = session.run(inputs, unpinned, pinned)) {
        for (Tensor one : asked) {
          if (one.buffer() != null) {
            one.fromBuffer(rows);
          } else {
            take((OnnxTensor) result.get(one.type().name()).get(), one, rows);
          }
        }
      }
    } catch (OrtException failed) {
      throw new TensorException(failed.getMessage());
    }
  }

  /** Texts have no buffer: the library copies them. */
  private void giveTexts(int rows) throws OrtException {
    for (Tensor one : given) {
      if (one.buffer() == null) {
        String name = one.type().name();
        OnnxTensor before = inputs.remove(name);
        if (before != null) {
          before.close();
        }
        long[] shape = one.type().shape(rows);
        inputs.put(name, OnnxTensor.createTensor(environment, one.firstTexts(rows), shape));
      }
    }
  }

  /** Out of a tensor of the library's, which it copies. */
  private static void take(OnnxTensor found, Tensor into, int rows)
      throws OrtException, TensorException {
    long[] shape = found.getInfo().getShape();
    if (!Arrays.equals(shape, into.type().shape(rows))) {
      throw new TensorException(
          "output " + into.type().name() + " has the shape " + Arrays.toString(shape));
    }
    if (into.shorts != null) {
      found.getShortBuffer().get(into.shorts, 0, rows * into.width());
    } else if (into.ints != null) {
      found.getIntBuffer().get(into.ints, 0, rows * into.width());
    } else {
      flatten(found.getValue(), into.texts, 0);
    }
  }

  private static int flatten(Object value, String[] into, int at) {
    if (value instanceof Object[] && !(value instanceof String[])) {
      int next = at;
      for (Object part : (Object[]) value) {
        next = flatten(part, into, next);
      }
      return next;
    }
    String[] all = (String[]) value;
    System.arraycopy(all, 0, into, at, all.length);
    return at + all.length;
  }

  private void resize(int rows) throws OrtException {
    close();
    for (Tensor one : given) {
      if (one.buffer() != null) {
        inputs.put(one.type().name(), over(one, rows));
      }
    }
    for (Tensor one : asked) {
      if (one.buffer() != null) {
        pinned.put(one.type().name(), over(one, rows));
      }
    }
    size = rows;
  }

  /** Typed views, not the bytes: how many of these an element takes differed between versions. */
  private OnnxTensor over(Tensor one, int rows) throws OrtException {
    ByteBuffer bytes = one.buffer().duplicate().order(one.buffer().order());
    bytes.limit(rows * one.width() * one.type().kind().bytes);
    long[] shape = one.type().shape(rows);
    switch (one.type().kind()) {
      case FLOAT:
        return OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), shape);
      case DOUBLE:
        return OnnxTensor.createTensor(environment, bytes.asDoubleBuffer(), shape);
      case INT64:
        return OnnxTensor.createTensor(environment, bytes.asLongBuffer(), shape);
      case INT32:
        return OnnxTensor.createTensor(environment, bytes.asIntBuffer(), shape);
      case INT16:
        return OnnxTensor.createTensor(environment, bytes.asShortBuffer(), shape);
      case FLOAT16:
        return OnnxTensor.createTensor(
            environment, bytes.asShortBuffer(), shape, OnnxJavaType.FLOAT16);
      default:
        OnnxJavaType type = OnnxJavaType.valueOf(one.type().kind().name());
        return OnnxTensor.createTensor(environment, bytes, shape, type);
    }
  }

  @Override
  public void close() {
    size = -1;
    inputs.values().forEach(OnnxTensor::close);
    pinned.values().forEach(OnnxTensor::close);
    inputs.clear();
    pinned.clear();
  }
}
