# cmake -D PROGRAM=.../dpt -D FOLDER=... -P DptHelpFiles.cmake: the manual pages and the shells'
# completions, from the program's parser, as files of FOLDER.

function(write_help name)
  execute_process(COMMAND "${PROGRAM}" ${ARGN} OUTPUT_FILE "${FOLDER}/${name}" RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} ${ARGN}: ${result}")
  endif()
endfunction()

file(MAKE_DIRECTORY "${FOLDER}/man1")
execute_process(COMMAND "${PROGRAM}" man -o "${FOLDER}/man1" COMMAND_ERROR_IS_FATAL ANY)
foreach(shell bash zsh fish)
  write_help(dpt.${shell} completion ${shell})
endforeach()
