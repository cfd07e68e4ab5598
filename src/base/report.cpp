#include "base/report.h"

#include <new>

namespace dpt {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::input:
      return 1;
    case ErrorKind::usage:
      return 2;
    case ErrorKind::model:
      return 3;
    case ErrorKind::resource:
      return 4;
  }
  return 1;
}

int report_errors(const std::function<int()>& body,
                  const std::function<void(const std::string&)>& tell) {
  try {
    return body();
  } catch (const Error& error) {
    tell(error.what());
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    tell("not enough memory");
    return exit_code(ErrorKind::resource);
  } catch (const std::exception& error) {
    tell(printable(error.what()));
    return exit_code(ErrorKind::input);
  }
}

}  // namespace dpt
