# SPDX-License-Identifier: Apache-2.0
# Installs, moves the installed tree (it must not know its path), consumes it twice.
function(step name)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${name}: ${result}\n${output}")
  endif()
  set(step_output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
file(MAKE_DIRECTORY ${WORK_DIR})
step("install" ${CMAKE_COMMAND} --install ${BINARY_DIR} --prefix ${WORK_DIR}/first)
file(RENAME ${WORK_DIR}/first ${WORK_DIR}/prefix)

step("configure with find_package" ${CMAKE_COMMAND} -S ${SOURCE_DIR} -B ${WORK_DIR}/build -G Ninja
  -D CMAKE_CXX_COMPILER=${COMPILER} -D CMAKE_PREFIX_PATH=${WORK_DIR}/prefix)
step("build with find_package" ${CMAKE_COMMAND} --build ${WORK_DIR}/build)
foreach(program consumer consumer_proto)
  step("run ${program}" ${WORK_DIR}/build/${program})
endforeach()

set(ENV{PKG_CONFIG_PATH} ${WORK_DIR}/prefix/${LIBDIR}/pkgconfig)
step("pkg-config --modversion" pkg-config --modversion keyway)
string(STRIP "${step_output}" version)
if(NOT version STREQUAL VERSION)
  message(FATAL_ERROR "pkg-config says version '${version}', the project is ${VERSION}")
endif()
step("pkg-config --cflags --libs" pkg-config --cflags --libs keyway)
separate_arguments(flags UNIX_COMMAND "${step_output}")
step("build with pkg-config" ${COMPILER} ${SOURCE_DIR}/main.cpp -o ${WORK_DIR}/by_pkg_config ${flags})
step("run by_pkg_config" ${WORK_DIR}/by_pkg_config)
