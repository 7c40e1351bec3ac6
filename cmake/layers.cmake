# SPDX-License-Identifier: GPL-3.0-or-later
# Which module may include which, and which outside library a module wraps in which files. CMake
# links by this table; tests/style/layers.sh reads the same table and every #include.
#
#         module   may include
aj_layer(base)
aj_layer(remote   base)
aj_layer(model    base)
aj_layer(extract  remote model base)
aj_layer(solver   model base)
aj_layer(emit     model base)
aj_layer(explore  solver emit remote model base)
aj_layer(cli      explore extract solver emit remote model base)
#
#            header      the only files that may include it
aj_outside(cairo.h     base/draw.c)
aj_outside(cairo-svg.h base/draw.c)
aj_outside(yaml.h      base/yaml.c base/yaml_write.c)
aj_outside(libfdt.h    base/dt.c emit/dt_writer.c)
aj_outside(openssl/evp.h base/digest.c)
aj_outside(zlib.h      remote/gzip.c)
aj_outside(libssh/libssh.h    remote/ssh_priv.h)
aj_outside(libssh/callbacks.h remote/ssh_priv.h)
aj_outside(libssh/sftp.h remote/ssh_files.c)
aj_outside(glpk.h      solver/backend_glpk.c tests/solver/test_solver.c)
aj_outside(cjson/cJSON.h explore/cyclictest_json.c)
aj_outside(gsl/gsl_cdf.h explore/anytime.c explore/drift.c explore/race.c explore/stats.c)
aj_outside(gsl/gsl_errno.h explore/stats.c explore/surrogate_fit.c)
aj_outside(gsl/gsl_blas.h explore/surrogate_fit.c)
aj_outside(gsl/gsl_linalg.h explore/surrogate_fit.c)
aj_outside(gsl/gsl_multimin.h explore/tail_gpd.c)
aj_outside(sqlite3.h   explore/store_priv.h tests/explore/test_store.c
           tests/explore/store_fixture.c)
