/* Batch normalisation of z [members, units, rows], whose rows lie close: each unit over its rows.
 *
 *     centred = z - mean      inverse = 1 / sqrt(variance + 1e-5)      z <- centred inverse scale + shift
 *
 * The gradient at z, from delta at what came of it:  (delta - mean(delta) - centred inverse^2 mean(delta centred)) inverse
 * scale. */
#include "vector.h"

#define EPSILON 1e-5f
#define CHAINS 4 /* sums side by side: an addition takes as long as four of them can begin */

/* The sum of a[i] b[i], or of a[i] where b is NULL. */
INLINE float summed(long rows, const float *a, const float *b) {
    vec chains[CHAINS] = {};
    long i = 0;
    for (; i + CHAINS * LANES <= rows; i += CHAINS * LANES)
        for (int c = 0; c < CHAINS; c++) {
            const vec x = load(a + i + c * LANES);
            chains[c] += x * (b ? load(b + i + c * LANES) : all(1));
        }
    float total = sum(chains[0] + chains[1] + (chains[2] + chains[3]));
    for (; i < rows; i++) total += b ? a[i] * b[i] : a[i];
    return total;
}

/* mean, variance and inverse [members, units]; centred like z without gaps. */
void normalize_units(long members, long units, long rows, float *z, long z_stride, const float *scale, long scale_stride,
                     const float *shift, long shift_stride, float *centred, float *mean, float *variance,
                     float *inverse) {
    for (long m = 0; m < members; m++)
        for (long unit = 0; unit < units; unit++, centred += rows) {
            float *at = z + m * z_stride + unit * rows, middle = summed(rows, at, 0) / rows;
            EACH(i, rows) centred[i] = at[i] - middle;
            const float spread = summed(rows, centred, centred) / rows, root = 1.f / sqrtf(spread + EPSILON);
            const float factor = root * scale[m * scale_stride + unit], up = shift[m * shift_stride + unit];
            EACH(i, rows) at[i] = centred[i] * factor + up;
            mean[m * units + unit] = middle;
            variance[m * units + unit] = spread;
            inverse[m * units + unit] = root;
        }
}

/* delta <- the gradient at z; writes those of scale and shift. */
void normalize_units_backward(long members, long units, long rows, float *delta, long delta_stride, const float *scale,
                              long scale_stride, const float *centred, const float *inverse, float *scale_gradient,
                              long scale_gradient_stride, float *shift_gradient, long shift_gradient_stride) {
    for (long m = 0; m < members; m++)
        for (long unit = 0; unit < units; unit++, centred += rows) {
            float *at = delta + m * delta_stride + unit * rows;
            const float root = inverse[m * units + unit], total = summed(rows, at, 0);
            const float along = summed(rows, at, centred) * root, level = total / rows, slope = along * root / rows;
            const float factor = root * scale[m * scale_stride + unit];
            EACH(i, rows) at[i] = (at[i] - level - centred[i] * slope) * factor;
            scale_gradient[m * scale_gradient_stride + unit] = along;
            shift_gradient[m * shift_gradient_stride + unit] = total;
        }
}
