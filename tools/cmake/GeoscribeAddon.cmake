# geoscribe_addon(<name> SOURCES ... LIBRARIES ...): a Node-API addon built from npm's header packages, so that no
# header of Node is ever downloaded. The result is <build>/<name>.node.
#
# NODE_API_INCLUDE_DIRS (a list) is passed by tools/build-native.mjs.
function(geoscribe_addon name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(${name} MODULE ${ARG_SOURCES})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_compile_definitions(${name} PRIVATE NAPI_VERSION=8 NAPI_CPP_EXCEPTIONS NODE_ADDON_API_DISABLE_DEPRECATED)
  target_include_directories(${name} PRIVATE ${NODE_API_INCLUDE_DIRS})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".node" CXX_VISIBILITY_PRESET hidden
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  if(APPLE)
    target_link_options(${name} PRIVATE -undefined dynamic_lookup)
  endif()
endfunction()
