// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.sparkpredict.engine.onnx.TensorException;
import io.sparkpredict.engine.onnx.TensorRuntime;
import io.sparkpredict.engine.onnx.TensorSession;

/** The library itself. This package is defined by the class loader that has the library's jar. */
public final class OrtRuntime implements TensorRuntime {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  @Override
  public String version() {
    return environment.getVersion();
  }

  @Override
  public TensorSession open(String path, int threads, boolean arena) throws TensorException {
    // Closed with the session, which may go on using what it holds.
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    try {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.setCPUArenaAllocator(arena);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      OrtSession session = environment.createSession(path, options);
      try {
        return new OrtSessionHandle(environment, session, options);
      } catch (OrtException unknownType) {
        session.close();
        throw unknownType;
      }
    } catch (OrtException refused) {
      options.close();
      throw new TensorException(refused.getMessage());
    }
  }
}
