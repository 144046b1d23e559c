/* Activations by exponentials, roots and sines. At |x| <= 1e4 all are within a few roundings of the exact value, and so
 * is each slope, or within 5e-7 where it is small. */
#include "activations.h"

IN_PLACE(sigmoid, float left; logistic(x, farthest, &f, &left);)
IN_PLACE(tanh_, f = hyperbolic_tangent(x, farthest);)

BY_VALUE(sigmoid_pull, d *= f - f * f;)
BY_VALUE(tanh_pull, d *= 1 - f * f;)

WITH_SLOPE(silu, float share, left; logistic(x, farthest, &share, &left); f = x * share; d = share + f * left;)

WITH_SLOPE(quick_gelu, float share, left; logistic(1.702f * x, farthest, &share, &left); f = x * share;
           d = share + 1.702f * f * left;)

/* x Phi(x): Phi(-|x|) is exp(-x^2 / 2) times a polynomial in 1 / (1 + 0.28 |x|), fitted as models/activations/normal.py
 * says. */
WITH_SLOPE(gelu, float size = fabsf(x), density = falling(-.5f * x * x, farthest), t = 1.f / (1.f + .28f * size);
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

WITH_SLOPE(celu, float less = falling_less_one(.5f * (x > 0 ? 0 : x), farthest); f = x > 0 ? x : 2.f * less;
           d = 1.f + less;)

/* The slope is the sigmoid. */
#define SOFTPLUS                                                                                                       \
    float u = falling(-fabsf(x), farthest), share = 1.f / (1.f + u);                                                   \
    f = logarithm_of_more(u) + (x < 0 ? 0 : x);                                                                        \
    d = x < 0 ? u * share : share;

WITH_SLOPE(softplus, SOFTPLUS)
WITH_SLOPE(shifted_softplus, SOFTPLUS f -= 0.6931471805599453f;)

/* max(x, 0) + 2 / (root + |x|), which loses no digits on the left, and f / root. */
WITH_SLOPE(squareplus, float root = sqrtf(x * x + 4.f), sum = root + fabsf(x), both = 1.f / (root * sum);
           f = (x < 0 ? 0 : x) + 2.f * root * both; d = f * sum * both;)

WITH_SLOPE(softsign, float share = 1.f / (1.f + fabsf(x)); f = x * share; d = share * share;)

IN_PLACE(lecun_tanh, f = 1.7159f * hyperbolic_tangent(0.6666666667f * x, farthest);)
BY_VALUE(lecun_tanh_pull, float t = f * (1.f / 1.7159f); d *= 1.1439333333f * (1.f - t * t);)

IN_PLACE(penalized_tanh, float t = hyperbolic_tangent(x, farthest); f = t < .25f * t ? .25f * t : t;)
BY_VALUE(penalized_tanh_pull, d *= f > 0 ? 1.f - f * f : .25f - 4.f * f * f;)

WITH_SLOPE(sine, float s, c; uint32_t sign; sine_and_cosine(x, &s, &c, &sign); f = with_sign(s, sign);
           d = with_sign(c, sign);)
