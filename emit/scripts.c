/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/scripts.h"

#include "emit/guest.h"
#include "emit/settings.h"

/*
 * A cell for another architecture is refused while the call returns success (driver/cell.c), so what
 * counts is the list of cells, never the exit code alone.
 */
static const char *const prologue =
    "set -eu\n"
    "here=$(cd \"$(dirname \"$0\")\" && pwd)\n"
    "driver=${AUTOJAIL_ROOT:-}/sys/devices/jailhouse\n"
    "\n"
    "die() {\n"
    "    echo \"$0: $*\" >&2\n"
    "    exit 1\n"
    "}\n"
    "\n"
    "# state NAME: the state column of 'jailhouse cell list', empty if there is no such cell\n"
    "state() {\n"
    "    for dir in \"$driver\"/cells/*; do\n"
    "        if [ -r \"$dir/name\" ] && [ \"$(cat \"$dir/name\")\" = \"$1\" ]; then\n"
    "            cat \"$dir/state\"\n"
    "        fi\n"
    "    done\n"
    "}\n"
    "\n"
    "enabled() {\n"
    "    [ \"$(cat \"$driver/enabled\" 2>/dev/null || echo 0)\" = 1 ]\n"
    "}\n"
    "\n"
    "# reserved START LAST: fails if the running Linux takes any of it for its own RAM\n"
    "reserved() {\n"
    "    while IFS=' -' read -r start last colon name; do\n"
    "        if [ \"$colon $name\" = ': System RAM' ] &&\n"
    "            [ $((0x$start)) -le $(($2)) ] && [ $(($1)) -le $((0x$last)) ]; then\n"
    "            return 1\n"
    "        fi\n"
    "    done <\"${AUTOJAIL_ROOT:-}/proc/iomem\"\n"
    "}\n"
    "\n"
    "[ \"$(id -u)\" = 0 ] || die 'must be run as root'\n";

/*
 * One variable per file that only the target knows: from the environment, else from cells.yml, there
 * relative to the script. `needed` says what is missing when neither names one; NULL: none is fine.
 */
static void add_file_variable(struct aj_buf *to, const char *variable, const char *given,
                              const char *needed)
{
    aj_buf_addf(to, "%s=${%s:-}\n", variable, variable);
    if (given != NULL) {
        aj_buf_addf(to, "[ -n \"$%s\" ] || %s=", variable, variable);
        aj_buf_adds(to, given[0] == '/' ? "" : "$here/");
        aj_buf_add_shell(to, given);
        aj_buf_adds(to, "\n");
    }
    if (needed != NULL)
        aj_buf_addf(to, "[ -n \"$%s\" ] || die 'set %s to %s'\n", variable, variable, needed);
    aj_buf_addf(to, "[ -z \"$%s\" ] || [ -r \"$%s\" ] || die \"$%s: no such file\"\n", variable,
                variable, variable);
}

/* A character of a cell key in a shell variable's name. */
static char word_char(char c)
{
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return word ? c : '_';
}

/* Does `key` become `word` when its characters do? */
static bool becomes(const char *key, const char *word)
{
    while (*key != '\0' && word_char(*key) == *word) {
        key++;
        word++;
    }
    return *key == '\0' && *word == '\0';
}

static bool is_taken(const struct model_requirements *req, size_t guest, const char *word)
{
    for (size_t i = 0; i < req->guests_count; i++)
        if (i != guest && becomes(req->guests[i].key, word))
            return true;
    return false;
}

/*
 * A guest's key as part of a shell variable's name; where another key would become the same, with the
 * guest's number, from 1, behind it.
 */
static const char *variable(const struct model_requirements *req, size_t guest,
                            struct aj_arena *scratch)
{
    char *name = aj_strdup(scratch, req->guests[guest].key);
    for (char *c = name; *c != '\0'; c++)
        *c = word_char(*c);
    while (is_taken(req, guest, name))
        name = aj_strf(scratch, "%s_%zu", name, guest + 1);
    return name;
}

/* All of them are looked at before anything is started. */
static void add_files(struct aj_buf *to, const struct model_requirements *req, size_t guest,
                      struct aj_arena *scratch)
{
    const struct model_cell_request *request = &req->guests[guest];
    const char *key = variable(req, guest, scratch);
    if (request->os == MODEL_OS_LINUX) {
        add_file_variable(to, aj_strf(scratch, "KERNEL_%s", key), request->kernel,
                          "the kernel image of the guest");
        add_file_variable(to, aj_strf(scratch, "INITRD_%s", key), request->initrd, NULL);
    } else {
        add_file_variable(to, aj_strf(scratch, "IMAGE_%s", key), request->image,
                          "the program of the guest");
    }
    aj_buf_adds(to, "[ -z \"$(state ");
    aj_buf_add_shell(to, request->name);
    aj_buf_adds(to, ")\" ] || die ");
    aj_buf_add_shell(
        to, aj_strf(scratch, "the cell %s exists already: run stop.sh first", request->key));
    aj_buf_adds(to, "\n");
}

/* "'KEY')", the head of a step's branch. */
static void add_branch(struct aj_buf *to, const char *key)
{
    aj_buf_add_shell(to, key);
    aj_buf_adds(to, ")\n");
}

/* The steps that are taken when none is named. */
static void add_all_steps(struct aj_buf *to, const struct model_requirements *req, bool reverse)
{
    aj_buf_adds(to, "\n[ $# -gt 0 ] || set --");
    if (!reverse)
        aj_buf_adds(to, " root");
    for (size_t i = 0; i < req->guests_count; i++) {
        aj_buf_adds(to, " ");
        aj_buf_add_shell(to, req->guests[reverse ? req->guests_count - 1 - i : i].key);
    }
    aj_buf_adds(to, reverse ? " root\n" : "\n");
}

static void add_linux(struct aj_buf *to, const char *file, const char *key, const char *bootargs,
                      enum model_arch arch)
{
    if (arch == MODEL_ARCH_X86)
        aj_buf_adds(to, "set --\n");
    else
        aj_buf_addf(to, "set -- -d \"$here/dtb/%s.dtb\"\n", file);
    aj_buf_addf(to, "[ -z \"$INITRD_%s\" ] || set -- \"$@\" -i \"$INITRD_%s\"\n", key, key);
    if (bootargs != NULL) {
        aj_buf_adds(to, "set -- \"$@\" -c ");
        aj_buf_add_shell(to, bootargs);
        aj_buf_adds(to, "\n");
    }
    aj_buf_addf(to, "jailhouse cell linux \"$here/cells/%s.cell\" \"$KERNEL_%s\" \"$@\"\n", file,
                key);
}

static void add_bare(struct aj_buf *to, const char *file, const char *key,
                     const struct model_cell_request *request)
{
    aj_buf_addf(to, "jailhouse cell create \"$here/cells/%s.cell\"\n", file);
    aj_buf_adds(to, "[ -n \"$(state ");
    aj_buf_add_shell(to, request->name);
    aj_buf_adds(to, ")\" ] || die 'the cell was not created: see jailhouse console'\n");
    aj_buf_adds(to, "jailhouse cell load ");
    aj_buf_add_shell(to, request->name);
    aj_buf_addf(to, " \"$IMAGE_%s\" -a 0x%llx\n", key,
                (unsigned long long)request->cpu_reset_address);
    aj_buf_adds(to, "jailhouse cell start ");
    aj_buf_add_shell(to, request->name);
    aj_buf_adds(to, "\n");
}

static void add_guest(struct aj_buf *to, const struct emit_input *input, size_t guest,
                      struct aj_arena *scratch)
{
    const struct model_cell_request *request = &input->req->guests[guest];
    const char *key = variable(input->req, guest, scratch);
    const char *file = emit_cell_name(input->project->name, request->key, scratch);
    add_branch(to, request->key);
    if (request->os == MODEL_OS_LINUX)
        add_linux(to, file, key, emit_guest_bootargs(input->board, input->plan, request, scratch),
                  (enum model_arch)input->board->arch);
    else
        add_bare(to, file, key, request);
    aj_buf_adds(to, "case $(state ");
    aj_buf_add_shell(to, request->name);
    aj_buf_adds(to, ") in\nrunning*) ;;\n*) die 'the cell does not run: see jailhouse console' ;;\n"
                    "esac ;;\n");
}

static void add_enable(struct aj_buf *to, const struct emit_input *input, struct aj_arena *scratch)
{
    aj_buf_adds(to, "root)\n");
    emit_settings_checks(input, scratch, to);
    aj_buf_adds(to, "if ! enabled; then\n");
    for (size_t i = 0; i < input->reservation->ranges_count; i++) {
        const struct aj_range range = input->reservation->ranges[i];
        aj_buf_addf(to, "    reserved 0x%llx 0x%llx ||\n", (unsigned long long)range.base,
                    (unsigned long long)aj_range_last(range));
        aj_buf_addf(to,
                    "        die 'Linux uses memory of the cells: boot it with bootargs.txt%s'\n",
                    input->board->arch == MODEL_ARCH_X86 ? "" : " or reserved-memory.dtbo");
    }
    aj_buf_adds(to, "    modprobe jailhouse 2>/dev/null || true\n");
    aj_buf_addf(to, "    jailhouse enable \"$here/cells/%s.cell\"\n", input->project->name);
    aj_buf_adds(to, "    enabled || die 'the hypervisor is not enabled: see dmesg'\nfi\n");
    aj_buf_adds(to, emit_settings_any(input->plan) ? "settings ;;\n" : ";;\n");
}

void emit_start_script(const struct emit_input *input, struct aj_arena *scratch, struct aj_buf *to)
{
    const struct model_requirements *req = input->req;
    aj_buf_adds(to,
                "#!/bin/sh\n"
                "# start.sh [STEP...]: starts the hypervisor (step root) and the cells, or what is "
                "named. Made by autojail.\n");
    aj_buf_adds(to, prologue);
    if (emit_settings_any(input->plan)) {
        emit_settings_functions(to);
        emit_settings_put(input, scratch, to);
    }
    aj_buf_adds(to, "\n# files STEP: is everything there that it needs?\nfiles() {\ncase $1 in\n"
                    "root) ;;\n");
    for (size_t i = 0; i < req->guests_count; i++) {
        add_branch(to, req->guests[i].key);
        add_files(to, req, i, scratch);
        aj_buf_adds(to, ";;\n");
    }
    aj_buf_adds(to, "*) die \"there is no cell '$1'\" ;;\nesac\n}\n\nstart() {\ncase $1 in\n");
    add_enable(to, input, scratch);
    for (size_t i = 0; i < req->guests_count; i++)
        add_guest(to, input, i, scratch);
    aj_buf_adds(to, "esac\n}\n");
    add_all_steps(to, req, false);
    aj_buf_adds(to, "for step; do\n    files \"$step\"\ndone\nfor step; do\n    start \"$step\"\n"
                    "done\n\njailhouse cell list\n");
}

void emit_stop_script(const struct model_requirements *req, struct aj_buf *to)
{
    aj_buf_adds(to,
                "#!/bin/sh\n"
                "# stop.sh [STEP...]: stops the cells in reverse order and the hypervisor (step "
                "root), or what is named. Made by autojail.\n");
    aj_buf_adds(to, prologue);
    emit_settings_functions(to);
    aj_buf_adds(to, "\nstop() {\ncase $1 in\n");
    for (size_t i = req->guests_count; i-- > 0;) {
        add_branch(to, req->guests[i].key);
        aj_buf_adds(to, "if [ -n \"$(state ");
        aj_buf_add_shell(to, req->guests[i].name);
        aj_buf_adds(to, ")\" ]; then\n    jailhouse cell destroy ");
        aj_buf_add_shell(to, req->guests[i].name);
        aj_buf_adds(to, "\n    [ -z \"$(state ");
        aj_buf_add_shell(to, req->guests[i].name);
        aj_buf_adds(to, ")\" ] || die 'the cell is still there'\nfi ;;\n");
    }
    aj_buf_adds(
        to,
        "root)\njailhouse disable\n! enabled || die 'the hypervisor is still enabled'\nrestore ;;\n"
        "*) die \"there is no cell '$1'\" ;;\nesac\n}\n\nenabled || {\n    restore\n    exit "
        "0\n}\n");
    add_all_steps(to, req, true);
    aj_buf_adds(to, "for step; do\n    stop \"$step\"\ndone\n");
}
