/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Knobs: settings of a Linux, the root's or a guest's, on which latency depends. One table says what
 * values each has, how it is put into force, how one sees that it is, and what a change costs.
 * Nothing here touches a machine: start.sh and exploration do.
 */
#ifndef MODEL_KNOB_H
#define MODEL_KNOB_H

#include "base/arena.h"
#include "base/cpuset.h"
#include "base/ctx.h"
#include "model/board.h"

/* Cells whose Linux has the knob, as bits. */
enum model_knob_scope {
    MODEL_KNOB_ROOT = 1 << 0,
    MODEL_KNOB_GUEST = 1 << 1, /* Linux guests, by their command line */
};

/* What a change takes, cheap to dear. */
enum model_knob_cost {
    MODEL_KNOB_LIVE,     /* files of the running root */
    MODEL_KNOB_RECREATE, /* the guest is created anew with another command line */
    MODEL_KNOB_REBOOT,   /* the root boots with another command line */
};
extern const struct aj_name model_knob_costs[];

enum model_knob_form {
    MODEL_KNOB_WORD,   /* one of `values` */
    MODEL_KNOB_NUMBER, /* low .. high */
    MODEL_KNOB_CPUS,   /* "0,2-3", not empty; in the numbering of the cell's own Linux */
};

/* What a file of a knob shows once something was written to it. */
enum model_knob_reading {
    MODEL_KNOB_TEXT,    /* what was written */
    MODEL_KNOB_CHOICE,  /* all choices, that in force in brackets */
    MODEL_KNOB_CPUMASK, /* hexadecimal, zeros in front and commas do not count */
    MODEL_KNOB_CPULIST, /* "0,2-3" */
};

/* `text` goes to every file that `glob` matches; '*', '?' and '[...]' as in the shell. */
struct model_knob_write {
    const char *glob;
    const char *text;
    uint8_t reading; /* enum model_knob_reading */
};

struct model_knob_value {
    const char *name;
    const char *text;     /* written to `glob`; NULL = name */
    const char *rest;     /* written to `rest` of the knob */
    const char *argument; /* of the kernel command line; NULL = none is needed */
};

struct model_knob {
    const char *name;
    const char *says;                      /* one line for people */
    uint8_t scopes;                        /* enum model_knob_scope */
    uint8_t form;                          /* enum model_knob_form */
    uint8_t reading;                       /* enum model_knob_reading */
    const struct model_knob_value *values; /* WORD; the last has no name */
    int64_t low, high;                     /* NUMBER */
    const char *glob;                      /* files of a running Linux; NULL = at boot only */
    const char *rest;                      /* further files that get another text, or NULL */
    const char *argument;                  /* "isolcpus=": NUMBER and CPUS behind it; NULL = none */
    const char *arm;                       /* argument of WORD on ARM where that differs, or NULL */
    const char *shown; /* file that lists the CPUs of a knob of boot time, or NULL */
};

/* The table, in the order of docs/formats.md; *count of them. */
const struct model_knob *model_knobs(size_t *count);
/* NULL if there is none. */
const struct model_knob *model_knob_by_name(const char *name);
/* The hint for a knob that there is none of, and for a value that it does not take. */
void model_knob_suggest(struct aj_ctx *cx, const char *name);
void model_knob_suggest_value(struct aj_ctx *cx, const struct model_knob *knob, const char *value);
/* What the knob takes, for messages: "on or off", "a number from 1 to 3600". */
AJ_NODISCARD const char *model_knob_expected(const struct model_knob *knob, struct aj_arena *out);
/* `value` as it is compared and written: the table's word, or "0,2-3"; NULL if it is none. */
AJ_NODISCARD const char *model_knob_value(const struct model_knob *knob, const char *value,
                                          struct aj_arena *out);
/* The set of a knob of form CPUS; `value` is one of its values. */
struct aj_cpuset model_knob_cpus(const char *value);

/* What a change of the knob costs in the root or a guest. */
enum model_knob_cost model_knob_cost(const struct model_knob *knob, enum model_knob_scope scope);
/*
 * How `value` (as of model_knob_value) is put into force in a running root: writes[2], returns how
 * many. 0 for knobs of boot time.
 */
size_t model_knob_writes(const struct model_knob *knob, const char *value, struct aj_arena *out,
                         struct model_knob_write writes[2]);
/* The word of the kernel command line that sets `value`; NULL if none is needed, or there is none. */
AJ_NODISCARD const char *model_knob_argument(const struct model_knob *knob, const char *value,
                                             enum model_arch arch, struct aj_arena *out);
/* Does the content of a file show that `write` is in force? A newline at its end does not count. */
bool model_knob_in_force(const struct model_knob_write *write, const char *content);

#endif
