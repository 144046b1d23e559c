/* Layer and RMS normalisation of streams [members, width, places] over the width of each place:
 *
 *     standard = (x - mean) inverse      inverse = 1 / sqrt(variance + 1e-5)      out = scale standard + shift
 *
 * and for RMS, which does not centre, with 0 put for the mean. Places are contiguous, channels follow each other, members
 * lie strides apart. A tile of places is taken through all channels, several times, while it is in the first cache. */
#include "vector.h"

#define TILE 4 /* vectors of places at once */
#define EPSILON 1e-5f

typedef struct {
    vec part[TILE];
} tile;

/* Fewer than a whole tile of places are computed on their own, one vector or one number at a time, by these. */
#define EVERY(K) for (int K = 0; K < TILE; K++)

INLINE void forward_tile(long centres, long width, long places, const float *x, const float *scale, const float *shift,
                         float *standard, float *inverse, float *out) {
    const float share = 1.f / width;
    tile mean = {0}, square = {0};
    if (centres) {
        for (long c = 0; c < width; c++) EVERY(k) mean.part[k] += load(x + c * places + k * LANES);
        EVERY(k) mean.part[k] *= all(share);
    }
    for (long c = 0; c < width; c++)
        EVERY(k) {
            vec centred = load(x + c * places + k * LANES) - mean.part[k];
            square.part[k] += centred * centred;
        }
    float *root = (float *)&square;
    for (int i = 0; i < TILE * LANES; i++) root[i] = 1.f / sqrtf(root[i] * share + EPSILON);
    EVERY(k) store(inverse + k * LANES, square.part[k]);
    for (long c = 0; c < width; c++) {
        const vec by = all(scale[c]), up = all(shift ? shift[c] : 0.f);
        EVERY(k) {
            long at = c * places + k * LANES;
            vec made = (load(x + at) - mean.part[k]) * square.part[k];
            store(standard + at, made);
            store(out + at, made * by + up);
        }
    }
}

INLINE void forward_place(long centres, long width, long places, const float *x, const float *scale, const float *shift,
                          float *standard, float *inverse, float *out) {
    const float share = 1.f / width;
    float mean = 0, square = 0;
    for (long c = 0; centres && c < width; c++) mean += x[c * places] * share;
    for (long c = 0; c < width; c++) square += (x[c * places] - mean) * (x[c * places] - mean);
    *inverse = 1.f / sqrtf(square * share + EPSILON);
    for (long c = 0; c < width; c++) {
        float made = standard[c * places] = (x[c * places] - mean) * *inverse;
        out[c * places] = made * scale[c] + (shift ? shift[c] : 0.f);
    }
}

/* x and out may be one array. shift may be NULL. */
void normalize(long centres, long members, long width, long places, const float *x, long x_stride, const float *scale,
               long scale_stride, const float *shift, long shift_stride, float *standard, float *inverse, float *out,
               long out_stride) {
    const long step = TILE * LANES;
    for (long m = 0; m < members; m++) {
        const float *from = x + m * x_stride, *by = scale + m * scale_stride;
        const float *up = shift ? shift + m * shift_stride : 0;
        float *kept = standard + m * width * places, *root = inverse + m * places, *to = out + m * out_stride;
        long i = 0;
        for (; i + step <= places; i += step)
            forward_tile(centres, width, places, from + i, by, up, kept + i, root + i, to + i);
        for (; i < places; i++) forward_place(centres, width, places, from + i, by, up, kept + i, root + i, to + i);
    }
}

/* The gradient at x, with g = delta scale:   inverse (g - mean(g) - standard mean(g standard)), without mean(g) for RMS. */
INLINE void backward_tile(long width, long places, float *delta, const float *scale, int centres,
                          const float *standard, const float *inverse, vec *by_scale, vec *by_shift) {
    const float share = 1.f / width;
    tile level = {0}, slope = {0};
    for (long c = 0; c < width; c++) {
        vec factor = all(scale[c]), sum_scale = by_scale[c], sum_shift = by_shift[c];
        EVERY(k) {
            long at = c * places + k * LANES;
            vec d = load(delta + at), product = d * load(standard + at);
            sum_scale += product;
            sum_shift += d;
            level.part[k] += factor * d;
            slope.part[k] += factor * product;
        }
        by_scale[c] = sum_scale;
        by_shift[c] = sum_shift;
    }
    EVERY(k) {
        level.part[k] *= all(centres ? share : 0.f);
        slope.part[k] *= all(share);
    }
    for (long c = 0; c < width; c++)
        EVERY(k) {
            long at = c * places + k * LANES;
            vec g = load(delta + at) * all(scale[c]) - level.part[k] - load(standard + at) * slope.part[k];
            store(delta + at, g * load(inverse + k * LANES));
        }
}

INLINE void backward_place(long width, long places, float *delta, const float *scale, int centres,
                           const float *standard, const float *inverse, vec *by_scale, vec *by_shift) {
    const float share = 1.f / width;
    float level = 0, slope = 0;
    for (long c = 0; c < width; c++) {
        float d = delta[c * places], product = d * standard[c * places];
        by_scale[c][0] += product;
        by_shift[c][0] += d;
        level += scale[c] * d * share;
        slope += scale[c] * product * share;
    }
    level = centres ? level : 0;
    for (long c = 0; c < width; c++) {
        long at = c * places;
        delta[at] = (delta[at] * scale[c] - level - standard[at] * slope) * *inverse;
    }
}

/* delta <- the gradient at x, from that at out; writes the gradients of scale and of shift, unless that is NULL.
 * `sums` is room for 2 width vectors. */
void normalize_backward(long centres, long members, long width, long places, float *delta, long delta_stride, const float *scale,
                        long scale_stride, const float *standard, const float *inverse, float *scale_gradient,
                        long scale_gradient_stride, float *shift_gradient, long shift_gradient_stride, float *sums) {
    const long step = TILE * LANES;
    vec *by_scale = (vec *)sums, *by_shift = by_scale + width;
    for (long m = 0; m < members; m++) {
        float *to = delta + m * delta_stride;
        const float *by = scale + m * scale_stride, *kept = standard + m * width * places, *root = inverse + m * places;
        memset(sums, 0, 2 * width * sizeof(vec));
        long i = 0;
        for (; i + step <= places; i += step)
            backward_tile(width, places, to + i, by, centres, kept + i, root + i, by_scale, by_shift);
        for (; i < places; i++)
            backward_place(width, places, to + i, by, centres, kept + i, root + i, by_scale, by_shift);
        for (long c = 0; c < width; c++) scale_gradient[m * scale_gradient_stride + c] = sum(by_scale[c]);
        for (long c = 0; shift_gradient && c < width; c++)
            shift_gradient[m * shift_gradient_stride + c] = sum(by_shift[c]);
    }
}
