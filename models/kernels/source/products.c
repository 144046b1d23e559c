/* Products of the small matrices of networks with streams, whose columns (rows of a batch, places, steps) are contiguous.
 *
 *     product       out [rows, columns] = left [rows, inner] right [inner, columns]
 *     gram          out [rows, others]  = left [rows, columns] right [others, columns]^T
 *
 * for all members. A panel of 16 columns of `right` is met by all rows of `left`, which stay in the first cache, so this
 * is for left sides of some ten thousand numbers at most. */
#include "tiles.h"

typedef struct {
    const float *at;
    long member, row, column; /* strides in numbers; that of columns is 1 in streams */
} matrix;

INLINE const float *of(const matrix *all, long m) { return all->at + m * all->member; }

#define MOST_INNER 512

/* The last columns, fewer than a panel's, by way of a tile of whole ones. */
INLINE void last_columns(long rows, long inner, long count, const float *left, long row, long step, const float *gathered,
                         float *to, long to_row) {
    float whole[TALL * WIDE];
    for (long r = 0; r < rows; r += TALL) {
        const long taken = least(TALL, rows - r);
        panel(WIDE, 0, taken, inner, left + r * row, row, step, gathered, WIDE, whole, WIDE);
        for (long line = 0; line < taken; line++)
            memcpy(to + (r + line) * to_row, whole + line * WIDE, count * sizeof(float));
    }
}

/* `inner` is at most 512. */
void stream_product(long members, long rows, long inner, long columns, const matrix *left, const matrix *right,
                    const matrix *out) {
    float gathered[MOST_INNER * WIDE] __attribute__((aligned(32)));
    for (long m = 0; m < members; m++) {
        const float *a = of(left, m), *b = of(right, m);
        float *c = (float *)of(out, m);
        for (long j = 0; j < columns; j += WIDE) {
            const long count = least(WIDE, columns - j);
            gather_panel(inner, count, b + j, right->row, gathered);
            if (count == WIDE)
                panel(WIDE, 0, rows, inner, a, left->row, left->column, gathered, WIDE, c + j, out->row);
            else
                last_columns(rows, inner, count, a, left->row, left->column, gathered, c + j, out->row);
        }
    }
}

/* Sums over columns of ROWS lines of left times OTHERS lines of right, added to what is there, or put in its place. */
#define CROSS(ROWS, OTHERS)                                                                                         \
    INLINE void cross_##ROWS##_##OTHERS(long columns, int add, const float *left, long row, const float *right,      \
                                        long line, float *to, long to_row, long to_column) {                         \
        vec sums[ROWS][OTHERS] = {0};                                                                                \
        long j = 0;                                                                                                  \
        for (; j + LANES <= columns; j += LANES) {                                                                   \
            vec taken[OTHERS];                                                                                       \
            for (int o = 0; o < OTHERS; o++) taken[o] = load(right + o * line + j);                                  \
            for (int r = 0; r < ROWS; r++) {                                                                         \
                const vec factor = load(left + r * row + j);                                                         \
                for (int o = 0; o < OTHERS; o++) sums[r][o] += factor * taken[o];                                    \
            }                                                                                                        \
        }                                                                                                            \
        for (; j < columns; j++)                                                                                     \
            for (int r = 0; r < ROWS; r++)                                                                           \
                for (int o = 0; o < OTHERS; o++) sums[r][o][0] += left[r * row + j] * right[o * line + j];           \
        for (int r = 0; r < ROWS; r++)                                                                               \
            for (int o = 0; o < OTHERS; o++) {                                                                       \
                float *at = to + r * to_row + o * to_column;                                                         \
                *at = sum(sums[r][o]) + (add ? *at : 0.f);                                                           \
            }                                                                                                        \
    }

CROSS(4, 3)
CROSS(4, 1)
CROSS(1, 3)
CROSS(1, 1)

#define CHUNK 1024 /* columns: four lines of so many are half of the first cache */

/* ROWS lines of left with all of right, over the columns of a chunk. */
#define CROSS_ALL(ROWS)                                                                                             \
    INLINE void cross_all_##ROWS(long others, long columns, int add, const float *left, long row,                    \
                                 const float *right, long line, float *to, long to_row, long to_column) {            \
        for (; others >= 3; others -= 3, right += 3 * line, to += 3 * to_column)                                     \
            cross_##ROWS##_3(columns, add, left, row, right, line, to, to_row, to_column);                           \
        for (; others > 0; others--, right += line, to += to_column)                                                 \
            cross_##ROWS##_1(columns, add, left, row, right, line, to, to_row, to_column);                           \
    }

CROSS_ALL(4)
CROSS_ALL(1)

void stream_gram(long members, long rows, long others, long columns, const matrix *left, const matrix *right,
                 const matrix *out) {
    for (long m = 0; m < members; m++)
        for (long j = 0; j < columns; j += CHUNK) {
            const float *a = of(left, m) + j, *b = of(right, m) + j;
            float *c = (float *)of(out, m);
            const long taken = least(CHUNK, columns - j);
            long r = 0;
            for (; r + 4 <= rows; r += 4)
                cross_all_4(others, taken, j > 0, a + r * left->row, left->row, b, right->row, c + r * out->row, out->row,
                            out->column);
            for (; r < rows; r++)
                cross_all_1(others, taken, j > 0, a + r * left->row, left->row, b, right->row, c + r * out->row, out->row,
                            out->column);
        }
}
