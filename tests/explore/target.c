/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/explore/target.h"

#include <sys/stat.h>
#include <unistd.h>

int target_open(void **state)
{
    struct target *t = calloc(1, sizeof *t);
    const struct remote_login login = {.login = "local:"};
    aj_ctx_open(&t->cx);
    t->arena = aj_arena_open();
    memcpy(t->dir, "/tmp/aj-target-XXXXXX", sizeof "/tmp/aj-target-XXXXXX");
    assert_non_null(mkdtemp(t->dir));
    t->path = aj_strdup(t->arena, getenv("PATH"));
    setenv("PATH", aj_strf(t->arena, "%s:%s", t->dir, t->path), 1);
    target_fake(t, "sudo", "exit 1"); /* it would not look for the fakes here */
    assert_int_equal(remote_host_open(&t->cx, &login, &t->host), AJ_OK);
    assert_int_equal(explore_jobs_open(&t->cx, t->host, t->arena, &t->jobs), AJ_OK);
    *state = t;
    return 0;
}

int target_close(void **state)
{
    struct target *t = *state;
    remote_host_close(t->host);
    setenv("PATH", t->path, 1);
    assert_int_equal(system(aj_strf(t->arena, "rm -rf %s", t->dir)), 0);
    aj_arena_close(t->arena);
    aj_ctx_close(&t->cx);
    free(t);
    return 0;
}

void target_fake(struct target *t, const char *name, const char *script)
{
    const char *path = aj_strf(t->arena, "%s/%s", t->dir, name);
    const char *text = aj_strf(t->arena, "#!/bin/sh\n%s\n", script);
    assert_int_equal(aj_file_write(&t->cx, path, text, strlen(text)), AJ_OK);
    assert_int_equal(chmod(path, 0755), 0);
}

void target_as_root(struct target *t)
{
    const struct remote_login login = {.login = "local:"};
    target_fake(t, "sudo", "[ $1 != -n ] || shift; [ \"$1\" != -- ] || shift; exec \"$@\"");
    remote_host_close(t->host);
    assert_int_equal(remote_host_open(&t->cx, &login, &t->host), AJ_OK);
    assert_int_equal(explore_jobs_open(&t->cx, t->host, t->arena, &t->jobs), AJ_OK);
    assert_true(t->jobs.root);
}

bool target_runs(struct target *t, const char *text)
{
    /* The brackets keep grep from finding itself. */
    return system(aj_strf(t->arena, "ps -e -o args= | grep -q '[%c]%s'", text[0], text + 1)) == 0;
}
