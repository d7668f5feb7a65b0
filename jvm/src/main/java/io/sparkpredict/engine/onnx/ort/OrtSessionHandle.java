// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx.ort;

import ai.onnxruntime.NodeInfo;
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
    TensorType.Kind kind = kind(info.onnxType);
    long[] shape = info.getShape();
    if (kind == null) {
      return null;
    }
    long[] row = shape.length == 0 ? new long[] {-1} : Arrays.copyOfRange(shape, 1, shape.length);
    return new TensorType(node.getName(), kind, row);
  }

  /** By the graph's own type: to Java's a number without sign is as wide as one with. */
  private static TensorType.Kind kind(TensorInfo.OnnxTensorType type) {
    switch (type) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT:
        return TensorType.Kind.FLOAT;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE:
        return TensorType.Kind.DOUBLE;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16:
        return TensorType.Kind.FLOAT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64:
        return TensorType.Kind.INT64;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32:
        return TensorType.Kind.INT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16:
        return TensorType.Kind.INT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8:
        return TensorType.Kind.INT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32:
        return TensorType.Kind.UINT32;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16:
        return TensorType.Kind.UINT16;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8:
        return TensorType.Kind.UINT8;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL:
        return TensorType.Kind.BOOL;
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING:
        return TensorType.Kind.STRING;
      default:
        return null;
    }
  }
}
