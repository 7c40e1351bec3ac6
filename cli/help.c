/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "base/diag_ids.h"
#include "base/names.h"
#include "model/check.h"
#include "model/jailhouse.h"

#ifndef AJ_VERSION
#    define AJ_VERSION "unknown"
#endif

static void print_option(FILE *to, const struct cli_option *o)
{
    char left[40];
    snprintf(left, sizeof left, "%s%c%s --%s%s%s", o->letter != 0 ? "-" : " ",
             o->letter != 0 ? o->letter : ' ', o->letter != 0 ? "," : " ", o->name,
             o->operand != NULL ? " " : "", o->operand != NULL ? o->operand : "");
    fprintf(to, "  %-28s %s\n", left, o->help);
}

static void print_command(FILE *to, const struct cli_command *command)
{
    fprintf(to, "usage: autojail %s [OPTION]...%s%s\n\n%s\n\n", command->name,
            command->synopsis != NULL ? " " : "",
            command->synopsis != NULL ? command->synopsis : "", command->help);
    for (size_t i = 0; i < command->options_count; i++)
        print_option(to, &command->options[i]);
    for (const struct cli_option *o = cli_common_options; o->name != NULL; o++)
        print_option(to, o);
    if (command->alias != NULL)
        fprintf(to, "\n'autojail %s' is the same command.\n", command->alias);
}

static void print_exit_codes(FILE *to)
{
    fprintf(to, "exit codes:\n");
    for (int s = AJ_OK; s <= AJ_INTERRUPTED; s++)
        fprintf(to, "  %3d  %s\n", aj_exit_code((enum aj_status)s),
                aj_status_text((enum aj_status)s));
}

void cli_print_help(FILE *to, const struct cli_command *command)
{
    if (command != NULL) {
        print_command(to, command);
        return;
    }
    fprintf(to, "usage: autojail COMMAND [OPTION]...\n\n"
                "Jailhouse cells from what a board is and what each cell needs.\n\ncommands:\n");
    for (size_t i = 0; cli_command_at(i) != NULL; i++)
        fprintf(to, "  %-10s %s\n", cli_command_at(i)->name, cli_command_at(i)->help);
    fprintf(to,
            "\n'autojail help COMMAND' lists its options; 'autojail --version' the versions.\n\n");
    print_exit_codes(to);
}

static void print_diagnostics(FILE *to)
{
#define ROW(id, text) fprintf(to, "  %-22s %s\n", id, text);
    AJ_DIAG_IDS(ROW)
#undef ROW
}

static void print_rules(FILE *to)
{
    size_t count;
    const struct model_rule *rules = model_rules(&count);
    for (size_t i = 0; i < count; i++)
        fprintf(to, "  %-8s %s\n", rules[i].id, rules[i].says);
}

enum aj_status cli_help_run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    (void)arena;
    const char *topic = args->operands_count > 0 ? args->operands[0] : NULL;
    if (topic == NULL) {
        cli_print_help(stdout, NULL);
    } else if (strcmp(topic, "exit-codes") == 0) {
        print_exit_codes(stdout);
    } else if (strcmp(topic, "diagnostics") == 0) {
        print_diagnostics(stdout);
    } else if (strcmp(topic, "rules") == 0) {
        print_rules(stdout);
    } else if (cli_command_find(topic) != NULL) {
        cli_print_help(stdout, cli_command_find(topic));
    } else {
        return cli_command_unknown(cx, topic);
    }
    return AJ_OK;
}

void cli_print_version(FILE *to)
{
    fprintf(to, "autojail %s\nconfiguration revisions 13, 14\nbuilt by %s %s\n", AJ_VERSION,
#ifdef __clang__
            "clang",
#else
            "gcc",
#endif
            __VERSION__);
}
