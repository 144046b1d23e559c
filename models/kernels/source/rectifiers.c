/* Activations made of straight pieces and of parabolas. At a joint the slope is that of models/activations. */
#include "activations.h"

#define CLIP(X, LOW, HIGH) at_most(at_least(X, LOW), HIGH)

IN_PLACE(relu, f = x < 0 ? 0 : x;)
BY_VALUE(relu_pull, d = f > 0 ? d : 0;)

IN_PLACE(relu6, f = CLIP(x, 0, 6.f);)
BY_VALUE(relu6_pull, d = (f > 0) & (f < 6.f) ? d : 0;)

IN_PLACE(clipped_relu, f = CLIP(x, 0, 20.f);)
BY_VALUE(clipped_relu_pull, d = (f > 0) & (f < 20.f) ? d : 0;)

IN_PLACE(leaky_relu, f = x > 0 ? x : .01f * x;)
BY_VALUE(leaky_relu_pull, d = f > 0 ? d : .01f * d;)

IN_PLACE(rrelu, f = x > 0 ? x : 11.f / 48.f * x;)
BY_VALUE(rrelu_pull, d = f > 0 ? d : 11.f / 48.f * d;)

WITH_SLOPE(squared_relu, float up = x < 0 ? 0 : x; f = up * up; d = 2.f * up;)

IN_PLACE(hard_tanh, f = CLIP(x, -1.f, 1.f);)
BY_VALUE(hard_tanh_pull, d = fabsf(f) < 1.f ? d : 0;)

IN_PLACE(hard_sigmoid, f = CLIP(x * (1.f / 6.f) + .5f, 0, 1.f);)
BY_VALUE(hard_sigmoid_pull, d = (f > 0) & (f < 1.f) ? d * (1.f / 6.f) : 0;)

WITH_SLOPE(hard_swish, float gate = CLIP(x * (1.f / 6.f) + .5f, 0, 1.f); f = x * gate;
           d = fabsf(x) < 3.f ? 2.f * gate - .5f : gate;)
