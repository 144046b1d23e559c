/* Activations in place: z <- f(z) and, where the name says so, slope <- f'(z).
 *
 * Arrays are `outer` runs of `inner` numbers; the strides say how far the beginnings of runs lie apart. */
#include "vector.h"

#define WITH_SLOPE(NAME, ...)                                                                                     \
    void NAME(long outer, long inner, float *z, long z_stride, float *slope, long slope_stride) {                    \
        const float farthest = FARTHEST;                                                                             \
        (void)farthest;                                                                                              \
        for (long run = 0; run < outer; run++) {                                                                     \
            float *restrict to = z + run * z_stride, *restrict rising = slope + run * slope_stride;                  \
            for (long i = 0; i < inner; i++) {                                                                       \
                float x = to[i], f, d;                                                                               \
                __VA_ARGS__                                                                                          \
                to[i] = f;                                                                                           \
                rising[i] = d;                                                                                       \
            }                                                                                                        \
        }                                                                                                            \
    }

/* delta <- delta * f', f' from the value of f. */
#define BY_VALUE(NAME, ...)                                                                                       \
    void NAME(long outer, long inner, float *delta, long delta_stride, const float *value, long value_stride) {      \
        for (long run = 0; run < outer; run++) {                                                                     \
            float *restrict to = delta + run * delta_stride;                                                         \
            const float *restrict from = value + run * value_stride;                                                 \
            for (long i = 0; i < inner; i++) {                                                                       \
                float f = from[i], d = to[i];                                                                        \
                __VA_ARGS__                                                                                          \
                to[i] = d;                                                                                           \
            }                                                                                                        \
        }                                                                                                            \
    }

#define IN_PLACE(NAME, ...)                                                                                       \
    void NAME(long outer, long inner, float *z, long z_stride) {                                                     \
        const float farthest = FARTHEST;                                                                             \
        (void)farthest;                                                                                              \
        for (long run = 0; run < outer; run++) {                                                                     \
            float *restrict to = z + run * z_stride;                                                                 \
            for (long i = 0; i < inner; i++) {                                                                       \
                float x = to[i], f;                                                                                  \
                __VA_ARGS__                                                                                          \
                to[i] = f;                                                                                           \
            }                                                                                                        \
        }                                                                                                            \
    }

IN_PLACE(relu, f = x < 0 ? 0 : x;)
IN_PLACE(sigmoid, float left; logistic(x, farthest, &f, &left);)
IN_PLACE(tanh_, f = hyperbolic_tangent(x, farthest);)

BY_VALUE(relu_pull, d = f > 0 ? d : 0;)
BY_VALUE(sigmoid_pull, d *= f - f * f;)
BY_VALUE(tanh_pull, d *= 1 - f * f;)

WITH_SLOPE(silu, float share, left; logistic(x, farthest, &share, &left); f = x * share; d = share + f * left;)

WITH_SLOPE(quick_gelu, float share, left; logistic(1.702f * x, farthest, &share, &left); f = x * share;
           d = share + 1.702f * f * left;)

/* x Phi(x): Phi(-|x|) is exp(-x^2 / 2) times a polynomial in 1 / (1 + 0.28 |x|), fitted as models/activations/normal.py
 * says. */
WITH_SLOPE(gelu, float size = fabsf(x); float density = falling(-.5f * x * x, farthest); float t = 1.f / (1.f + .28f * size);
           float p = -0.1063286064800756f; p = p * t + 0.39206720576224047f; p = p * t - 0.24066971482141736f;
           p = p * t + 0.27197251900377706f; p = p * t + 0.0662294477761109f; p = p * t + 0.11672913767593195f;
           float tail = density * (p * t); d = .5f - tail + 0.3989422804014327f * density * size;
           d = .5f + copysignf(d, x); f = (x < 0 ? 0 : x) - tail * size;)

WITH_SLOPE(gelu_tanh, const float twice = 1.5957691216057308f; float share, left;
           logistic(twice * (x + 0.044715f * x * x * x), farthest, &share, &left); f = x * share;
           d = share + f * left * twice * (1.f + 3.f * 0.044715f * x * x);)

/* x tanh(log(1 + e^x)), the tanh by n / (n + 2) with n = e^x (e^x + 2). */
WITH_SLOPE(mish, float e = exponential(at_most(x, .45f * farthest), farthest); float n = e * (e + 2.f);
           float w = n / (n + 2.f), left = 2.f / (n + 2.f), share = e / (1.f + e); f = x * w;
           d = w + x * share * left * (1.f + w);)

WITH_SLOPE(elu, float low = x < 0 ? x : 0; float less = falling_less_one(low, farthest); f = x > 0 ? x : less;
           d = 1.f + less; f = x != x ? x : f;)

WITH_SLOPE(selu, const float scale = 1.0507009873554805f, alpha = 1.6732632423543772f; float low = x < 0 ? x : 0;
           float less = falling_less_one(low, farthest); f = x > 0 ? scale * x : scale * alpha * less;
           d = x > 0 ? scale : scale * alpha * (1.f + less); f = x != x ? x : f;)
