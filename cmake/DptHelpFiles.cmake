# cmake -D PROGRAM=.../dpt -D FOLDER=... -P DptHelpFiles.cmake: the manual page and the shells'
# completions, from the program's parser, as files of FOLDER.

function(write_help name)
  execute_process(COMMAND "${PROGRAM}" ${ARGN} OUTPUT_FILE "${FOLDER}/${name}" RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} ${ARGN}: ${result}")
  endif()
endfunction()

file(MAKE_DIRECTORY "${FOLDER}")
write_help(dpt.1 man)
foreach(shell bash zsh fish)
  write_help(dpt.${shell} completion ${shell})
endforeach()
