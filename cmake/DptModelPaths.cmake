# dpt_model_paths: where the program looks for the folder that holds registry.json and the starter
# models. For the one library that opens models by name; in this order:
#   1. the environment variable DPT_MODELS (Settings::models);
#   2. DPT_INSTALLED_MODELS, where an installed program has them: "../share/dpt/models";
#   3. DPT_SOURCE_MODELS, where a program in the build folder has them: "../../../models".
# The last two are relative to the folder of the running program, so that an installed tree and a
# source tree with its build folder may be moved.
add_library(dpt_model_paths INTERFACE)
if(IS_ABSOLUTE "${CMAKE_INSTALL_DATADIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_BINDIR}")
  message(FATAL_ERROR "CMAKE_INSTALL_BINDIR and CMAKE_INSTALL_DATADIR must be relative to the prefix, "
                      "because the program finds its models relative to itself")
endif()
file(RELATIVE_PATH dpt_installed_models "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_DATADIR}/dpt/models")
file(RELATIVE_PATH dpt_source_models "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}" "${PROJECT_SOURCE_DIR}/models")
target_compile_definitions(dpt_model_paths INTERFACE DPT_INSTALLED_MODELS="${dpt_installed_models}"
                           DPT_SOURCE_MODELS="${dpt_source_models}")
