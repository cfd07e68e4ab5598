// The definition of attention.h, in double.
#include <algorithm>
#include <cmath>
#include <vector>

#include "backend/cpu/kernels/attention/attention.h"

namespace dpt::cpu {

void attention_reference(const AttentionArgs& args) {
  const int64_t dim = args.width / args.heads;
  const int64_t row = 3 * args.width;
  std::vector<double> p(static_cast<size_t>(args.tokens));
  for (int64_t n = 0; n < args.batch; ++n) {
    for (int64_t h = 0; h < args.heads; ++h) {
      const float* q = args.qkv + n * args.tokens * row + h * dim;
      const float* k = q + args.width;
      const float* v = k + args.width;
      for (int64_t i = 0; i < args.tokens; ++i) {
        for (int64_t j = 0; j < args.tokens; ++j) {
          double dot = 0;
          for (int64_t d = 0; d < dim; ++d) dot += double{q[i * row + d]} * k[j * row + d];
          p[j] = dot / std::sqrt(static_cast<double>(dim));
        }
        const double largest = *std::max_element(p.begin(), p.end());
        double total = 0;
        for (double& value : p) total += value = std::exp(value - largest);
        float* out = args.output + (n * args.tokens + i) * args.width + h * dim;
        for (int64_t d = 0; d < dim; ++d) {
          double sum = 0;
          for (int64_t j = 0; j < args.tokens; ++j) sum += p[j] * v[j * row + d];
          out[d] = static_cast<float>(sum / total);
        }
      }
    }
  }
}

}  // namespace dpt::cpu
