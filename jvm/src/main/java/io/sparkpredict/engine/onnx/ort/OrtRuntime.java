// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.sparkpredict.engine.onnx.SessionSettings;
import io.sparkpredict.engine.onnx.TensorException;
import io.sparkpredict.engine.onnx.TensorRuntime;
import io.sparkpredict.engine.onnx.TensorSession;
import java.util.Map;

/** The library itself. This package is defined by the class loader that has the library's jar. */
public final class OrtRuntime implements TensorRuntime {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  @Override
  public String version() {
    return environment.getVersion();
  }

  @Override
  public TensorSession open(String path, SessionSettings settings) throws TensorException {
    // Closed with the session, which may go on using what it holds.
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    try {
      fill(options, settings);
      OrtSession session = environment.createSession(path, options);
      try {
        return new OrtSessionHandle(environment, session, options);
      } catch (OrtException unknownType) {
        session.close();
        throw unknownType;
      }
    } catch (OrtException | IllegalArgumentException refused) { // a level that it does not know
      options.close();
      throw new TensorException(refused.getMessage());
    }
  }

  private static void fill(OrtSession.SessionOptions options, SessionSettings settings)
      throws OrtException {
    options.setIntraOpNumThreads(settings.threads);
    options.setInterOpNumThreads(settings.branches);
    options.setExecutionMode(
        settings.isParallel
            ? OrtSession.SessionOptions.ExecutionMode.PARALLEL
            : OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setOptimizationLevel(
        OrtSession.SessionOptions.OptLevel.valueOf(settings.level.name()));
    options.setCPUArenaAllocator(settings.arena);
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    for (Map.Entry<String, String> entry : settings.entries.entrySet()) {
      options.addConfigEntry(entry.getKey(), entry.getValue());
    }
    if (settings.gpu >= 0) {
      options.addCUDA(settings.gpu);
    }
  }
}
