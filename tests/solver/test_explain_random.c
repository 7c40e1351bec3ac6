/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random problems that cannot be met: the set that is reported is irreducible, and each of it points at
 * the place in the file that says it. AJ_SEED and AJ_CONFLICTS choose others and more of them.
 */
#include "base/buf.h"
#include "base/units.h"
#include "solver/explain.h"
#include "tests/solver/fixture.h"
#include "tests/solver/random_problem.h"

#define FIRST_SEED 40000u
#define CONFLICTS  240u

enum { KINDS = SOLVER_WISH_PICK + 1 };

/* The text of the file where the wish is said to stand. */
static const char *text_at(const char *file, struct aj_loc loc)
{
    for (uint32_t line = 1; line < loc.line; line++) {
        file = strchr(file, '\n');
        assert_non_null(file);
        file++;
    }
    assert_true(loc.col >= 1 && strcspn(file, "\n") >= loc.col - 1);
    return file + loc.col - 1;
}

/* Key of the guest below which the line stands, "" above the guests. */
static const char *guest_above(struct aj_arena *arena, const char *file, struct aj_loc loc)
{
    const char *guest = "";
    bool guests = false;
    for (uint32_t line = 1; line <= loc.line; line++) {
        const size_t blanks = strspn(file, " ");
        if (blanks == 0)
            guests = strncmp(file, "guests:", 7) == 0;
        if (blanks == 0)
            guest = "";
        if (guests && blanks == 2)
            guest = aj_strndup(arena, file + 2, strcspn(file + 2, ":"));
        file += strcspn(file, "\n") + 1;
    }
    return guest;
}

static bool says_amount(struct aj_arena *arena, const char *text, uint64_t amount)
{
    uint64_t number = 0;
    const char *value = aj_strndup(arena, text, strcspn(text, ",}\n"));
    return aj_parse_size(value, &number).why == AJ_UNITS_OK && number == amount;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Does the file say there what is wished? What is only implied stands at its cell. */
static bool points_right(struct fixture *f, const char *file, const struct solver_wish *wish)
{
    const char *text = text_at(file, wish->loc);
    const struct model_cell_request *cell =
        wish->cell != AJ_NONE32 ? solver_cell_request(f->req, wish->cell) : NULL;
    if (cell != NULL && wish->cell != 0 &&
        strcmp(guest_above(f->arena, file, wish->loc), cell->key) != 0)
        return false;
    switch ((enum solver_wish_kind)wish->kind) {
    case SOLVER_WISH_CPUS:
        if (!aj_cpuset_empty(&cell->cpus.list))
            return strchr("[0123456789", text[0]) != NULL;
        return cell->cpus.count == AJ_NONE32 || says_amount(f->arena, text, wish->amount);
    case SOLVER_WISH_EXCLUSIVE:
        return begins(text, aj_name_of(model_domain_names, cell->cpus.exclusive));
    case SOLVER_WISH_TOGETHER:
        return begins(text, aj_name_of(model_domain_names, cell->cpus.together));
    case SOLVER_WISH_HYPERVISOR:
    case SOLVER_WISH_MEMORY:
    case SOLVER_WISH_LINK: return says_amount(f->arena, text, wish->amount);
    case SOLVER_WISH_DEVICE: return begins(text, cell->devices[wish->index]);
    case SOLVER_WISH_LOADER: return begins(text, "linux");
    case SOLVER_WISH_PICK: {
        const struct model_device_want *want = &cell->wants[wish->index];
        return begins(text, want->device != NULL ? want->device
                                                 : aj_name_of(model_device_class_names, want->any));
    }
    case SOLVER_WISH_CONSOLE: return begins(text + (text[0] == '"'), cell->console.ref);
    case SOLVER_WISH_CLASS: return begins(text, aj_name_of(model_cpu_class_names, cell->cpus.kind));
    case SOLVER_WISH_NODE: return begins(text, aj_cpuset_format(f->arena, &cell->cpus.nodes));
    case SOLVER_WISH_NEAR: return begins(text, "cpus");
    case SOLVER_WISH_CONSTRAINT: break;
    }
    const char *kind = aj_name_of(model_constraint_names, f->req->constraints[wish->index].kind);
    const struct aj_loc line = {NULL, wish->loc.line, 1}, before = {NULL, wish->loc.line - 1, 1};
    return strstr(text_at(file, line), kind) != NULL || strstr(text_at(file, before), kind) != NULL;
}

/* The requirements as if they had been read: positions are in `text`. False if no file can say them. */
static bool read_back(struct fixture *f, const struct model_requirements *req, struct aj_buf *text)
{
    const struct aj_yaml *doc;
    model_requirements_write(req, text);
    return aj_yaml_parse(&f->cx, "cells.yml", text->data, text->len, f->arena, &doc) == AJ_OK &&
           model_requirements_read(&f->cx, doc, f->arena, &f->req) == AJ_OK;
}

struct tally {
    uint32_t conflicts, refused;
    uint32_t seen[KINDS]; /* wishes that were reported */
};

static void check_instance(uint64_t seed, struct tally *tally)
{
    struct fixture f = {.arena = aj_arena_open()};
    struct aj_buf text = {NULL, 0, 0};
    const struct random_problem p = random_problem_make(f.arena, seed);
    aj_ctx_open(&f.cx);
    f.board = p.board;
    const bool written = read_back(&f, p.req, &text);
    tally->refused += !written;
    if (written)
        fixture_build(&f);
    if (written && !fixture_holds(&f)) {
        tally->conflicts++;
        assert_int_equal(solver_explain(&f.cx, f.board, f.req, &f.facts, &f.wishes, INT64_MAX),
                         AJ_ERR_INFEASIBLE);
        fixture_irreducible(&f);
        for (size_t i = 0; i < f.wishes.count; i++) {
            const struct solver_wish *wish = &f.wishes.items[i];
            if (wish->off)
                continue;
            tally->seen[wish->kind]++;
            if (!points_right(&f, aj_buf_text(&text), wish))
                fail_msg("seed %llu: a wish of kind %u is not at %u:%u of\n%s",
                         (unsigned long long)seed, wish->kind, wish->loc.line, wish->loc.col,
                         aj_buf_text(&text));
        }
    }
    aj_buf_free(&text);
    fixture_close(&f);
}

static void test_random_sets_are_irreducible(void **state)
{
    const char *first_text = getenv("AJ_SEED"), *count_text = getenv("AJ_CONFLICTS");
    const uint64_t first = first_text != NULL ? strtoull(first_text, NULL, 10) : FIRST_SEED;
    const uint64_t wanted = count_text != NULL ? strtoull(count_text, NULL, 10) : CONFLICTS;
    struct tally tally = {.conflicts = 0};
    uint64_t seed = first;
    (void)state;
    for (; tally.conflicts < wanted; seed++)
        check_instance(seed, &tally);
    print_message("seeds %llu..%llu: %u conflicts, %u that no file can say\n",
                  (unsigned long long)first, (unsigned long long)seed - 1, tally.conflicts,
                  tally.refused);
    assert_true(tally.refused < (seed - first) / 4);
    for (uint32_t kind = 0; kind < KINDS && wanted >= 500; kind++) {
        if (kind != SOLVER_WISH_CONSOLE && tally.seen[kind] == 0)
            fail_msg("no set has a wish of kind %u", kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_sets_are_irreducible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
