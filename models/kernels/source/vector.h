/* What the kernels have in common: eight numbers at once, in GNU C, and the exponential. */
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LANES 8
#define INLINE static inline __attribute__((always_inline))

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE vec load(const float *from) { return *(const vec *)from; }
INLINE void store(float *to, vec value) { *(vec *)to = value; }
INLINE vec all(float x) { return (vec){x, x, x, x, x, x, x, x}; } /* adding to a vector of zeros takes longer */
#define MIX __builtin_shufflevector

INLINE float sum(vec x) {
    x += MIX(x, x, 4, 5, 6, 7, 0, 1, 2, 3);
    x += MIX(x, x, 2, 3, 0, 1, 6, 7, 4, 5);
    return x[0] + x[1];
}

INLINE long least(long a, long b) { return a < b ? a : b; }

/* exp(x) = scale (1 + rest): x = k log 2 + r with |r| <= log(2) / 2, scale = 2^k, and rest a polynomial in r (Cephes'
 * expf). x lies in [-87.3, 88.3], where scale is a normal number, or is NaN. Relative error below 1.2e-7. */
INLINE void exponential_parts(float x, float *scale, float *rest) {
    const float rounder = 12582912.f; /* 1.5 * 2^23: adding it leaves the nearest integer in the lowest bits */
    float shifted = x * 1.44269504088896341f + rounder;
    float k = shifted - rounder;
    float r = x - k * 0.693359375f + k * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 23) + (127u << 23);
    memcpy(scale, &bits, sizeof bits);
    *rest = p * r * r + r;
}

/* exp(x) for x <= 0, and no less than exp(-87.3). */
INLINE float falling(float x) {
    float scale, rest;
    exponential_parts(x < -87.3f ? -87.3f : x, &scale, &rest);
    return scale + scale * rest;
}

/* exp(x) - 1 for x <= 0, precise near 0 too. */
INLINE float falling_less_one(float x) {
    float scale, rest;
    exponential_parts(x < -87.3f ? -87.3f : x, &scale, &rest);
    return scale * rest + (scale - 1.f);
}

/* The sigmoid and what is left to 1, each precise in its own tail. */
INLINE void logistic(float x, float *share, float *left) {
    float e = falling(-fabsf(x));
    float more = 1.f / (1.f + e), less = e * more;
    *share = x < 0 ? less : more;
    *left = x < 0 ? more : less;
}

INLINE float hyperbolic_tangent(float x) {
    float less = falling_less_one(-2.f * fabsf(x));
    return copysignf(less / (2.f + less), x);
}
