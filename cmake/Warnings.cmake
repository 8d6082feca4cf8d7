# SPDX-License-Identifier: Apache-2.0
# One warning set for both compilers; what only one of them knows is added for that one.
add_library(keyway_warnings INTERFACE)
target_compile_options(keyway_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-missing-field-initializers -Wno-dangling-pointer -Wno-restrict>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-missing-field-initializers -Wno-missing-designated-field-initializers -Wthread-safety>)
# For targets whose sources are compiled several at once: what these are about is found in the trees where each is compiled alone.
add_library(keyway_united INTERFACE)
target_compile_options(keyway_united INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
