// Timing one model at one input size.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "runtime/engine.h"
#include "runtime/network_input.h"
#include "runtime/session.h"

namespace dpt::runtime {

struct MeasureOptions {
  int warmup = 1;  ///< runs before the measured ones, the first one included
  int runs = 0;    ///< measured runs; 0: at least 5, and for at least 2 seconds
};

struct Measurement {
  double load_ms = 0;   ///< opening the model, threads, packing of the weights: ready to run
  double first_ms = 0;  ///< load_ms and the first result
  std::vector<double> runs_ms;
  double peak_mb = 0;         ///< largest resident memory (10^6 bytes) since the measurement began
  double constants_mb = 0;    ///< of it: weights in the kernels' layouts
  double activations_mb = 0;  ///< of it: values between the layers
  double gmac = 0;            ///< 10^9 multiply-adds of the graph's layers, however computed
};

/// The session stays for a profile and for the result, which lies in it.
struct Measured {
  Measurement figures;
  std::unique_ptr<runtime::Session> session;
  backend::FloatView output;
};

/// Measures a model in a session of its own. `load` opens it. Throws what load and Session::run
/// throw.
Measured measure(const std::function<std::shared_ptr<runtime::Engine>()>& load, int threads,
                 const NetworkInput& input, const MeasureOptions& options);

/// The q-quantile (0 to 1), interpolated between neighbours: the median is that of 0.5. NaN without
/// values.
double quantile(std::vector<double> values, double q);

}  // namespace dpt::runtime
