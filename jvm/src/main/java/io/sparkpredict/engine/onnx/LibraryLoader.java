// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.engine.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;

/**
 * Loads one jar of ONNX Runtime, and our classes that use it, before any other of the class path:
 * Synapse and Fabric have an onnxruntime_gpu 1.8.1 there, which knows no recent graph.
 */
final class LibraryLoader extends URLClassLoader {
  private static final String LIBRARY = "ai.onnxruntime.";
  private static final String OURS = LibraryLoader.class.getPackage().getName() + ".ort.";

  LibraryLoader(URL jar, ClassLoader parent) {
    super(new URL[] {jar}, parent);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(LIBRARY) && !name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      return name.startsWith(OURS) ? ours(name) : findClass(name);
    }
  }

  private Class<?> ours(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (InputStream stream = getParent().getResourceAsStream(file)) {
      if (stream == null) {
        throw new ClassNotFoundException(name);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] part = new byte[8192];
      for (int count = stream.read(part); count >= 0; count = stream.read(part)) {
        bytes.write(part, 0, count);
      }
      return defineClass(name, bytes.toByteArray(), 0, bytes.size());
    } catch (IOException broken) {
      throw new ClassNotFoundException(name, broken);
    }
  }

  /** The native libraries are resources of the jar. */
  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own != null ? own : super.getResource(name);
  }
}
