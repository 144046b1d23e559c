/* Loops of activations in place: z <- f(z) and, where the name says so, slope <- f'(z).
 *
 * Arrays are `outer` runs of `inner` numbers; the strides say how far the beginnings of runs lie apart. */
#pragma once

#include "vector.h"

#define WITH_SLOPE(NAME, ...)                                                                                          \
    void NAME(long outer, long inner, float *z, long z_stride, float *slope, long slope_stride) {                      \
        const float farthest = FARTHEST;                                                                               \
        (void)farthest;                                                                                                \
        for (long run = 0; run < outer; run++) {                                                                       \
            float *restrict to = z + run * z_stride, *restrict rising = slope + run * slope_stride;                    \
            EACH(i, inner) {                                                                                           \
                float x = to[i], f, d;                                                                                 \
                __VA_ARGS__                                                                                            \
                to[i] = f;                                                                                             \
                rising[i] = d;                                                                                         \
            }                                                                                                          \
        }                                                                                                              \
    }

/* delta <- delta * f', f' from the value of f. */
#define BY_VALUE(NAME, ...)                                                                                            \
    void NAME(long outer, long inner, float *delta, long delta_stride, const float *value, long value_stride) {        \
        for (long run = 0; run < outer; run++) {                                                                       \
            float *restrict to = delta + run * delta_stride;                                                           \
            const float *restrict from = value + run * value_stride;                                                   \
            EACH(i, inner) {                                                                                           \
                float f = from[i], d = to[i];                                                                          \
                __VA_ARGS__                                                                                            \
                to[i] = d;                                                                                             \
            }                                                                                                          \
        }                                                                                                              \
    }

#define IN_PLACE(NAME, ...)                                                                                            \
    void NAME(long outer, long inner, float *z, long z_stride) {                                                       \
        const float farthest = FARTHEST;                                                                               \
        (void)farthest;                                                                                                \
        for (long run = 0; run < outer; run++) {                                                                       \
            float *restrict to = z + run * z_stride;                                                                   \
            EACH(i, inner) {                                                                                           \
                float x = to[i], f;                                                                                    \
                __VA_ARGS__                                                                                            \
                to[i] = f;                                                                                             \
            }                                                                                                          \
        }                                                                                                              \
    }
