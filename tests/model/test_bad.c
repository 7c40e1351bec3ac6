/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/bad: files with one flaw each and the complete diagnostics they lead to. The first line of a
 * file, "# reader: NAME", says who reads it; requirements if it says nothing. AJ_UPDATE_GOLDEN=1 in
 * the environment rewrites the expected texts.
 */
#include <dirent.h>

#include "base/fs.h"
#include "model/plan.h"
#include "model/project.h"
#include "model/requirements.h"
#include "model/system.h"
#include "tests/model/values.h"

enum reader { REQUIREMENTS, BOARD, CHECK, PLAN, PROJECT, SYSTEM };
static const struct aj_name readers[] = {
    {REQUIREMENTS, "requirements"},
    {BOARD, "board"},
    {CHECK, "check"}, /* requirements against model/data/board-small.yml */
    {PLAN, "plan"},
    {PROJECT, "project"},
    {SYSTEM, "system"},
    {0, NULL},
};

static enum reader reader_of(const char *name, const char *text)
{
    static const char mark[] = "# reader: ";
    char word[32] = "";
    if (strncmp(text, mark, sizeof mark - 1) != 0)
        return REQUIREMENTS;
    const size_t len = strcspn(text + sizeof mark - 1, "\n");
    if (len < sizeof word)
        memcpy(word, text + sizeof mark - 1, len);
    const struct aj_name *found = aj_name_find(readers, NULL, word);
    if (found == NULL)
        fail_msg("%s: no reader '%s'", name, word);
    return found == NULL ? REQUIREMENTS : (enum reader)found->value;
}

static enum aj_status check(struct values *v, const struct aj_yaml *doc)
{
    const struct model_requirements *req;
    const struct model_board *board = NULL;
    const struct aj_yaml *board_doc = values_parse_file(v, "model/data/board-small.yml");
    assert_int_equal(model_board_read(&v->cx, board_doc, v->arena, &board), AJ_OK);
    AJ_TRY(model_requirements_read(&v->cx, doc, v->arena, &req));
    return model_requirements_check(&v->cx, board, req);
}

static enum aj_status read_by(struct values *v, enum reader reader, const struct aj_yaml *doc)
{
    const struct model_requirements *req;
    const struct model_board *board;
    const struct model_plan *plan;
    const struct model_project *project;
    const struct model_system *system;
    switch (reader) {
    case REQUIREMENTS: return model_requirements_read(&v->cx, doc, v->arena, &req);
    case BOARD: return model_board_read(&v->cx, doc, v->arena, &board);
    case CHECK: return check(v, doc);
    case PLAN: return model_plan_read(&v->cx, doc, v->arena, &plan);
    case PROJECT: return model_project_read(&v->cx, doc, v->arena, &project);
    case SYSTEM: return model_system_read(&v->cx, doc, v->arena, &system);
    }
    return AJ_OK;
}

static struct aj_bytes read_file(struct values *v, const char *path)
{
    struct aj_bytes bytes = {NULL, 0};
    if (aj_file_read(&v->cx, path, AJ_MIB(1), v->arena, &bytes) != AJ_OK)
        fail_msg("%s", test_diags(&v->cx));
    return bytes;
}

static void run(const char *flaw)
{
    struct values v;
    const struct aj_yaml *doc = NULL;
    values_open(&v);
    const char *path = aj_strf(v.arena, "bad/%s.yml", flaw);
    const char *expected = aj_strf(v.arena, "bad/%s.err", flaw);
    const struct aj_bytes bytes = read_file(&v, path);
    enum aj_status status = aj_yaml_parse(&v.cx, path, bytes.data, bytes.size, v.arena, &doc);
    if (status == AJ_OK)
        status = read_by(&v, reader_of(path, (const char *)bytes.data), doc);
    const char *got = test_diags(&v.cx);
    if (status == AJ_OK || v.cx.diags_count != 1)
        fail_msg("%s: status %d; exactly one record expected:\n%s", path, (int)status, got);
    if (getenv("AJ_UPDATE_GOLDEN") != NULL) {
        assert_int_equal(aj_file_write(&v.cx, expected, got, strlen(got)), AJ_OK);
    } else {
        const char *text = aj_strdup(v.arena, got);
        assert_string_equal(text, (const char *)read_file(&v, expected).data);
    }
    values_close(&v);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void test_flaws(void **state)
{
    struct {
        const char **items;
        size_t count, cap;
    } flaws = {NULL, 0, 0};
    struct aj_arena *arena = aj_arena_open();
    const struct dirent *entry;
    (void)state;
    DIR *dir = opendir("bad");
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        const char *end = strstr(entry->d_name, ".yml");
        if (end != NULL && end[4] == '\0')
            AJ_PUSH(arena, &flaws, aj_strndup(arena, entry->d_name, (size_t)(end - entry->d_name)));
    }
    closedir(dir);
    assert_true(flaws.count > 0);
    qsort(flaws.items, flaws.count, sizeof *flaws.items, by_name);
    for (size_t i = 0; i < flaws.count; i++)
        run(flaws.items[i]);
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flaws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
