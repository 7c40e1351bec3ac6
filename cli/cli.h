/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands and their options as tables. Each command is one file cmd_<name>.c with one row in
 * commands.c; parsing, help and errors of the command line are done here for all of them.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/ctx.h"

struct cli_option {
    const char *name; /* without the two dashes */
    char letter;      /* short form, or 0 */
    const char
        *operand; /* what the value is called in the help; NULL: a switch; in brackets: it may
                            be left out where a long option or nothing follows */
    const char *help;
};

/* One option as it was given. */
struct cli_given {
    const struct cli_option *option;
    const char *value; /* "" for a switch */
};

struct cli_args {
    const struct cli_given *given; /* given[given_count], in the order of the command line */
    size_t given_count;
    const char *const *operands;
    size_t operands_count;
};

struct cli_command {
    const char *name, *alias; /* alias may be NULL */
    const char *synopsis;     /* operands, e.g. "FILE.cell" */
    const char *help;         /* one line */
    const struct cli_option *options;
    size_t options_count;
    size_t operands_min, operands_max;
    /* `arena` lives as long as the program runs, and so do the arguments. */
    enum aj_status (*run)(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena);
};

/* The commands in the order of the help; NULL beyond the last. */
const struct cli_command *cli_command_at(size_t ix);
/* Options that every command takes; ends with name == NULL. */
extern const struct cli_option cli_common_options[];

/* The command called `name` (or its alias), NULL if there is none. */
const struct cli_command *cli_command_find(const char *name);
/* AJ_ERR_USAGE "usage" with what may have been meant. */
enum aj_status cli_command_unknown(struct aj_ctx *cx, const char *name);

/*
 * Sorts argv[argc] (without program and command name) into options and operands. AJ_ERR_USAGE
 * "usage" with a hint for each thing that is not understood.
 */
AJ_NODISCARD enum aj_status cli_parse(struct aj_ctx *cx, const struct cli_command *command,
                                      int argc, char *const *argv, struct aj_arena *out,
                                      struct cli_args *args);

/* The last value given for the option `name`, NULL if it was not given ("" for a switch). */
const char *cli_value(const struct cli_args *args, const char *name);
/* The same, `standard` if it was not given. */
const char *cli_value_or(const struct cli_args *args, const char *name, const char *standard);

/* `autojail help [COMMAND | exit-codes | diagnostics]` and --help. */
void cli_print_help(FILE *to, const struct cli_command *command);
enum aj_status cli_help_run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena);
/* `autojail --version`: version, compiler, library versions, configuration revisions. */
void cli_print_version(FILE *to);

#endif
