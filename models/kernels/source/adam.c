/* One step of Adam over runs of numbers that share a rate, in one pass:
 *
 *     m <- first m + g      v <- second v + g^2      p <- p - rate m / (sqrt(v) + epsilon)
 *
 * All arrays are [members, size]. */
#include "vector.h"

void adam(long members, long size, float *parameters, const float *gradients, float *momentum, float *square,
          const float *rates, float first, float second, float epsilon) {
    for (long member = 0; member < members; member++) {
        float *restrict p = parameters + member * size, *restrict m = momentum + member * size;
        float *restrict v = square + member * size;
        const float *restrict g = gradients + member * size;
        const float rate = rates[member];
        for (long i = 0; i < size; i++) {
            m[i] = first * m[i] + g[i];
            v[i] = second * v[i] + g[i] * g[i];
            p[i] -= rate * m[i] / (sqrtf(v[i]) + epsilon);
        }
    }
}
