// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx.ort;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.sparkpredict.engine.onnx.Tensor;
import io.sparkpredict.engine.onnx.TensorException;
import io.sparkpredict.engine.onnx.TensorRun;
import io.sparkpredict.engine.onnx.TensorSession;
import io.sparkpredict.engine.onnx.TensorType;
import java.util.Arrays;
import java.util.Collection;

/** A session of the library. */
final class OrtSessionHandle implements TensorSession {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final OrtSession.SessionOptions options;
  private final TensorType[] inputs;
  private final TensorType[] outputs;

  OrtSessionHandle(
      OrtEnvironment environment, OrtSession session, OrtSession.SessionOptions options)
      throws OrtException {
    this.environment = environment;
    this.session = session;
    this.options = options;
    inputs = types(session.getInputInfo().values());
    outputs = types(session.getOutputInfo().values());
  }

  @Override
  public TensorType[] inputs() {
    return inputs.clone();
  }

  @Override
  public TensorType[] outputs() {
    return outputs.clone();
  }

  @Override
  public TensorRun prepare(Tensor[] given, Tensor[] asked) {
    return new OrtRun(environment, session, given, asked);
  }

  @Override
  public void close() throws TensorException {
    try {
      session.close();
    } catch (OrtException failed) {
      throw new TensorException(failed.getMessage());
    } finally {
      options.close();
    }
  }

  private static TensorType[] types(Collection<NodeInfo> nodes) {
    return nodes.stream().map(OrtSessionHandle::type).toArray(TensorType[]::new);
  }

  private static TensorType type(NodeInfo node) {
    if (!(node.getInfo() instanceof TensorInfo)) {
      return null;
    }
    TensorInfo info = (TensorInfo) node.getInfo();
    TensorType.Kind kind = kind(info.type);
    long[] shape = info.getShape();
    if (kind == null) {
      return null;
    }
    long[] row = shape.length == 0 ? new long[] {-1} : Arrays.copyOfRange(shape, 1, shape.length);
    return new TensorType(node.getName(), kind, row);
  }

  private static TensorType.Kind kind(OnnxJavaType type) {
    switch (type) {
      case FLOAT:
        return TensorType.Kind.FLOAT;
      case DOUBLE:
        return TensorType.Kind.DOUBLE;
      case INT64:
        return TensorType.Kind.INT64;
      case INT32:
        return TensorType.Kind.INT32;
      case BOOL:
        return TensorType.Kind.BOOL;
      case STRING:
        return TensorType.Kind.STRING;
      default:
        return null;
    }
  }
}
