#pragma once

namespace geoscribe {

/**
 * The one-dimensional transforms of F(M, 3): an output line of M values from N = M + 2 values and 3 taps is
 * output(weight(g) * input(d)). The points are 0, 1, -1, infinity for M = 2, and 2, -2 besides for M = 4.
 * `gradient` is the transpose of `output`, `weightGradient` that of `weight`.
 */
template <int M>
struct WinogradLines;

template <>
struct WinogradLines<2> {
  template <typename V>
  static void input(const V* d, V* v) {
    v[0] = d[0] - d[2];
    v[1] = d[1] + d[2];
    v[2] = d[2] - d[1];
    v[3] = d[1] - d[3];
  }
  template <typename V>
  static void output(const V* m, V* y) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = m[1] - m[2] - m[3];
  }
  template <typename V>
  static void gradient(const V* y, V* m) {
    m[0] = y[0];
    m[1] = y[0] + y[1];
    m[2] = y[0] - y[1];
    m[3] = -y[1];
  }
  template <typename V>
  static void weight(const V* g, V* u) {
    const V outer = (g[0] + g[2]) * 0.5F, inner = g[1] * 0.5F;
    u[0] = g[0];
    u[1] = outer + inner;
    u[2] = outer - inner;
    u[3] = g[2];
  }
  template <typename V>
  static void weightGradient(const V* u, V* g) {
    const V sum = (u[1] + u[2]) * 0.5F;
    g[0] = u[0] + sum;
    g[1] = (u[1] - u[2]) * 0.5F;
    g[2] = sum + u[3];
  }
};

template <>
struct WinogradLines<4> {
  template <typename V>
  static void input(const V* d, V* v) {
    const V a = d[4] - d[2] * 4.0F, b = d[3] - d[1] * 4.0F, c = d[4] - d[2], e = (d[3] - d[1]) * 2.0F;
    v[0] = d[0] * 4.0F - d[2] * 5.0F + d[4];
    v[1] = a + b;
    v[2] = a - b;
    v[3] = c + e;
    v[4] = c - e;
    v[5] = d[1] * 4.0F - d[3] * 5.0F + d[5];
  }
  template <typename V>
  static void output(const V* m, V* y) {
    const V a = m[1] + m[2], b = m[1] - m[2], c = m[3] + m[4], d = m[3] - m[4];
    y[0] = m[0] + a + c;
    y[1] = b + d * 2.0F;
    y[2] = a + c * 4.0F;
    y[3] = b + d * 8.0F + m[5];
  }
  template <typename V>
  static void gradient(const V* y, V* m) {
    const V a = y[0] + y[2], b = y[1] + y[3], c = y[0] + y[2] * 4.0F, d = y[1] * 2.0F + y[3] * 8.0F;
    m[0] = y[0];
    m[1] = a + b;
    m[2] = a - b;
    m[3] = c + d;
    m[4] = c - d;
    m[5] = y[3];
  }
  template <typename V>
  static void weight(const V* g, V* u) {
    const V a = (g[0] + g[2]) * (-1.0F / 6), b = g[1] * (-1.0F / 6), c = g[0] * (1.0F / 24) + g[2] * (1.0F / 6), d = g[1] * (1.0F / 12);
    u[0] = g[0] * 0.25F;
    u[1] = a + b;
    u[2] = a - b;
    u[3] = c + d;
    u[4] = c - d;
    u[5] = g[2];
  }
  template <typename V>
  static void weightGradient(const V* u, V* g) {
    const V a = (u[1] + u[2]) * (-1.0F / 6), c = u[3] + u[4];
    g[0] = u[0] * 0.25F + a + c * (1.0F / 24);
    g[1] = (u[2] - u[1]) * (1.0F / 6) + (u[3] - u[4]) * (1.0F / 12);
    g[2] = a + c * (1.0F / 6) + u[5];
  }
};

}  // namespace geoscribe
