/* Gradients of the weights and biases of a convolution:
 *
 *     weight[o][i][j][c] = sum over y, x, r of delta[o][y][x][r] from[c][y + i - above][x + j - left][r]
 *
 * Rows are the lanes of the sums, which are added up at the end. By points, with gradients d at the columns of
 * outputs, those of the kernel are A' (s (A d) (B' from)). */
#include "convolution.h"

#define INPUTS 2
#define PLACES 64

/* The same, as a register: the compiler would rather read what it uses twice from memory twice, which takes longer. */
INLINE vec in_register(vec value) {
#ifdef __x86_64__
    __asm__("" : "+x"(value));
#endif
    return value;
}

/* Runs of `lines` places, one for each column, that one tap brings together: where the first are, and how far apart. */
struct meeting {
    long columns, lines, delta, seen, delta_step, seen_step;
};

/* Products of `outputs` channels of gradients [places][2][outputs][8] with `inputs` channels of inputs alike, added to
 * total[outputs][inputs][8]. */
INLINE void add_products(int outputs, int inputs, const struct meeting *m, const float *delta, const float *seen,
                         float *total) {
    vec sums[OUTPUTS][INPUTS];
#pragma GCC unroll 6
    for (int o = 0; o < outputs; o++)
#pragma GCC unroll 2
        for (int k = 0; k < inputs; k++) sums[o][k] = load(total + (o * inputs + k) * LANES);
    for (long column = 0; column < m->columns; column++) {
        const float *left = delta + (m->delta + column * m->delta_step) * outputs * ROWS;
        const float *right = seen + (m->seen + column * m->seen_step) * inputs * ROWS;
        for (long run = 0; run < 2 * m->lines; run++, left += outputs * LANES, right += inputs * LANES) {
#pragma GCC unroll 6
            for (int o = 0; o < outputs; o++) {
                vec one = in_register(load(left + o * LANES));
#pragma GCC unroll 2
                for (int k = 0; k < inputs; k++) sums[o][k] += one * load(right + k * LANES);
            }
        }
    }
#pragma GCC unroll 6
    for (int o = 0; o < outputs; o++)
#pragma GCC unroll 2
        for (int k = 0; k < inputs; k++) store(total + (o * inputs + k) * LANES, sums[o][k]);
}

#define PRODUCTS(N, K)                                                                                                 \
    static void products_##N##_##K(const struct meeting *m, const float *delta, const float *seen, float *total) {     \
        add_products(N, K, m, delta, seen, total);                                                                     \
    }
#define PRODUCTS_OF(N) PRODUCTS(N, 1) PRODUCTS(N, 2)
PRODUCTS_OF(1)
PRODUCTS_OF(2)
PRODUCTS_OF(3)
PRODUCTS_OF(4)
PRODUCTS_OF(5)
PRODUCTS_OF(6)

typedef void products_function(const struct meeting *, const float *, const float *, float *);
static products_function *const functions[OUTPUTS][INPUTS] = {
    {products_1_1, products_1_2}, {products_2_1, products_2_2}, {products_3_1, products_3_2},
    {products_4_1, products_4_2}, {products_5_1, products_5_2}, {products_6_1, products_6_2},
};

/* What the tap of line i and column (or point) j brings together, of a block of columns (or tiles) of the outputs. */
INLINE struct meeting meet(const struct convolution *c, struct span block, long i, long j) {
    long shift = i - c->above, tiles = c->tiles;
    struct span lines = within(shift, c->to_height, c->from_height);
    struct span columns = c->points ? block : both(block, within(j - c->left, c->to_width, c->from_width));
    long delta = c->points ? j * tiles + block.start : columns.start;
    long seen = c->points ? delta : columns.start + j - c->left;
    struct meeting m = {columns.stop - columns.start,
                        lines.stop - lines.start,
                        delta * c->to_height + lines.start,
                        seen * c->from_height + lines.start + shift,
                        c->to_height,
                        c->from_height};
    if (m.lines == c->to_height && m.lines == c->from_height && m.columns > 0) m.lines *= m.columns, m.columns = 1;
    return m;
}

/* The products of one tile of rows for some channels, block by block: what a block needs stays in the fastest cache for
 * all taps. */
static void add_taps(const struct convolution *c, products_function *add, long products, const float *delta,
                     const float *seen, float *total) {
    long across = c->to_height < PLACES ? PLACES / c->to_height : 1, end = c->points ? c->tiles : c->to_width;
    for (long start = 0; start < end; start += across)
        for (long tap = 0; tap < taps_of(c) * c->height; tap++) {
            struct span block = {start, least(start + across, end)};
            struct meeting m = meet(c, block, tap % c->height, tap / c->height);
            add(&m, delta, seen, total + tap * products * LANES);
        }
}

/* One tile of rows, for every part of the outputs and part of the inputs. */
static void add_tile(const struct convolution *c, const float *delta, const float *seen, float *total) {
    long parts = parts_of(c->to, OUTPUTS), inner = parts_of(c->from, INPUTS);
    long size = made_columns_of(c) * c->to_height * ROWS, seen_size = columns_of(c) * c->from_height * ROWS;
    for (long index = 0; index < parts; index++) {
        long first = part(c->to, index, parts), outputs = part(c->to, index + 1, parts) - first;
        for (long k = 0; k < inner; k++) {
            long from = part(c->from, k, inner), inputs = part(c->from, k + 1, inner) - from;
            add_taps(c, functions[outputs - 1][inputs - 1], outputs * inputs, delta + first * size,
                     seen + from * seen_size, total);
            total += taps_of(c) * c->height * outputs * inputs * LANES;
        }
    }
}

/* total[channel] += the gradients at the outputs, which the second point has all of. */
static void add_places(const struct convolution *c, const float *delta, float *total) {
    long parts = parts_of(c->to, OUTPUTS), size = made_columns_of(c) * c->to_height * ROWS;
    long places = (c->points ? c->tiles : c->to_width) * c->to_height, skipped = c->points ? places : 0;
    for (long index = 0; index < parts; index++) {
        long first = part(c->to, index, parts), count = part(c->to, index + 1, parts) - first;
        const float *at = delta + first * size + skipped * count * ROWS;
        vec sums[OUTPUTS] = {};
        for (long run = 0; run < 2 * places; run++, at += count * LANES)
#pragma GCC unroll 6
            for (int o = 0; o < OUTPUTS; o++)
                if (o < count) sums[o] += load(at + o * LANES);
        for (long o = 0; o < count; o++, total += LANES) store(total, load(total) + sums[o]);
    }
}

/* From points to the kernel's columns, for `count` sums each, in place. */
static void combine_points(long count, long width, float *total) {
    for (long i = 0; i < count; i++, total += LANES) {
        vec points[POINTS], columns[POINTS] = {};
#pragma GCC unroll 6
        for (int k = 0; k < POINTS; k++) points[k] = SCALES[k] * load(total + k * count * LANES);
        gather_columns(points, width, columns);
        for (long k = 0; k < width; k++) store(total + k * count * LANES, columns[k]);
    }
}

/* The sums over lanes, in the order of the weights. */
static void put_weights(const struct convolution *c, float *total, float *weights) {
    long parts = parts_of(c->to, OUTPUTS), inner = parts_of(c->from, INPUTS);
    for (long index = 0; index < parts; index++)
        for (long k = 0; k < inner; k++) {
            long first = part(c->to, index, parts), outputs = part(c->to, index + 1, parts) - first;
            long start = part(c->from, k, inner), inputs = part(c->from, k + 1, inner) - start;
            const float *at = total;
            if (c->points) combine_points(c->height * outputs * inputs, c->width, total);
            total += taps_of(c) * c->height * outputs * inputs * LANES;
            for (long j = 0; j < c->width; j++)
                for (long i = 0; i < c->height; i++)
                    for (long to = first; to < first + outputs; to++)
                        for (long from = start; from < start + inputs; from++, at += LANES)
                            weights[i * c->by_line + j * c->by_column + from * c->by_from + to * c->by_to] =
                                sum(load(at));
        }
}

/* Inputs part by part, as `add_products` reads them; gradients alike. */
static void lay_out_inputs(const struct convolution *c, const float *planes, long row, float *seen) {
    long size = c->from_height * c->from_width * c->rows;
    for (long index = 0, parts = parts_of(c->from, INPUTS); index < parts; index++) {
        long first = part(c->from, index, parts), count = part(c->from, index + 1, parts) - first;
        struct planes p = {planes + first * size + row, count, c->from_height, c->from_width, c->rows, c->rows - row};
        if (c->points)
            gather_points(LANES, POINTS, input_points, &p, c->left, c->tile, c->tiles, seen);
        else
            gather(LANES, &p, seen);
        seen += count * columns_of(c) * c->from_height * ROWS;
    }
}

static void gather_tiles(const struct planes *p, long tile, long tiles, float *to) {
    switch (tile) {
    case 2: gather_points(LANES, 2, evaluate, p, 0, 2, tiles, to); break;
    case 3: gather_points(LANES, 3, evaluate, p, 0, 3, tiles, to); break;
    case 4: gather_points(LANES, 4, evaluate, p, 0, 4, tiles, to); break;
    default: gather_points(LANES, 5, evaluate, p, 0, 5, tiles, to);
    }
}

static void lay_out_gradients(const struct convolution *c, const float *planes, long row, float *delta) {
    long size = c->to_height * c->to_width * c->rows;
    for (long index = 0, parts = parts_of(c->to, OUTPUTS); index < parts; index++) {
        long first = part(c->to, index, parts), count = part(c->to, index + 1, parts) - first;
        struct planes p = {planes + first * size + row, count, c->to_height, c->to_width, c->rows, c->rows - row};
        if (c->points)
            gather_tiles(&p, c->tile, c->tiles, delta);
        else
            gather(LANES, &p, delta);
        delta += count * made_columns_of(c) * c->to_height * ROWS;
    }
}

/* `bias` [members, to], its members `bias_step` apart, may be NULL. Scratch: inputs and gradients as they are laid
 * out, and eight times one member's weights, with points in place of columns, and biases. */
void convolution_gradients(const struct convolution *c, const float *from, const float *delta, float *weights,
                           float *bias, long bias_step, float *scratch) {
    long count = c->to * c->from * taps_of(c) * c->height;
    float *seen = scratch, *made = seen + columns_of(c) * c->from_height * c->from * ROWS;
    float *total = made + made_columns_of(c) * c->to_height * c->to * ROWS;
    for (long member = 0; member < c->members; member++) {
        const float *inputs = from + member % c->shares * c->from * c->from_height * c->from_width * c->rows;
        const float *gradients = delta + member * c->to * c->to_height * c->to_width * c->rows;
        memset(total, 0, (count + c->to) * LANES * sizeof *total);
        for (long row = 0; row < c->rows; row += ROWS) {
            lay_out_inputs(c, inputs, row, seen);
            lay_out_gradients(c, gradients, row, made);
            add_tile(c, made, seen, total);
            if (bias) add_places(c, made, total + count * LANES);
        }
        put_weights(c, total, weights + member * c->by_member);
        if (bias)
            for (long o = 0; o < c->to; o++) bias[member * bias_step + o] = sum(load(total + (count + o) * LANES));
    }
}
