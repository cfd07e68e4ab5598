# dpt_find_python(VARIABLE): a Python 3 that has numpy, for the tests that read our outputs with an
# independent reader. The distribution's own interpreter comes first, because its numpy comes with
# scripts/install-packages.sh; one found first in PATH may lack it.
function(dpt_find_python variable)
  if(${variable})
    return()
  endif()
  find_program(DPT_PATH_PYTHON python3)
  mark_as_advanced(DPT_PATH_PYTHON)
  foreach(candidate /usr/bin/python3 "${DPT_PATH_PYTHON}")
    execute_process(COMMAND "${candidate}" -c "import numpy" RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
    if(result EQUAL 0)
      set(${variable} "${candidate}" CACHE FILEPATH "Python 3 with numpy, for tests")
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "The tests need python3 with numpy (Debian: python3-numpy); "
                      "install it, name one with -D${variable}=..., or configure with -DDPT_BUILD_TESTS=OFF")
endfunction()
