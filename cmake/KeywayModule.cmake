# SPDX-License-Identifier: Apache-2.0
# keyway_module(<name> SOURCES ... [APART ...] LINKS <modules> [PRIVATE_LINKS <libraries>])
#   One static library per row of docs/layers.txt, linked only to the modules of its row: a missing edge is a link error.
# keyway_test(<name> SOURCES ... [APART ...] LINKS <modules> [LABELS ...])
#   One GoogleTest binary; its cases become ctest cases, with the label `unit` unless others are named. Sources that are also listed
#   as APART are compiled alone in united builds.

# The standard headers that most sources of the library include, compiled once for all of them. Sources include what they use all
# the same: preset clang builds without (KEYWAY_PCH).
function(keyway_share_module_headers target)
  if(NOT KEYWAY_PCH)
    return()
  endif()
  if(NOT TARGET keyway_module_headers)
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/module_headers.cpp CONTENT "namespace {}\n")
    add_library(keyway_module_headers OBJECT ${PROJECT_BINARY_DIR}/module_headers.cpp)
    target_compile_features(keyway_module_headers PRIVATE cxx_std_23)
    target_link_libraries(keyway_module_headers PRIVATE keyway_warnings)
    target_compile_definitions(keyway_module_headers PRIVATE $<$<BOOL:${KEYWAY_LEGACY}>:KEYWAY_LEGACY>)
    target_precompile_headers(keyway_module_headers PRIVATE <algorithm> <array> <chrono> <cstring> <expected> <functional> <map>
      <memory> <optional> <ranges> <span> <string> <string_view> <utility> <variant> <vector>)
  endif()
  target_precompile_headers(${target} REUSE_FROM keyway_module_headers)
endfunction()

# Several sources at once: names in their unnamed namespaces must then be different within a target, but for the sources that are
# named here.
function(keyway_unite target)
  if(NOT KEYWAY_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:keyway_united>)
endfunction()

function(keyway_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;APART;LINKS;PRIVATE_LINKS" ${ARGN})
  string(REPLACE "/" "_" target "keyway_${name}")
  add_library(${target} STATIC ${ARG_SOURCES})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_compile_features(${target} PUBLIC cxx_std_23)
  target_compile_definitions(${target} PRIVATE $<$<BOOL:${KEYWAY_LEGACY}>:KEYWAY_LEGACY>)
  foreach(link IN LISTS ARG_LINKS)
    string(REPLACE "/" "_" link_target "keyway_${link}")
    target_link_libraries(${target} PUBLIC ${link_target})
  endforeach()
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:keyway_warnings>)
  keyway_share_module_headers(${target})
  keyway_unite(${target} ${ARG_APART})
  foreach(library IN LISTS ARG_PRIVATE_LINKS)
    if(library MATCHES "^(OpenSSL|Threads)::")
      target_link_libraries(${target} PRIVATE ${library})
    else()  # header-only: consumers of the installed package need not have it
      target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${library}>)
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY KEYWAY_MODULE_TARGETS ${target})
endfunction()

# The headers that every test includes, compiled once for all of them.
function(keyway_share_test_headers target)
  if(NOT TARGET keyway_test_headers)
    # A program, because the headers must be compiled with the flags of one (-fPIE).
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/test_headers.cpp CONTENT "int main() {}\n")
    add_executable(keyway_test_headers ${PROJECT_BINARY_DIR}/test_headers.cpp)
    target_link_libraries(keyway_test_headers PRIVATE keyway_warnings GTest::gmock)
    target_compile_options(keyway_test_headers PRIVATE -O0 $<$<CONFIG:Release>:-g0>)
    target_precompile_headers(keyway_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h> <algorithm> <array> <chrono>
      <functional> <memory> <optional> <span> <string> <string_view> <variant> <vector>)
  endif()
  target_precompile_headers(${target} REUSE_FROM keyway_test_headers)
endfunction()

function(keyway_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;APART;LINKS;LABELS;LIBRARIES" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  set(target "test_${name}")
  add_executable(${target} ${ARG_SOURCES})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${target} PRIVATE
    $<$<BOOL:${KEYWAY_LEGACY}>:KEYWAY_LEGACY>
    KEYWAY_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    KEYWAY_BINARY_DIR="${PROJECT_BINARY_DIR}"
    $<$<BOOL:${KEYWAY_HAVE_VECTORS}>:KEYWAY_VECTORS="${KEYWAY_VECTORS}">)
  foreach(link IN LISTS ARG_LINKS)
    string(REPLACE "/" "_" link_target "keyway_${link}")
    target_link_libraries(${target} PRIVATE ${link_target})
  endforeach()
  target_link_libraries(${target} PRIVATE keyway_warnings ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main)
  # A test is compiled more often than it runs long: the library keeps what the preset says, its users here need neither speed nor,
  # where nobody debugs, the tables of a debugger (a fifth of the time).
  target_compile_options(${target} PRIVATE -O0 $<$<CONFIG:Release>:-g0>)
  keyway_share_test_headers(${target})
  keyway_unite(${target} ${ARG_APART})
  if(KEYWAY_SANITIZE STREQUAL "address")
    # These checks are most of what the compiler spends on a test; a null pointer ends it under the address sanitizer, too.
    target_compile_options(${target} PRIVATE -fno-sanitize=null,alignment,vptr)
  endif()
  if(KEYWAY_TEST_PROCESSES GREATER 0)
    # Starting a program and making its keys costs more than most cases; each process must end whatever the others do.
    set(shards ${KEYWAY_TEST_PROCESSES})
    foreach(shard RANGE 1 ${shards})
      math(EXPR index "${shard} - 1")
      add_test(NAME ${name}.${shard} COMMAND ${target} --gtest_brief=1)
      set_tests_properties(${name}.${shard} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600
        ENVIRONMENT "GTEST_TOTAL_SHARDS=${shards};GTEST_SHARD_INDEX=${index}")
    endforeach()
  else()
    gtest_discover_tests(${target} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 120)
  endif()
endfunction()
