/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/settings.h"

#include "model/knob.h"

/* Arguments */

const char *emit_settings_join(const char *first, const char *second, struct aj_arena *out)
{
    if (first == NULL || second == NULL)
        return first != NULL ? first : second;
    return aj_strf(out, "%s %s", first, second);
}

static bool of_cell(const struct model_plan_knob *set, const char *cell)
{
    return strcmp(set->cell, cell) == 0 && model_knob_by_name(set->knob) != NULL;
}

const char *emit_settings_arguments(const struct model_board *board, const struct model_plan *plan,
                                    const char *cell, struct aj_arena *out)
{
    const char *text = NULL;
    const enum model_knob_scope scope =
        strcmp(cell, "root") == 0 ? MODEL_KNOB_ROOT : MODEL_KNOB_GUEST;
    for (size_t i = 0; i < plan->knobs_count; i++) {
        const struct model_plan_knob *set = &plan->knobs[i];
        if (!of_cell(set, cell))
            continue;
        const struct model_knob *knob = model_knob_by_name(set->knob);
        if (model_knob_cost(knob, scope) != MODEL_KNOB_LIVE)
            text = emit_settings_join(
                text, model_knob_argument(knob, set->value, (enum model_arch)board->arch, out),
                out);
    }
    return text;
}

/* Functions of the scripts */

void emit_settings_functions(struct aj_buf *to)
{
    aj_buf_adds(to,
                "\nroot=${AUTOJAIL_ROOT:-}\n"
                "saved=$root/run/autojail/saved\n"
                "\n"
                "# current FILE: what it says, of several choices the one in brackets\n"
                "current() {\n"
                "    sed 's/.*\\[\\([^]]*\\)\\].*/\\1/' \"$1\" 2>/dev/null\n"
                "}\n"
                "\n"
                "# holds FILE TEXT: is it in force? Masks are shown with zeros and commas.\n"
                "holds() {\n"
                "    case $1 in\n"
                "    *cpumask | *default_smp_affinity)\n"
                "        [ \"$(current \"$1\" | tr -d , | sed 's/^0*\\(.\\)/\\1/')\" = \\\n"
                "            \"$(echo \"$2\" | tr -d , | sed 's/^0*\\(.\\)/\\1/')\" ] ;;\n"
                "    *) [ \"$(current \"$1\")\" = \"$2\" ] ;;\n"
                "    esac\n"
                "}\n"
                "\n"
                "# restore: settings as they were before start.sh\n"
                "restore() {\n"
                "    [ -e \"$saved\" ] || return 0\n"
                "    while read -r file text; do\n"
                "        [ -e \"$file\" ] || continue\n"
                "        echo \"$text\" 2>/dev/null >\"$file\" || true\n"
                "        holds \"$file\" \"$text\" || echo \"$0: $file is not $text again\" >&2\n"
                "    done <\"$saved\"\n"
                "    rm -f \"$saved\"\n"
                "}\n");
}

static const char *const put_function =
    "\n# put FILE TEXT: writes it; fails unless it is in force\n"
    "put() {\n"
    "    mkdir -p \"${saved%/*}\"\n"
    "    grep -qsF \"$1 \" \"$saved\" || echo \"$1 $(current \"$1\")\" >>\"$saved\"\n"
    "    echo \"$2\" 2>/dev/null >\"$1\" || true\n"
    "    holds \"$1\" \"$2\"\n"
    "}\n"
    "\n"
    "# must TEXT FILE...: puts it into each, and ends if one does not take it\n"
    "must() {\n"
    "    text=$1\n"
    "    shift\n"
    "    [ -e \"$1\" ] || die \"this Linux has no $1\"\n"
    "    for file; do\n"
    "        put \"$file\" \"$text\" || die \"$file is '$(current \"$file\")', not '$text'\"\n"
    "    done\n"
    "}\n";

/* Linux' own number of an interrupt of the GIC or an IOAPIC; of the latter's it keeps the number. */
static const char *const number_function =
    "\n# number INTID: what Linux calls the interrupt; nothing if it is not in use\n"
    "number() {\n"
    "    sed -n -e \"s/^ *\\([0-9]*\\):.* GIC[^ ]*  *$1 .*/\\1/p\" \\\n"
    "        -e \"s/^ *\\($1\\):.*IO-APIC.*/\\1/p\" \"$root/proc/interrupts\" 2>/dev/null\n"
    "}\n";

static const char *const route_function =
    "\n# route INTID CPU: the interrupt fires there, and nowhere else\n"
    "route() {\n"
    "    irq=$(number \"$1\")\n"
    "    [ -n \"$irq\" ] || { echo \"$0: interrupt $1 is not in use\" >&2; return 0; }\n"
    "    put \"$root/proc/irq/$irq/smp_affinity_list\" \"$2\"\n"
    "}\n";

/* Checks */

/* The running Linux has been booted with the argument. */
static void want_argument(struct aj_buf *to, const char *argument)
{
    aj_buf_addf(to,
                "case \" $(cat \"$root/proc/cmdline\" 2>/dev/null) \" in\n*' %s '*) ;;\n"
                "*) die 'boot Linux with %s: see bootargs.txt' ;;\nesac\n",
                argument, argument);
}

static void want_no_argument(struct aj_buf *to, const char *argument)
{
    aj_buf_addf(to,
                "case \" $(cat \"$root/proc/cmdline\" 2>/dev/null) \" in\n"
                "*' %s '*) die 'boot Linux without %s' ;;\nesac\n",
                argument, argument);
}

static void check_boot_knob(const struct emit_input *input, const struct model_plan_knob *set,
                            struct aj_arena *scratch, struct aj_buf *to)
{
    const struct model_knob *knob = model_knob_by_name(set->knob);
    const enum model_arch arch = (enum model_arch)input->board->arch;
    const char *argument = model_knob_argument(knob, set->value, arch, scratch);
    if (argument != NULL)
        want_argument(to, argument);
    for (const struct model_knob_value *other = knob->values;
         argument == NULL && other != NULL && other->name != NULL; other++) {
        const char *unwanted = model_knob_argument(knob, other->name, arch, scratch);
        if (unwanted != NULL)
            want_no_argument(to, unwanted);
    }
    if (knob->shown != NULL)
        aj_buf_addf(to,
                    "[ \"$(cat \"$root%s\" 2>/dev/null)\" = %s ] ||\n"
                    "    die 'this Linux does not heed %s'\n",
                    knob->shown, set->value, argument != NULL ? argument : knob->name);
}

void emit_settings_checks(const struct emit_input *input, struct aj_arena *scratch,
                          struct aj_buf *to)
{
    for (size_t i = 0; i < input->plan->knobs_count; i++) {
        const struct model_plan_knob *set = &input->plan->knobs[i];
        if (of_cell(set, "root") &&
            model_knob_cost(model_knob_by_name(set->knob), MODEL_KNOB_ROOT) == MODEL_KNOB_REBOOT)
            check_boot_knob(input, set, scratch, to);
    }
}

/* Putting into force */

static void put_knob(const struct model_plan_knob *set, struct aj_arena *scratch, struct aj_buf *to)
{
    struct model_knob_write writes[2];
    const struct model_knob *knob = model_knob_by_name(set->knob);
    const size_t count = model_knob_writes(knob, set->value, scratch, writes);
    if (count > 0)
        aj_buf_addf(to, "must %s \"$root\"%s\n", writes[0].text, writes[0].glob);
    /* Further files that not every machine has. */
    for (size_t i = 1; i < count; i++)
        aj_buf_addf(to,
                    "for file in \"$root\"%s; do\n    [ ! -e \"$file\" ] || must %s \"$file\"\n"
                    "done\n",
                    writes[i].glob, writes[i].text);
}

/* Does cells.yml itself say where it fires? */
static bool is_asked_for(const struct model_requirements *req, uint32_t intid)
{
    for (size_t i = 0; i < req->constraints_count; i++)
        if (req->constraints[i].kind == MODEL_CONSTRAINT_ROUTE &&
            req->constraints[i].literals[0].interrupt == intid)
            return true;
    return false;
}

static void put_routes(const struct emit_input *input, struct aj_buf *to)
{
    if (input->plan->irqs_count == 0)
        return;
    aj_buf_adds(to, "! pidof irqbalance >/dev/null 2>&1 ||\n    echo \"$0: irqbalance moves "
                    "interrupts as it likes: stop it\" >&2\n");
    for (size_t i = 0; i < input->plan->irqs_count; i++) {
        const struct model_plan_irq *irq = &input->plan->irqs[i];
        if (is_asked_for(input->req, irq->intid))
            aj_buf_addf(to, "route %u %u || die 'interrupt %u does not stay on CPU %u'\n",
                        irq->intid, irq->cpu, irq->intid, irq->cpu);
        else
            aj_buf_addf(to,
                        "route %u %u || echo \"$0: interrupt %u does not stay on CPU %u\" >&2\n",
                        irq->intid, irq->cpu, irq->intid, irq->cpu);
    }
}

bool emit_settings_any(const struct model_plan *plan)
{
    bool any = plan->irqs_count > 0;
    for (size_t i = 0; i < plan->knobs_count; i++)
        any = any || of_cell(&plan->knobs[i], "root");
    return any;
}

void emit_settings_put(const struct emit_input *input, struct aj_arena *scratch, struct aj_buf *to)
{
    aj_buf_adds(to, put_function);
    if (input->plan->irqs_count > 0) {
        aj_buf_adds(to, number_function);
        aj_buf_adds(to, route_function);
    }
    /* Also where all knobs are of boot time, and nothing is to be written. */
    aj_buf_adds(to, "\nsettings() {\n:\n");
    for (size_t i = 0; i < input->plan->knobs_count; i++)
        if (of_cell(&input->plan->knobs[i], "root"))
            put_knob(&input->plan->knobs[i], scratch, to);
    put_routes(input, to);
    aj_buf_adds(to, "}\n");
}

/* Guests */

uint32_t emit_settings_guest_cpu(const struct model_plan_cell *cell, uint32_t cpu)
{
    uint32_t number = 0;
    for (uint32_t id = aj_cpuset_next(&cell->cpus, 0); id < cpu;
         id = aj_cpuset_next(&cell->cpus, id + 1))
        number++;
    return number;
}

void emit_settings_guest_script(const struct model_plan_cell *cell, struct aj_buf *to)
{
    aj_buf_addf(to,
                "#!/bin/sh\n"
                "# Where the interrupts of guest %s fire: to be run in its Linux, as root. Made by "
                "autojail.\n"
                "set -eu\n"
                "root=${AUTOJAIL_ROOT:-}\n"
                "failed=0\n",
                cell->key);
    aj_buf_adds(to, number_function);
    aj_buf_adds(
        to, "\n# route INTID CPU: tells if the interrupt does not stay there\n"
            "route() {\n"
            "    irq=$(number \"$1\")\n"
            "    [ -n \"$irq\" ] || { echo \"$0: interrupt $1 is not in use\" >&2; return 0; }\n"
            "    file=$root/proc/irq/$irq/smp_affinity_list\n"
            "    echo \"$2\" 2>/dev/null >\"$file\" || true\n"
            "    [ \"$(cat \"$file\" 2>/dev/null)\" = \"$2\" ] || {\n"
            "        echo \"$0: interrupt $1 does not stay on CPU $2\" >&2\n"
            "        failed=1\n"
            "    }\n"
            "}\n\n");
    for (size_t i = 0; i < cell->irqs_count; i++)
        aj_buf_addf(to, "route %u %u\n", cell->irqs[i].intid,
                    emit_settings_guest_cpu(cell, cell->irqs[i].cpu));
    aj_buf_adds(to, "exit $failed\n");
}
