/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/trial.h"

#include <inttypes.h>
#include <regex.h>

#include "base/units.h"
#include "explore/metrics.h"
#include "explore/number.h"

#define RUN_LIMIT_NS  (60 * AJ_NS_PER_S)
#define BLOCK_EXTRA_S 5 /* starting and reading a block takes far less */

struct trial {
    struct aj_ctx *cx;
    const struct explore_trial *what;
    struct explore_jobs
        *places;               /* beside those of `what`; without a host before their first test */
    struct explore_jobs *jobs; /* of the test's place */
    const struct explore_progress *progress;
    struct aj_arena *out;
};

/* The first verdict that is no pass stays, but an error outweighs a failure. */
static void judge(struct explore_result *result, enum explore_outcome outcome, const char *reason)
{
    if (result->outcome < outcome) {
        result->outcome = (uint8_t)outcome;
        result->reason = reason;
    }
}

static int64_t whole_ms(int64_t ns)
{
    return ns / 1000000 * 1000000;
}

/* Programs */

/* Does the text match? On success groups[count] are set. */
static bool matches(const char *pattern, const char *text, regmatch_t *groups, size_t count)
{
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE) != 0)
        return false;
    const bool found = regexec(&regex, text, count, groups, 0) == 0;
    regfree(&regex);
    return found;
}

/* The number that the output tells for a threshold; judges it. */
static void judge_output_metric(struct trial *t, const struct explore_threshold *threshold,
                                const char *text, struct explore_result *result,
                                explore_metrics *metrics)
{
    regmatch_t groups[2];
    double value;
    if (!matches(threshold->pattern, text, groups, AJ_COUNT(groups)) || groups[1].rm_so < 0) {
        judge(result, EXPLORE_FAIL,
              aj_strf(t->out, "no number for '%s' in the output", threshold->metric));
        return;
    }
    const char *number =
        aj_strndup(t->out, text + groups[1].rm_so, (size_t)(groups[1].rm_eo - groups[1].rm_so));
    if (!explore_number_parse(number, &value)) {
        judge(result, EXPLORE_FAIL,
              aj_strf(t->out, "'%s' for '%s' is no number", number, threshold->metric));
        return;
    }
    const struct explore_metric metric = {.name = threshold->metric,
                                          .cpu = AJ_NONE32,
                                          .value = value,
                                          .unit = threshold->unit,
                                          .count = 1,
                                          .of = "output"};
    const char *missed = explore_threshold_missed(&metric, threshold, t->out);
    AJ_PUSH(t->out, metrics, metric);
    if (missed != NULL)
        judge(result, EXPLORE_FAIL, missed);
}

static void judge_end(struct trial *t, const struct explore_test *test,
                      const struct remote_result *ran, struct explore_result *result)
{
    const char *err = (const char *)ran->err.data;
    const char *said = aj_strndup(t->out, err, strcspn(err, "\r\n"));
    const char *colon = said[0] != '\0' ? ": " : "";
    if (ran->exit_status < 0)
        judge(result, EXPLORE_FAIL,
              aj_strf(t->out, "ended by signal %s%s%s", ran->signal != NULL ? ran->signal : "?",
                      colon, said));
    else if ((ran->exit_status == 126 || ran->exit_status == 127) &&
             ran->exit_status != test->checks.exit)
        judge(result, EXPLORE_ERROR,
              aj_strf(t->out, "'%s' cannot be run there%s%s", test->run[0], colon, said));
    else if (ran->exit_status != test->checks.exit)
        judge(result, EXPLORE_FAIL,
              aj_strf(t->out, "exit status %d instead of %d%s%s", ran->exit_status,
                      (int)test->checks.exit, colon, said));
}

static void judge_output(struct trial *t, const struct explore_checks *checks,
                         struct aj_bytes output, struct explore_result *result)
{
    explore_metrics metrics = {NULL, 0, 0};
    char *text = aj_memdup(t->out, output.data, output.size + 1);
    for (size_t i = 0; i < output.size; i++)
        if (text[i] == '\0')
            text[i] = '\n';
    for (size_t i = 0; i < checks->matches_count; i++)
        if (!matches(checks->matches[i], text, NULL, 0))
            judge(result, EXPLORE_FAIL,
                  aj_strf(t->out, "no line of the output matches '%s'", checks->matches[i]));
    for (size_t i = 0; i < checks->matches_not_count; i++)
        if (matches(checks->matches_not[i], text, NULL, 0))
            judge(result, EXPLORE_FAIL,
                  aj_strf(t->out, "a line of the output matches '%s'", checks->matches_not[i]));
    for (size_t i = 0; i < checks->metrics_count; i++)
        judge_output_metric(t, &checks->metrics[i], text, result, &metrics);
    result->metrics = metrics.items;
    result->metrics_count = metrics.count;
}

static enum aj_status run_program(struct trial *t, const struct explore_test *test,
                                  struct explore_result *result)
{
    const int64_t limit = test->time_limit_ns > 0 ? test->time_limit_ns : RUN_LIMIT_NS;
    const struct explore_job job = {test->run, test->run_count, limit, false};
    struct remote_result ran = {0};
    enum explore_job_end end = EXPLORE_JOB_DONE;
    AJ_TRY(explore_job_run(t->cx, t->jobs, &job, t->out, &ran, &end));
    result->duration_ns = whole_ms(ran.duration_ns);
    switch (end) {
    case EXPLORE_JOB_TIME_LIMIT:
        judge(result, EXPLORE_ERROR,
              aj_strf(t->out, "did not end within %s", aj_format_duration(t->out, limit)));
        return AJ_OK;
    case EXPLORE_JOB_LEFT_OVERS:
        judge(result, EXPLORE_FAIL, "left programs running, which were ended");
        break;
    case EXPLORE_JOB_DONE: break;
    }
    judge_end(t, test, &ran, result);
    if (result->outcome != EXPLORE_ERROR)
        judge_output(t, &test->checks, ran.out, result);
    return AJ_OK;
}

/* Latencies */

static void add_numbers(struct trial *t, const struct explore_latency *what,
                        const struct model_measurement *m, struct explore_result *result)
{
    explore_metrics metrics = {NULL, 0, 0};
    explore_notes notes = {NULL, 0, 0};
    const char *realtime = m->environment.realtime;
    AJ_PUSH(t->out, &notes,
            "latencies as seen under this load: the longest one is no bound on those not seen");
    if (realtime == NULL || strcmp(realtime, "1") != 0)
        AJ_PUSH(t->out, &notes, "the kernel is no PREEMPT_RT kernel");
    explore_metrics_of(m, what->deadline_ns, t->out, &metrics);
    explore_metrics_tail(m, t->out, &metrics, &notes);
    result->metrics = metrics.items;
    result->metrics_count = metrics.count;
    result->notes = notes.items;
    result->notes_count = notes.count;
}

/* Every CPU must meet every threshold; a metric that could not be had does not. */
static void judge_metrics(struct trial *t, const struct explore_test *test,
                          struct explore_result *result)
{
    for (size_t i = 0; i < test->checks.metrics_count; i++) {
        const struct explore_threshold *threshold = &test->checks.metrics[i];
        uint32_t cpus = 0;
        for (size_t k = 0; k < result->metrics_count; k++) {
            if (!aj_same_word(result->metrics[k].name, threshold->metric))
                continue;
            const char *missed = explore_threshold_missed(&result->metrics[k], threshold, t->out);
            if (missed != NULL)
                judge(result, EXPLORE_FAIL, missed);
            cpus++;
        }
        if (cpus < aj_cpuset_count(&test->latency->cpus))
            judge(
                result, EXPLORE_FAIL,
                aj_strf(t->out, "there is no %s for every CPU: see the notes", threshold->metric));
    }
}

static enum aj_status run_latency(struct trial *t, const struct explore_test *test,
                                  struct explore_result *result)
{
    const struct explore_latency *l = test->latency;
    const int64_t standard = l->duration_ns + l->duration_ns / l->blocks +
                             l->blocks * BLOCK_EXTRA_S * AJ_NS_PER_S + RUN_LIMIT_NS;
    const int64_t limit = test->time_limit_ns > 0 ? test->time_limit_ns : standard;
    struct explore_measured measured = {.measurement = NULL};
    const struct explore_measuring how = {.what = l, .limit_ns = limit, .progress = t->progress};
    const enum aj_status status = explore_measure(t->cx, t->jobs, &how, t->out, &measured);
    result->duration_ns = whole_ms(measured.duration_ns);
    result->measurement = measured.measurement;
    if (status != AJ_OK)
        return status;
    if (measured.void_because != NULL) {
        judge(result, EXPLORE_ERROR, aj_strf(t->out, "void: %s", measured.void_because));
        return AJ_OK;
    }
    add_numbers(t, l, measured.measurement, result);
    judge_metrics(t, test, result);
    return AJ_OK;
}

/* All tests */

/* Is there no use in going on? A command that prints too much, say, is its own fault. */
static bool is_over(const struct trial *t, enum aj_status status)
{
    static const char *const harmless[] = {"target-output", "target-timeout", "target-start"};
    if (status != AJ_ERR_TARGET || t->cx->diags_count == 0)
        return true;
    for (size_t i = 0; i < AJ_COUNT(harmless); i++)
        if (strcmp(t->cx->diags[t->cx->diags_count - 1].id, harmless[i]) == 0)
            return false;
    return true;
}

/* Finds the test's place. False: it cannot run, and *result says why. */
static bool find_place(struct trial *t, const struct explore_test *test,
                       struct explore_result *result, enum aj_status *status)
{
    const struct explore_place *place = NULL;
    size_t at = 0;
    *status = AJ_OK;
    for (size_t i = 0; i < t->what->places_count && place == NULL; i++) {
        at = i;
        if (strcmp(t->what->places[i].cell, test->cell) == 0)
            place = &t->what->places[i];
    }
    if (place == NULL || place->missing != NULL) {
        judge(result, EXPLORE_ERROR,
              place != NULL ? aj_strf(t->out, "not run: %s", place->missing)
                            : aj_strf(t->out, "not run: no login reaches '%s'", test->cell));
        return false;
    }
    t->jobs = &t->places[at];
    if (t->jobs->host == NULL)
        *status = explore_jobs_open(t->cx, place->host, t->out, t->jobs);
    return true;
}

static enum aj_status run_test(struct trial *t, const struct explore_test *test,
                               struct explore_result *result)
{
    const size_t mark = aj_diag_mark(t->cx);
    enum aj_status status;
    *result =
        (struct explore_result){.name = test->name, .cell = test->cell, .outcome = EXPLORE_PASS};
    if (!find_place(t, test, result, &status))
        return AJ_OK;
    if (status == AJ_OK)
        status =
            test->latency != NULL ? run_latency(t, test, result) : run_program(t, test, result);
    if (status == AJ_OK)
        return AJ_OK;
    judge(result, EXPLORE_ERROR,
          t->cx->diags_count > mark ? aj_strdup(t->out, t->cx->diags[t->cx->diags_count - 1].msg)
                                    : aj_status_text(status));
    return is_over(t, status) ? status : AJ_OK;
}

static void tell(const struct trial *t, const struct explore_result *result)
{
    const char *outcome = aj_name_of(explore_outcome_names, result->outcome);
    if (t->progress->say == NULL)
        return;
    t->progress->say(t->progress->to,
                     result->reason == NULL
                         ? aj_strf(t->out, "%s: %s", result->name, outcome)
                         : aj_strf(t->out, "%s: %s: %s", result->name, outcome, result->reason));
}

enum aj_status explore_trial_run(struct aj_ctx *cx, const struct explore_trial *trial,
                                 const struct explore_testspec *spec, struct aj_arena *out,
                                 struct explore_results **results)
{
    struct trial t = {.cx = cx,
                      .what = trial,
                      .places = AJ_NEW_ARRAY(out, struct explore_jobs, trial->places_count),
                      .progress = trial->progress,
                      .out = out};
    struct explore_results *all = AJ_NEW(out, struct explore_results);
    struct explore_result *tests = AJ_NEW_ARRAY(out, struct explore_result, spec->tests_count);
    enum aj_status status = AJ_OK;
    *all = (struct explore_results){
        .login = aj_strdup(out, trial->login), .tests = tests, .tests_count = spec->tests_count};
    for (size_t i = 0; i < spec->tests_count; i++) {
        const struct explore_test *test = &spec->tests[i];
        if (status == AJ_OK)
            status = run_test(&t, test, &tests[i]);
        else
            tests[i] = (struct explore_result){
                .name = test->name,
                .cell = test->cell,
                .outcome = EXPLORE_ERROR,
                .reason = aj_strf(out, "not run: %s", aj_status_text(status))};
        all->passed += tests[i].outcome == EXPLORE_PASS;
        all->failed += tests[i].outcome == EXPLORE_FAIL;
        all->errors += tests[i].outcome == EXPLORE_ERROR;
        tell(&t, &tests[i]);
    }
    *results = all;
    if (status != AJ_OK)
        return status;
    return all->passed == spec->tests_count ? AJ_OK : AJ_FINDINGS;
}
