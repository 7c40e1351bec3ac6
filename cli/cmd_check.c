/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail check: judges a system configuration and cells that are to run beside each other.
 */
#include "cli/commands.h"

#include "model/check.h"

static const struct cli_option options[] = {
    {"board", 'b', "FILE", "compare with the hardware in this board.yml as well"},
    {"warn", 'W', "no-ID", "leave the rule out"},
    {"error", 'E', "ID", "an error is what breaks the rule"},
    {"list", 0, NULL, "print the rules instead"},
    {"json", 0, NULL, "print rules or findings as JSON on standard output"},
};

/* The rules as -W and -E made them. */
static enum aj_status choose(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena,
                             struct model_rule_choice *choice)
{
    size_t count, index;
    (void)model_rules(&count);
    bool *off = AJ_NEW_ARRAY(arena, bool, count);
    bool *error = AJ_NEW_ARRAY(arena, bool, count);
    for (size_t i = 0; i < args->given_count; i++) {
        const struct cli_given *given = &args->given[i];
        if (given->option->letter == 'E') {
            AJ_TRY(model_rule_find(cx, given->value, &index));
            error[index] = true;
        } else if (given->option->letter == 'W' && strncmp(given->value, "no-", 3) == 0) {
            AJ_TRY(model_rule_find(cx, given->value + 3, &index));
            off[index] = true;
        } else if (given->option->letter == 'W') {
            return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                           "--warn takes no-ID, not '%s': all rules are judged", given->value);
        }
    }
    *choice = (struct model_rule_choice){off, error};
    return AJ_OK;
}

static void list_text(struct aj_arena *arena)
{
    size_t count;
    const struct model_rule *rules = model_rules(&count);
    for (size_t i = 0; i < count; i++)
        printf("%-7s %-8s %s\n                 applies to: %s\n", rules[i].id,
               model_rule_severity_text(rules[i].severity), rules[i].says,
               model_rule_applies_text(&rules[i], arena));
}

static void add_member(struct aj_buf *to, const char *key, const char *text)
{
    aj_buf_addf(to, "%s\"%s\": ", key[0] == 'i' ? "" : ", ", key);
    aj_buf_add_json(to, text);
}

static void list_json(struct aj_arena *arena)
{
    size_t count;
    const struct model_rule *rules = model_rules(&count);
    struct aj_buf text = {0};
    for (size_t i = 0; i < count; i++) {
        aj_buf_adds(&text, i == 0 ? "[\n{" : ",\n{");
        add_member(&text, "id", rules[i].id);
        add_member(&text, "severity", model_rule_severity_text(rules[i].severity));
        add_member(&text, "applies_to", model_rule_applies_text(&rules[i], arena));
        add_member(&text, "holds", rules[i].says);
        add_member(&text, "otherwise", rules[i].consequence);
        add_member(&text, "source", rules[i].source);
        aj_buf_adds(&text, "}");
    }
    aj_buf_adds(&text, "\n]\n");
    fputs(aj_buf_text(&text), stdout);
    aj_buf_free(&text);
}

/* Adds what one file holds to the set under judgement. */
static enum aj_status add_file(struct aj_ctx *cx, const char *path, struct aj_arena *arena,
                               struct model_system *all)
{
    const struct model_system *one;
    AJ_TRY(cli_read_system(cx, path, arena, &one));
    if (one->header != NULL) {
        if (all->header != NULL)
            return aj_fail(cx, AJ_ERR_USAGE, "usage", aj_loc_file(path),
                           "this is a second system configuration");
        all->header = one->header;
        all->root = one->root;
    }
    struct model_cell *cells =
        AJ_NEW_ARRAY(arena, struct model_cell, all->cells_count + one->cells_count);
    for (size_t i = 0; i < all->cells_count; i++)
        cells[i] = all->cells[i];
    for (size_t i = 0; i < one->cells_count; i++)
        cells[all->cells_count + i] = one->cells[i];
    all->cells = cells;
    all->cells_count += one->cells_count;
    return AJ_OK;
}

static void print_counts(const struct aj_ctx *cx, const struct model_system *all, bool json)
{
    const size_t errors = aj_diag_count(cx, AJ_SEV_ERROR);
    const size_t warnings = aj_diag_count(cx, AJ_SEV_WARNING);
    if (json) {
        printf("{\"cells\": %zu, \"errors\": %zu, \"warnings\": %zu, \"findings\": ",
               all->cells_count, errors, warnings);
        aj_diag_print_json(cx, stdout);
        printf("}\n");
    } else {
        printf("cells beside the root: %zu, errors: %zu, warnings: %zu\n", all->cells_count, errors,
               warnings);
    }
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    struct model_system all = {.header = NULL};
    struct model_rule_choice choice;
    const bool json = cli_value(args, "json") != NULL;
    AJ_TRY(choose(cx, args, arena, &choice));
    if (cli_value(args, "list") != NULL) {
        (json ? list_json : list_text)(arena);
        return AJ_OK;
    }
    const struct model_board *board = NULL;
    const size_t mark = aj_diag_mark(cx);
    for (size_t i = 0; i < args->operands_count; i++) {
        const enum aj_status status = add_file(cx, args->operands[i], arena, &all);
        if (status != AJ_OK)
            aj_log(cx, AJ_LOG_DEBUG, "%s is left out", args->operands[i]);
    }
    if (cli_value(args, "board") != NULL) {
        const struct aj_yaml *doc;
        AJ_TRY(cli_read_yaml(cx, cli_value(args, "board"), arena, &doc));
        AJ_TRY(model_board_read(cx, doc, arena, &board));
    }
    AJ_TRY(aj_diag_since(cx, mark));
    if (all.header == NULL) {
        const enum aj_status status = aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                                              "none of the files is a system configuration");
        aj_diag_hint(cx, "cells are judged together with the system they run on");
        return status;
    }
    const enum aj_status status = model_check_system(cx, &all, board, &choice);
    print_counts(cx, &all, json);
    return status;
}

const struct cli_command cli_cmd_check = {
    .name = "check",
    .synopsis = "SYSTEM.cell [CELL.cell]... | --list",
    .help = "judge configurations, also foreign ones, before the hypervisor does",
    .options = options,
    .options_count = AJ_COUNT(options),
    .operands_min = 0,
    .operands_max = SIZE_MAX,
    .run = run,
};
