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

/* A loop whose turns do not touch each other: told so, the compiler need not look where the arrays lie, which it does
 * too carefully to be quick where they are parts of one. */
#define EACH(I, SIZE) _Pragma("GCC ivdep") for (long I = 0; I < (SIZE); I++)

INLINE long least(long a, long b) { return a < b ? a : b; }

/* exp(x) = scale (1 + rest): x / log 2 = k + r with |r| <= 1/2, scale = 2^k, and rest = 2^r - 1 a polynomial whose
 * error is least: 3e-9. x lies in [-87.3, 87.3], where scale is a normal number, or is NaN. 1 / log 2 is told in two
 * parts, so that r is exact to a rounding even where k is large. */
INLINE void exponential_parts(float x, float *scale, float *rest) {
    const float per_log = 1.44269502f, and_more = 1.925963e-8f;
    const float rounder = 12582912.f + 127.f; /* 1.5 * 2^23: the lowest bits of the sum are k and a float's bias */
    float shifted = x * per_log + rounder;
    float k = shifted - rounder, r = (x * per_log - k) + x * and_more;
    float p = 1.5321154512e-4f;
    p = p * r + 1.3390161706e-3f;
    p = p * r + 9.6185263073e-3f;
    p = p * r + 5.5503622522e-2f;
    p = p * r + 2.4022647550e-1f;
    p = p * r + 6.9314718056e-1f;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits <<= 23;
    memcpy(scale, &bits, sizeof bits);
    *rest = p * r;
}

/* A number that the compiler does not know. Were a bound known to it, it would work out what the bound leads to, and
 * choose between two results instead of taking a maximum. */
INLINE float opaque(float x) {
#ifdef __x86_64__
    __asm__("" : "+x"(x));
#endif
    return x;
}

#define FARTHEST opaque(87.3f) /* what the exponentials below call `farthest`; to be taken before a loop */

INLINE float at_least(float x, float bound) { return x < bound ? bound : x; } /* NaN stays NaN */
INLINE float at_most(float x, float bound) { return x > bound ? bound : x; }

INLINE float exponential(float x, float farthest) {
    float scale, rest;
    exponential_parts(at_most(at_least(x, -farthest), farthest), &scale, &rest);
    return scale + scale * rest;
}

/* exp(x) for x <= 0. */
INLINE float falling(float x, float farthest) {
    float scale, rest;
    exponential_parts(at_least(x, -farthest), &scale, &rest);
    return scale + scale * rest;
}

/* exp(x) - 1 for x <= 0, precise near 0 too. */
INLINE float falling_less_one(float x, float farthest) {
    float scale, rest;
    exponential_parts(at_least(x, -farthest), &scale, &rest);
    return scale * rest + (scale - 1.f);
}

/* The sigmoid and what is left to 1, each precise in its own tail. */
INLINE void logistic(float x, float farthest, float *share, float *left) {
    float e = exponential(-x, farthest);
    *share = 1.f / (1.f + e);
    *left = e * *share;
}

INLINE float hyperbolic_tangent(float x, float farthest) {
    float less = falling_less_one(-2.f * fabsf(x), farthest);
    return copysignf(less / (2.f + less), x);
}
