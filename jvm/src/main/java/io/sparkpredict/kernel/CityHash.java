// SPDX-License-Identifier: Apache-2.0
package io.sparkpredict.kernel;

/**
 * CityHash64, version 1.0, of which CatBoost takes the lower half for a category.
 *
 * <p>Source: G. Pike and J. Alakuijala, CityHash, 2011.
 */
final class CityHash {
  private static final long K0 = 0xc3a5c85c97cb3127L;
  private static final long K1 = 0xb492b66fbe98f273L;
  private static final long K2 = 0x9ae16a3b2f90404fL;
  private static final long K3 = 0xc949d7c7509e6557L;
  private static final long MULTIPLIER = 0x9ddfea08eb382d69L;
  private static final int STEP = 64;

  private CityHash() {}

  /** The lower 32 bits of the hash of some bytes, {@code n} of them from {@code at}. */
  static int half(byte[] s, int at, int n) {
    if (n <= 16) {
      return (int) to16(s, at, n);
    }
    if (n <= 32) {
      return (int) to32(s, at, n);
    }
    return (int) (n <= STEP ? to64(s, at, n) : longer(s, at, n));
  }

  private static long to16(byte[] s, int at, int n) {
    if (n > 8) {
      long last = word(s, at + n - 8);
      return mixed(word(s, at), Long.rotateRight(last + n, n)) ^ last;
    }
    if (n >= 4) {
      return mixed(n + (four(s, at) << 3), four(s, at + n - 4));
    }
    if (n == 0) {
      return K2;
    }
    long first = (s[at] & 0xff) + ((s[at + (n >> 1)] & 0xff) << 8);
    long last = n + ((s[at + n - 1] & 0xff) << 2);
    return shifted(first * K2 ^ last * K3) * K2;
  }

  private static long to32(byte[] s, int at, int n) {
    long a = word(s, at) * K1;
    long b = word(s, at + 8);
    long c = word(s, at + n - 8) * K2;
    long d = word(s, at + n - 16) * K0;
    long first = Long.rotateRight(a - b, 43) + Long.rotateRight(c, 30) + d;
    return mixed(first, a + Long.rotateRight(b ^ K3, 20) - c + n);
  }

  private static long to64(byte[] s, int at, int n) {
    long[] start = new long[2];
    long[] end = new long[2];
    long first = word(s, at) + (n + word(s, at + n - 16)) * K0;
    fold(first, word(s, at + 8), word(s, at + 16), word(s, at + 24), start);
    long second = word(s, at + 16) + word(s, at + n - 32);
    fold(second, word(s, at + n - 24), word(s, at + n - 16), word(s, at + n - 8), end);
    long found = shifted((start[0] + end[1]) * K2 + (end[0] + start[1]) * K0);
    return shifted(found * K0 + start[1]) * K2;
  }

  private static void fold(long a, long b, long c, long z, long[] out) {
    long far = Long.rotateRight(a + z, 52);
    long near = Long.rotateRight(a, 37) + Long.rotateRight(a + b, 7);
    long sum = a + b + c;
    out[0] = sum + z;
    out[1] = far + Long.rotateRight(sum, 31) + near;
  }

  private static long longer(byte[] s, int at, int n) {
    long x = word(s, at);
    long y = word(s, at + n - 16) ^ K1;
    long z = word(s, at + n - 56) ^ K0;
    long[] v = new long[2];
    long[] w = new long[2];
    weak(s, at + n - 64, n, y, v);
    weak(s, at + n - 32, n * K1, K0, w);
    z += shifted(v[1]) * K1;
    x = Long.rotateRight(z + x, 39) * K1;
    y = Long.rotateRight(y, 33) * K1;
    int end = at + (n - 1 & -STEP);
    for (int i = at; i < end; i += STEP) {
      x = Long.rotateRight(x + y + v[0] + word(s, i + 16), 37) * K1 ^ w[1];
      y = Long.rotateRight(y + v[1] + word(s, i + 48), 42) * K1 ^ v[0];
      z = Long.rotateRight(z ^ w[0], 33);
      weak(s, i, v[1] * K1, x + w[0], v);
      weak(s, i + 32, z + w[1], y, w);
      long next = z;
      z = x;
      x = next;
    }
    long first = mixed(v[0], w[0]) + shifted(y) * K1 + z;
    return mixed(first, mixed(v[1], w[1]) + x);
  }

  private static void weak(byte[] s, int at, long first, long second, long[] out) {
    long a = first + word(s, at);
    long z = word(s, at + 24);
    long b = Long.rotateRight(second + a + z, 21);
    long sum = a + word(s, at + 8) + word(s, at + 16);
    out[0] = sum + z;
    out[1] = b + Long.rotateRight(sum, 44) + a;
  }

  private static long mixed(long first, long second) {
    long found = shifted((first ^ second) * MULTIPLIER);
    return shifted((second ^ found) * MULTIPLIER) * MULTIPLIER;
  }

  private static long shifted(long x) {
    return x ^ x >>> 47;
  }

  private static long word(byte[] s, int at) {
    return four(s, at) | four(s, at + 4) << 32;
  }

  private static long four(byte[] s, int at) {
    int low = s[at] & 0xff | (s[at + 1] & 0xff) << 8 | (s[at + 2] & 0xff) << 16;
    return (low | s[at + 3] << 24) & 0xffffffffL;
  }
}
