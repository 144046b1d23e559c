/* What convolutions and the gradients of their weights have in common: sizes, tiles of rows, and columns as
 * polynomials.
 *
 * Rows go in tiles of 16. A tile of the planes is laid out [columns][height][channels][16] before it is used, so that
 * what one output sees of one column is a single run, whatever the distance of the channels in memory (often a power of
 * two, which the cache bears badly).
 *
 * Kernels of two to five columns are applied as products of polynomials [Winograd; Lavin and Gray 2016]: six columns of
 * inputs d and r of the kernel g give 7 - r of outputs,
 *
 *     y = A' ((s A g) (B' d)),
 *
 * where A takes the value of a polynomial at the points 0, 1, -1, 2, -2 and infinity, and s scales each of them: six
 * products in place of r (7 - r). Instead of columns there are then six points for every tile of 7 - r outputs. */
#pragma once

#include "vector.h"

#define ROWS 16
#define OUTPUTS 6 /* channels at once: twelve vec of sums and what they read fit the sixteen registers */
#define POINTS 6

/* Lengths in numbers; `by_` the distances of weights that differ in one index alone. Member m reads planes m % shares.
 * models/kernels/convolution.py fills it in. */
struct convolution {
    long members, shares, rows;
    long from, from_height, from_width;
    long to, to_height, to_width;
    long height, width, above, left;
    long by_member, by_to, by_line, by_column, by_from;
    long points, tile, tiles; /* whether it goes by points; tiles of so many columns of outputs, and how many */
};

struct span {
    long start, stop;
};

/* The taps that see one of `size` places from an output, or the outputs that see one through a tap: `at` is the place
 * of the first of `count`. */
INLINE struct span within(long at, long count, long size) {
    long start = at < 0 ? -at : 0, stop = least(count, size - at);
    return (struct span){start, stop > start ? stop : start};
}

INLINE struct span both(struct span a, struct span b) {
    return (struct span){a.start > b.start ? a.start : b.start, least(a.stop, b.stop)};
}

/* The first channel of part `index` of `parts`, of about one size. */
INLINE long part(long channels, long index, long parts) { return channels * index / parts; }

INLINE long parts_of(long channels, long most) { return (channels + most - 1) / most; }

/* Columns, or points, of the outputs as their gradients are laid out. */
INLINE long made_columns_of(const struct convolution *c) { return c->points ? POINTS * c->tiles : c->to_width; }

/* Columns, or points, of the inputs as they are laid out. */
INLINE long columns_of(const struct convolution *c) { return c->points ? POINTS * c->tiles : c->from_width; }

/* Taps of the kernel along a line: columns, or points. */
INLINE long taps_of(const struct convolution *c) { return c->points ? POINTS : c->width; }

/* Eight rows; zeros where there are not so many. */
INLINE vec load_rows(const float *from, long count) {
    if (count >= LANES) return load(from);
    float rows[LANES] = {0};
    for (long row = 0; row < count; row++) rows[row] = from[row];
    return load(rows);
}

static const float SCALES[POINTS] = {1.f / 4, -1.f / 6, -1.f / 6, 1.f / 24, 1.f / 24, 1.f};

/* B' d, for six columns of inputs. */
INLINE void input_points(const vec *d, vec *points) {
    vec even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1], less = d[4] - d[2], twice = 2 * (d[3] - d[1]);
    points[0] = 4 * d[0] - 5 * d[2] + d[4];
    points[1] = even + odd;
    points[2] = even - odd;
    points[3] = less + twice;
    points[4] = less - twice;
    points[5] = 4 * d[1] - 5 * d[3] + d[5];
}

/* A d, for up to five columns and, last, the farthest of them again. */
INLINE void evaluate(const vec *d, vec *points) {
    vec even = d[0] + d[2] + d[4], odd = d[1] + d[3];
    vec far = d[0] + 4 * d[2] + 16 * d[4], wide = 2 * d[1] + 8 * d[3];
    points[0] = d[0];
    points[1] = even + odd;
    points[2] = even - odd;
    points[3] = far + wide;
    points[4] = far - wide;
    points[5] = d[5];
}

/* A' p, for `count` columns. */
INLINE void gather_columns(const vec *p, long count, vec *columns) {
    vec even = p[1] + p[2], odd = p[1] - p[2], far = p[3] + p[4], wide = p[3] - p[4];
    columns[0] = p[0] + even + far;
    columns[1] = odd + 2 * wide;
    columns[2] = even + 4 * far;
    columns[3] = odd + 8 * wide;
    columns[4] = even + 16 * far;
    columns[count - 1] += p[5];
}

/* Some channels' planes [channels][height][width][rows], of whose rows `count` are left from `start` on. */
struct planes {
    const float *start;
    long channels, height, width, rows, count;
};

/* Up to sixteen rows in runs of `run` = 16 or 8: [columns][height][16 / run][channels][run], with zeros where there are
 * no more. */
INLINE void gather(const int run, const struct planes *p, float *to) {
    for (long x = 0; x < p->width; x++)
        for (long y = 0; y < p->height; y++, to += p->channels * ROWS)
            for (long channel = 0; channel < p->channels; channel++) {
                const float *from = p->start + ((channel * p->height + y) * p->width + x) * p->rows;
                float *at = to + channel * run;
                store(at, load_rows(from, p->count));
                store(at + (run == ROWS ? LANES : p->channels * LANES), load_rows(from + LANES, p->count - LANES));
            }
}

/* Where six columns are: planes that start with zeros where there is none, and the bits of an offset that count. */
struct columns {
    const float *start[POINTS];
    long bits[POINTS];
};

INLINE struct columns columns_at(const struct planes *p, long x, long count) {
    static const float zeros[LANES];
    struct columns columns;
    for (long k = 0; k < count; k++) {
        long inside = x + k >= 0 && x + k < p->width;
        columns.start[k] = inside ? p->start + (x + k) * p->rows : zeros;
        columns.bits[k] = -inside;
    }
    return columns;
}

/* The same with points in place of columns, [points][tiles][height]...: those of `count` columns in each tile, of which
 * the first begins `left` before the planes, and each of the others `step` further on. */
INLINE void gather_points(const int run, const int count, void points_of(const vec *, vec *), const struct planes *p,
                          long left, long step, long tiles, float *to) {
    long line = p->width * p->rows, place = p->channels * ROWS, apart = tiles * p->height * place;
    for (long tile = 0; tile < tiles; tile++) {
        struct columns seen = columns_at(p, tile * step - left, count);
        for (long y = 0; y < p->height; y++, to += place)
            for (long channel = 0; channel < p->channels; channel++)
                for (int half = 0; half < 2; half++) {
                    long offset = (channel * p->height + y) * line + half * LANES;
                    float *at = to + channel * run + half * (run == ROWS ? LANES : p->channels * LANES);
                    vec columns[POINTS] = {}, points[POINTS];
#pragma GCC unroll 6
                    for (int k = 0; k < count; k++) {
                        const float *from = seen.start[k] + (offset & seen.bits[k]);
                        if (!half) __builtin_prefetch(from + line); /* nothing else foresees the next line */
                        columns[k] = load_rows(from, p->count - half * LANES);
                    }
                    columns[POINTS - 1] = columns[count - 1];
                    points_of(columns, points);
#pragma GCC unroll 6
                    for (int k = 0; k < POINTS; k++) store(at + k * apart, points[k]);
                }
    }
}
