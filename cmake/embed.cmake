# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DFROM=file -DTO=file.c -DNAME=symbol -DHEADER=header.h -P embed.cmake: the bytes of a file
# as a constant `struct aj_bytes`, which the header declares.
file(READ ${FROM} hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
file(SIZE ${FROM} size)
file(WRITE ${TO}
     "#include \"${HEADER}\"\n\nstatic const uint8_t bytes[] = {\n${hex}0};\n"
     "const struct aj_bytes ${NAME} = {bytes, ${size}};\n")
