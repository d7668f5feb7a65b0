// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.spark.package$;
import org.slf4j.LoggerFactory;

/**
 * Whether this jar serves the Spark that loads it. Where it does not, a session that names our
 * extension works as one that does not, and its log says once why.
 *
 * <p>In Java, as it must also run where Scala's library is not the one that this jar was made for.
 */
final class SupportedSpark {
  private static final boolean FOUND = lookedAt();

  private SupportedSpark() {}

  static boolean found() {
    return FOUND;
  }

  private static boolean lookedAt() {
    String line = lineOfJar();
    String running = scala.util.Properties$.MODULE$.versionNumberString();
    String spark = package$.MODULE$.SPARK_VERSION();
    boolean served = running.startsWith(line + ".") && serves(line, spark);
    if (!served) {
      LoggerFactory.getLogger(SupportedSpark.class)
          .warn(
              "PREDICT is not added: this jar of spark-predict serves Spark {} on Scala {}, and this "
                  + "is Spark {} on Scala {}.",
              line.equals("2.12") ? "3.3 to 3.5" : "4.0 and later",
              line,
              spark,
              running);
    }
    return served;
  }

  private static boolean serves(String line, String spark) {
    String[] numbers = spark.split("[.-]");
    int major = Integer.parseInt(numbers[0]);
    return line.equals("2.12") ? major == 3 && Integer.parseInt(numbers[1]) >= 3 : major >= 4;
  }

  /** The build writes it beside this class. */
  private static String lineOfJar() {
    try (InputStream stream = SupportedSpark.class.getResourceAsStream("scala-line");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      return reader.readLine();
    } catch (IOException unread) {
      throw new IllegalStateException("the jar of spark-predict cannot be read", unread);
    }
  }
}
