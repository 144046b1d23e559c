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
/* Of numbers 0 to 7 of a and 8 to 15 of b, those named. Older GCC has only another form of it. */
#ifdef __has_builtin
#if __has_builtin(__builtin_shufflevector)
#define MIX __builtin_shufflevector
#endif
#endif
#ifndef MIX
typedef int32_t places __attribute__((vector_size(4 * LANES)));
#define MIX(A, B, ...) __builtin_shuffle(A, B, (places){__VA_ARGS__})
#endif

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

/* log(1 + u) for 0 <= u <= 1: u times a polynomial whose error is least, 5e-9 of the result. Its terms are taken in
 * pairs and fours, which wait for each other less long than one after another. */
INLINE float logarithm_of_more(float u) {
    float q = u * u, w = q * q;
    float p01 = 9.99999995287e-1f - 4.99999024226e-1f * u, p23 = 3.33299624132e-1f - 2.49541336206e-1f * u;
    float p45 = 1.96759390767e-1f - 1.53055920519e-1f * u, p67 = 1.06036540065e-1f - 5.6959525611e-2f * u;
    float p89 = 1.9851457762e-2f - 3.244024157e-3f * u;
    return u * ((p01 + p23 * q) + w * ((p45 + p67 * q) + w * p89));
}

/* x = k pi + r: sin(r) and cos(r) with |r| <= pi / 2, and the sign that both take where k is odd. Pi is told in three
 * parts; k times the first two is exact while |x| <= 1e4, and nothing is left of r where |x| > 1e7. The polynomials'
 * errors are least: 6e-9 of the sine, 3e-10 in the cosine. */
INLINE void sine_and_cosine(float x, float *sine, float *cosine, uint32_t *sign) {
    const float rounder = 12582912.f; /* 1.5 * 2^23: the lowest bits of the sum are k */
    float shifted = x * 0.31830988618f + rounder, k = shifted - rounder;
    float r = ((x - k * 3.140625f) - k * 9.677410125732422e-4f) + k * 8.742278e-8f, q = r * r;
    float p = 2.6056311042e-6f;
    p = p * q - 1.9809538958e-4f;
    p = p * q + 8.3330654298e-3f;
    p = p * q - 1.6666659521e-1f;
    *sine = r + r * (p * q);
    p = -2.6075662485e-7f;
    p = p * q + 2.4761808151e-5f;
    p = p * q - 1.3888402069e-3f;
    p = p * q + 4.1666640625e-2f;
    p = p * q - 4.9999999547e-1f;
    *cosine = 1.f + p * q;
    memcpy(sign, &shifted, sizeof *sign);
    *sign <<= 31;
}

INLINE float with_sign(float x, uint32_t sign) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits ^= sign;
    memcpy(&x, &bits, sizeof x);
    return x;
}

INLINE float sum_of(long size, const float *x) {
    vec several = all(0);
    long i = 0;
    for (; i + LANES <= size; i += LANES)
        several += load(x + i);
    float total = sum(several);
    for (; i < size; i++)
        total += x[i];
    return total;
}
