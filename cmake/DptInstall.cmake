# cmake --install BUILD --prefix X: the programs, the models and the documents.
#
# The program finds share/dpt/models relative to itself (cmake/DptModelPaths.cmake), so the
# installed tree may be moved.

set(dpt_programs dpt dpt-pull dpt-scenes)
if(TARGET dpt-video)
  list(APPEND dpt_programs dpt-video)
endif()
install(TARGETS ${dpt_programs} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES "$<TARGET_FILE_DIR:dpt>/dpt-ailia" DESTINATION "${CMAKE_INSTALL_BINDIR}")
set(dpt_help "${CMAKE_BINARY_DIR}/help")
install(DIRECTORY "${dpt_help}/man1" DESTINATION "${CMAKE_INSTALL_MANDIR}")
install(FILES "${dpt_help}/dpt.bash" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME dpt)
install(FILES "${dpt_help}/dpt.zsh" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" RENAME _dpt)
install(FILES "${dpt_help}/dpt.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
install(DIRECTORY models/ DESTINATION "${CMAKE_INSTALL_DATADIR}/dpt/models" PATTERN samples EXCLUDE)
install(FILES README.md LICENSE CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}/docs"
        FILES_MATCHING PATTERN "*.md" PATTERN "*.jpg" PATTERN "*.png" PATTERN "*.svg")
