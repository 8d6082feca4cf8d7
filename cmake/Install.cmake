# SPDX-License-Identifier: Apache-2.0
# Installs headers, one library per module, the CMake package and the pkg-config file.
#   keyway::proto   everything below the network layer, for programs that bring their own input and output
#   keyway::keyway  keyway::proto with sockets
#   keyway::fetch   revocation lists and staples over HTTP; brings libcurl, and is there with KEYWAY_FETCH alone
#   keyway::compression   compressed certificates; brings zlib, brotli and zstd, and is there with KEYWAY_COMPRESSION alone
include(CMakePackageConfigHelpers)

get_property(KEYWAY_MODULES GLOBAL PROPERTY KEYWAY_MODULE_TARGETS)
add_library(keyway_proto INTERFACE)
add_library(keyway_keyway INTERFACE)
set(proto_modules ${KEYWAY_MODULES})
list(REMOVE_ITEM proto_modules keyway_net keyway_fetch keyway_compression)
target_link_libraries(keyway_proto INTERFACE ${proto_modules})
target_link_libraries(keyway_keyway INTERFACE keyway_proto)
if(TARGET keyway_net)
  target_link_libraries(keyway_keyway INTERFACE keyway_net)
endif()
add_library(keyway::proto ALIAS keyway_proto)
add_library(keyway::keyway ALIAS keyway_keyway)
set_target_properties(keyway_proto PROPERTIES EXPORT_NAME proto)
set_target_properties(keyway_keyway PROPERTIES EXPORT_NAME keyway)
foreach(module IN LISTS KEYWAY_MODULES)
  string(REGEX REPLACE "^keyway_" "" export_name ${module})
  set_target_properties(${module} PROPERTIES EXPORT_NAME module_${export_name})
endforeach()

if(TARGET keyway_fetch)
  add_library(keyway::fetch ALIAS keyway_fetch)
  set_target_properties(keyway_fetch PROPERTIES EXPORT_NAME fetch)
endif()
if(TARGET keyway_compression)
  add_library(keyway::compression ALIAS keyway_compression)
  set_target_properties(keyway_compression PROPERTIES EXPORT_NAME compression)
endif()

# The linker reads static libraries once, left to right: users before what they use, that is, the layers from the top.
set(KEYWAY_PC_LIBRARIES "")
set(pc_modules ${KEYWAY_MODULES})
list(REMOVE_ITEM pc_modules keyway_fetch keyway_compression)
foreach(module IN LISTS pc_modules)
  string(PREPEND KEYWAY_PC_LIBRARIES "-l${module} ")
endforeach()

set(KEYWAY_CMAKE_FOLDER ${CMAKE_INSTALL_LIBDIR}/cmake/keyway)
install(TARGETS ${KEYWAY_MODULES} keyway_proto keyway_keyway EXPORT keyway-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT keyway-targets NAMESPACE keyway:: DESTINATION ${KEYWAY_CMAKE_FOLDER})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/keyway DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(TARGET keyway)
  install(TARGETS keyway RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/keywayConfig.cmake.in ${PROJECT_BINARY_DIR}/keywayConfig.cmake
  INSTALL_DESTINATION ${KEYWAY_CMAKE_FOLDER})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/keywayConfigVersion.cmake COMPATIBILITY SameMinorVersion)
file(RELATIVE_PATH KEYWAY_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" KEYWAY_PC_PREFIX ${KEYWAY_PC_PREFIX})
configure_file(${PROJECT_SOURCE_DIR}/cmake/keyway.pc.in ${PROJECT_BINARY_DIR}/keyway.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/keywayConfig.cmake ${PROJECT_BINARY_DIR}/keywayConfigVersion.cmake
  DESTINATION ${KEYWAY_CMAKE_FOLDER})
install(FILES ${PROJECT_BINARY_DIR}/keyway.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
