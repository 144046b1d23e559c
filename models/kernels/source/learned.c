/* Activations with a number that training learns: z <- f(z), delta <- delta f'(z), and the number's gradient in the
 * same pass.
 *
 * Arrays are [members, units, inner] with gaps between members alone. `work` is one such array, or two that lie `gap`
 * apart, and holds what models/activations says. The numbers and their gradients are [members, units]; a distance of 0
 * says that units, or members, share one. */
#include "vector.h"

#define LEARNED(NAME, ...)                                                                                             \
    void NAME(long members, long units, long inner, float *z, long z_stride, float *work, long work_stride, long gap,  \
              const float *numbers, long by_member, long by_unit) {                                                    \
        const float farthest = FARTHEST;                                                                               \
        (void)farthest;                                                                                                \
        for (long m = 0; m < members; m++)                                                                             \
            for (long unit = 0; unit < units; unit++) {                                                                \
                const float number = numbers[m * by_member + unit * by_unit], inverse = 1.f / number;                  \
                float *to = z + m * z_stride + unit * inner, *first = work + m * work_stride + unit * inner;           \
                float *second = first + gap;                                                                           \
                (void)second, (void)inverse;                                                                           \
                EACH(i, inner) {                                                                                       \
                    float x = to[i], f;                                                                                \
                    __VA_ARGS__                                                                                        \
                    to[i] = f;                                                                                         \
                }                                                                                                      \
            }                                                                                                          \
    }

/* `change` is df / dnumber, `slope` is f'. `gradients` may be null. */
#define LEARNED_PULL(NAME, ...)                                                                                        \
    void NAME(long members, long units, long inner, float *delta, long delta_stride, const float *value,               \
              long value_stride, const float *work, long work_stride, long gap, const float *numbers, long by_member,  \
              long by_unit, float *gradients, long gradient_by_member, long gradient_by_unit) {                        \
        for (long m = 0; m < members; m++)                                                                             \
            for (long unit = 0; unit < units; unit++) {                                                                \
                const float number = numbers[m * by_member + unit * by_unit], inverse = 1.f / number;                  \
                float *to = delta + m * delta_stride + unit * inner, total = 0;                                        \
                const float *from = value + m * value_stride + unit * inner;                                           \
                const float *first = work + m * work_stride + unit * inner, *second = first + gap;                     \
                (void)second, (void)inverse, (void)from;                                                               \
                for (long start = 0; start < inner; start += CHUNK) {                                                  \
                    const long size = least(CHUNK, inner - start);                                                     \
                    float changes[CHUNK];                                                                              \
                    EACH(j, size) {                                                                                    \
                        long i = start + j;                                                                            \
                        float d = to[i], change, slope;                                                                \
                        __VA_ARGS__                                                                                    \
                        changes[j] = d * change;                                                                       \
                        to[i] = d * slope;                                                                             \
                    }                                                                                                  \
                    total += sum_of(size, changes);                                                                    \
                }                                                                                                      \
                if (gradients)                                                                                         \
                    gradients[m * gradient_by_member + unit * gradient_by_unit] += total;                              \
            }                                                                                                          \
    }

enum { CHUNK = 256 }; /* products that wait for their sum: a loop that also sums is not vectorised */

LEARNED(prelu, float low = x > 0 ? 0 : x; f = x > 0 ? x : number * x; first[i] = low;)
LEARNED_PULL(prelu_pull, change = first[i]; slope = change < 0 ? number : 1.f;)

LEARNED(swish, float share, left; logistic(number * x, farthest, &share, &left); f = x * share; first[i] = share;
        second[i] = x;)
LEARNED_PULL(swish_pull, float f = from[i]; change = f * (second[i] - f);
             slope = first[i] + number * f * (1.f - first[i]);)

/* With sin(a x) and cos(a x) but for a sign that both have, which no product of two of them has. */
LEARNED(snake, float s, c; uint32_t sign; sine_and_cosine(number * x, &s, &c, &sign); f = x + s * s * inverse;
        first[i] = 2.f * s * c; second[i] = x;)
LEARNED_PULL(snake_pull, change = (first[i] * second[i] + (second[i] - from[i])) * inverse; slope = 1.f + first[i];)
