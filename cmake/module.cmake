# SPDX-License-Identifier: GPL-3.0-or-later
# aj_layer(module deps...) and aj_outside(header files...) record the table of layers.cmake;
# aj_module(name SOURCES ... HEADERS ... EXTERNAL ...) makes the static library aj_<name> from it.

function(aj_layer module)
  set_property(GLOBAL PROPERTY AJ_LAYER_${module} "${ARGN}")
endfunction()

function(aj_outside header)
endfunction()

function(aj_options target)
  target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L)
  # Paths of the build machine stay out of what -vv prints and out of the binaries.
  target_compile_options(${target} PRIVATE ${AJ_WARNINGS}
                         -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
  if(AJ_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=address,undefined
                           -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PRIVATE -fsanitize=address,undefined)
  endif()
  if(AJ_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage)
    target_link_options(${target} PRIVATE --coverage)
  endif()
  if(AJ_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

function(aj_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;EXTERNAL" ${ARGN})
  add_library(aj_${name} STATIC ${arg_SOURCES})
  target_sources(aj_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}
                 FILES ${arg_HEADERS})
  target_include_directories(aj_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  # Every public header compiles alone: target all_verify_interface_header_sets.
  set_target_properties(aj_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  get_property(deps GLOBAL PROPERTY AJ_LAYER_${name})
  foreach(dep IN LISTS deps)
    target_link_libraries(aj_${name} PUBLIC aj_${dep})
  endforeach()
  target_link_libraries(aj_${name} PRIVATE ${arg_EXTERNAL})
  aj_options(aj_${name})
endfunction()
