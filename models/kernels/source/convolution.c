/* Convolutions without strides, of planes [members, channels, height, width, rows].
 *
 *     to[o][y][x][r] = bias[o] + passed[o][y][x][r]
 *                      + sum over c, i, j of weight[o][i][j][c] from[c][y + i - above][x + j - left][r]
 *
 * where taps outside the plane count as 0. The gradient at the inputs is the same sum, of the gradient at the outputs,
 * with the kernel turned round and the channels exchanged. */
#include "convolution.h"

/* One member's weights as [parts of the outputs][columns][height][inputs][outputs of the part]. */
static void order_weights(const struct convolution *c, const float *weights, float *ordered) {
    long parts = parts_of(c->to, OUTPUTS);
    for (long index = 0; index < parts; index++)
        for (long j = 0; j < c->width; j++)
            for (long i = 0; i < c->height; i++)
                for (long from = 0; from < c->from; from++)
                    for (long to = part(c->to, index, parts); to < part(c->to, index + 1, parts); to++)
                        *ordered++ = weights[i * c->by_line + j * c->by_column + from * c->by_from + to * c->by_to];
}

/* The same with points, s A g, in place of columns. */
INLINE void order_points_of(const int width, const struct convolution *c, const float *weights, float *ordered) {
    long parts = parts_of(c->to, OUTPUTS);
    for (long index = 0; index < parts; index++) {
        long first = part(c->to, index, parts), outputs = part(c->to, index + 1, parts) - first;
        long apart = c->height * c->from * outputs;
        for (long i = 0; i < c->height; i++)
            for (long from = 0; from < c->from; from++)
                for (long to = first; to < first + outputs; to++, ordered++) {
                    const float *at = weights + i * c->by_line + from * c->by_from + to * c->by_to;
                    float g[POINTS] = {0};
                    for (int j = 0; j < width; j++) g[j] = at[j * c->by_column];
                    float even = g[0] + g[2] + g[4], odd = g[1] + g[3];
                    float far = g[0] + 4 * g[2] + 16 * g[4], wide = 2 * g[1] + 8 * g[3];
                    ordered[0] = SCALES[0] * g[0];
                    ordered[apart] = SCALES[1] * (even + odd);
                    ordered[2 * apart] = SCALES[2] * (even - odd);
                    ordered[3 * apart] = SCALES[3] * (far + wide);
                    ordered[4 * apart] = SCALES[4] * (far - wide);
                    ordered[5 * apart] = g[width - 1];
                }
        ordered += (POINTS - 1) * apart;
    }
}

static void order_points(const struct convolution *c, const float *weights, float *ordered) {
    switch (c->width) {
    case 2: order_points_of(2, c, weights, ordered); break;
    case 3: order_points_of(3, c, weights, ordered); break;
    case 4: order_points_of(4, c, weights, ordered); break;
    default: order_points_of(5, c, weights, ordered);
    }
}

/* sums[o] += weights[k][o] * seen[k], for k of a run. */
INLINE void add_run(int outputs, vec sums[OUTPUTS][2], const float *seen, const float *weights, long length) {
    for (long k = 0; k < length; k++, seen += ROWS, weights += outputs) {
        vec low = load(seen), high = load(seen + LANES);
#pragma GCC unroll 6
        for (int o = 0; o < outputs; o++) {
            sums[o][0] += weights[o] * low;
            sums[o][1] += weights[o] * high;
        }
    }
}

/* One tile of rows and some channels: planes laid out, weights, biases and what is passed, and what is written. */
struct tile {
    const float *seen, *weights, *bias, *passed;
    float *to;
    long count;
};

/* What the rows of one place become. */
INLINE void put(const struct tile *tile, long at, vec low, vec high) {
    float *to = tile->to + at;
    const float *passed = tile->passed ? tile->passed + at : 0;
    if (tile->count >= ROWS) {
        if (passed) low += load(passed), high += load(passed + LANES);
        store(to, low);
        store(to + LANES, high);
        return;
    }
    for (long row = 0; row < tile->count; row++) {
        float value = row < LANES ? low[row] : high[row - LANES];
        to[row] = passed ? value + passed[row] : value;
    }
}

/* One place, of so many channels. */
INLINE void convolve_place(int outputs, const struct convolution *c, long y, long x, const struct tile *tile) {
    vec sums[OUTPUTS][2];
    struct span lines = within(y - c->above, c->height, c->from_height);
    struct span columns = within(x - c->left, c->width, c->from_width);
    long length = (lines.stop - lines.start) * c->from;
#pragma GCC unroll 6
    for (int o = 0; o < outputs; o++) sums[o][0] = sums[o][1] = all(tile->bias ? tile->bias[o] : 0.f);
    for (long j = columns.start; j < columns.stop; j++) {
        long line = (x - c->left + j) * c->from_height + y - c->above + lines.start;
        add_run(outputs, sums, tile->seen + line * c->from * ROWS,
                tile->weights + (j * c->height + lines.start) * c->from * outputs, length);
    }
#pragma GCC unroll 6
    for (int o = 0; o < outputs; o++)
        put(tile, ((o * c->to_height + y) * c->to_width + x) * c->rows, sums[o][0], sums[o][1]);
}

/* The columns of one channel, put in place. */
INLINE void put_columns(const struct convolution *c, const struct tile *tile, long at, long columns, int o,
                        vec sums[POINTS][OUTPUTS][2]) {
    vec made[2][POINTS], bias = all(tile->bias ? tile->bias[o] : 0.f);
#pragma GCC unroll 2
    for (int half = 0; half < 2; half++) {
        vec points[POINTS];
#pragma GCC unroll 6
        for (int k = 0; k < POINTS; k++) points[k] = sums[k][o][half];
        gather_columns(points, c->tile, made[half]);
    }
    for (long k = 0; k < columns; k++) put(tile, at + k * c->rows, made[0][k] + bias, made[1][k] + bias);
}

/* One tile of columns of one line, of so many channels. */
INLINE void convolve_columns(int outputs, const struct convolution *c, long y, long x, const struct tile *tile) {
    vec points[POINTS][OUTPUTS][2];
    struct span lines = within(y - c->above, c->height, c->from_height);
    long length = (lines.stop - lines.start) * c->from;
    for (long k = 0; k < POINTS; k++) {
        vec sums[OUTPUTS][2] = {};
        long line = (k * c->tiles + x / c->tile) * c->from_height + y - c->above + lines.start;
        add_run(outputs, sums, tile->seen + line * c->from * ROWS,
                tile->weights + (k * c->height + lines.start) * c->from * outputs, length);
#pragma GCC unroll 6
        for (int o = 0; o < outputs; o++) points[k][o][0] = sums[o][0], points[k][o][1] = sums[o][1];
    }
    for (int o = 0; o < outputs; o++)
        put_columns(c, tile, ((o * c->to_height + y) * c->to_width + x) * c->rows, least(c->tile, c->to_width - x),
                    o, points);
}

#define FUNCTIONS(N)                                                                                                   \
    static void place_##N(const struct convolution *c, long y, long x, const struct tile *tile) {                      \
        convolve_place(N, c, y, x, tile);                                                                              \
    }                                                                                                                  \
    static void columns_##N(const struct convolution *c, long y, long x, const struct tile *tile) {                    \
        convolve_columns(N, c, y, x, tile);                                                                            \
    }
FUNCTIONS(1)
FUNCTIONS(2)
FUNCTIONS(3)
FUNCTIONS(4)
FUNCTIONS(5)
FUNCTIONS(6)

typedef void tile_function(const struct convolution *, long, long, const struct tile *);
static tile_function *const functions[2][OUTPUTS] = {
    {place_1, place_2, place_3, place_4, place_5, place_6},
    {columns_1, columns_2, columns_3, columns_4, columns_5, columns_6},
};

/* One tile of rows, of all channels of one member. */
static void convolve_tile(const struct convolution *c, const struct tile *all) {
    long parts = parts_of(c->to, OUTPUTS), taps = taps_of(c) * c->height * c->from;
    long size = c->to_height * c->to_width * c->rows, step = c->points ? c->tile : 1;
    for (long x = 0; x < c->to_width; x += step)
        for (long y = 0; y < c->to_height; y++)
            for (long index = 0; index < parts; index++) {
                long first = part(c->to, index, parts), outputs = part(c->to, index + 1, parts) - first;
                struct tile tile = {all->seen,
                                    all->weights + first * taps,
                                    all->bias ? all->bias + first : 0,
                                    all->passed ? all->passed + first * size : 0,
                                    all->to + first * size,
                                    all->count};
                functions[c->points][outputs - 1](c, y, x, &tile);
            }
}

static void lay_out(const struct convolution *c, const float *planes, long row, float *seen) {
    struct planes p = {planes + row, c->from, c->from_height, c->from_width, c->rows, c->rows - row};
    if (c->points)
        gather_points(ROWS, POINTS, input_points, &p, c->left, c->tile, c->tiles, seen);
    else
        gather(ROWS, &p, seen);
}

/* Scratch: planes as they are laid out, and one member's weights. `bias` [members, to], its members `bias_step` apart,
 * and `passed`, of the shape of `to`, may be NULL. `to` may be `passed` and, where they have one shape, `from`. */
void convolve(const struct convolution *c, const float *from, const float *weights, const float *bias, long bias_step,
              const float *passed, float *to, float *scratch) {
    long size = c->to * c->to_height * c->to_width * c->rows;
    float *seen = scratch, *ordered = scratch + columns_of(c) * c->from_height * c->from * ROWS;
    for (long member = 0; member < c->members; member++) {
        const float *planes = from + member % c->shares * c->from * c->from_height * c->from_width * c->rows;
        (c->points ? order_points : order_weights)(c, weights + member * c->by_member, ordered);
        for (long row = 0; row < c->rows; row += ROWS) {
            long at = member * size + row;
            lay_out(c, planes, row, seen);
            struct tile tile = {seen, ordered, bias ? bias + member * bias_step : 0, passed ? passed + at : 0, to + at,
                                c->rows - row};
            convolve_tile(c, &tile);
        }
    }
}
