# SPDX-License-Identifier: GPL-3.0-or-later
set(AJ_WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wredundant-decls -Wpointer-arith -Wcast-qual
    -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wimplicit-fallthrough -Wdouble-promotion
    -Wnull-dereference -Wfloat-equal -fno-common -fstack-protector-strong)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  list(APPEND AJ_WARNINGS -Wduplicated-cond -Wduplicated-branches -Wlogical-op
       -Wjump-misses-init -Walloca -Warith-conversion)
else()
  list(APPEND AJ_WARNINGS -Wcomma -Wassign-enum -Wunreachable-code -Wconditional-uninitialized)
endif()
if(AJ_WERROR)
  list(APPEND AJ_WARNINGS -Werror)
endif()
