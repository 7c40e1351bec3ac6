/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * YAML as a tree with positions. Knows nothing of what the keys mean; base/schema.h binds trees to
 * C structs.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/ctx.h"

enum aj_yaml_kind { AJ_YAML_SCALAR, AJ_YAML_SEQ, AJ_YAML_MAP };

struct aj_yaml {
    enum aj_yaml_kind kind;
    struct aj_loc loc; /* where the node begins; of an alias, where the alias stands */
    bool quoted;       /* scalar in quotes or block style: never null */
    uint32_t text_col; /* column of text[0] on line loc.line; 0: not as such in the file */
    const char *text;  /* scalar: its text, UTF-8 without NUL */
    size_t count;      /* sequence: items; map: pairs */
    const struct aj_yaml *const *items; /* sequence items, or values of the map */
    const struct aj_yaml *const *keys;  /* map: keys[i] (a scalar) belongs to items[i] */
};

/*
 * Parses one document of UTF-8 text. `name` stands in positions and is copied into `out`; the tree
 * lives in `out`, nodes behind aliases are shared. Tags have no meaning here and are refused; so are
 * anchors without a value, which are references that want quotes (console: &root.console).
 * Fails with AJ_ERR_INPUT: "yaml-syntax" (libyaml's words), "yaml-empty", "yaml-duplicate-key",
 * "yaml-key" (a key that is no scalar, or empty), "yaml-alias", "yaml-tag", "yaml-limit" (64 MiB,
 * depth 64, 1e6 nodes with aliases expanded, 1024 anchors), "yaml-second-document".
 */
AJ_NODISCARD enum aj_status aj_yaml_parse(struct aj_ctx *cx, const char *name, const void *bytes,
                                          size_t size, struct aj_arena *out,
                                          const struct aj_yaml **doc);

/* The value of `key` in a map, NULL if it is not there or `map` is no map or NULL. */
const struct aj_yaml *aj_yaml_get(const struct aj_yaml *map, const char *key);
/* Position of the value of `key`, of the map itself if the key is not there; AJ_NOWHERE for NULL. */
struct aj_loc aj_yaml_loc(const struct aj_yaml *map, const char *key);
/* Position of byte `at` of a scalar's text; of the node where that cannot be told. */
struct aj_loc aj_yaml_text_loc(const struct aj_yaml *scalar, size_t at);
/* An unquoted empty text, "~", "null", "Null" or "NULL". */
bool aj_yaml_is_null(const struct aj_yaml *node);

/*
 * Writer: events in order, in block style or, once a collection is begun as flow, on one line. Strings
 * that a YAML 1.1 or 1.2 reader might take for something else are quoted; bytes that are not UTF-8
 * become U+FFFD. Numbers are given as text and written plain.
 */
struct aj_yaml_writer;
enum aj_yaml_style { AJ_YAML_BLOCK, AJ_YAML_FLOW };
/* `to` is borrowed until the close; text is appended to it. */
AJ_NODISCARD struct aj_yaml_writer *aj_yaml_writer_open(struct aj_buf *to);
/* Ends the document and frees `w`. False if the events did not form one (a bug of the caller). */
AJ_NODISCARD bool aj_yaml_writer_close(struct aj_yaml_writer *w);
void aj_yaml_write_map(struct aj_yaml_writer *w, enum aj_yaml_style style);
void aj_yaml_write_seq(struct aj_yaml_writer *w, enum aj_yaml_style style);
void aj_yaml_write_end_map(struct aj_yaml_writer *w);
void aj_yaml_write_end_seq(struct aj_yaml_writer *w);
void aj_yaml_write_string(struct aj_yaml_writer *w, const char *text);
void aj_yaml_write_plain(struct aj_yaml_writer *w, const char *text);
/* Memory for the texts of one document, freed by the close. */
struct aj_arena *aj_yaml_writer_scratch(struct aj_yaml_writer *w);

#endif
