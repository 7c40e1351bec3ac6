/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/brute_devices.h"

#include <assert.h>

#include "tests/solver/brute_irqs.h"

static uint32_t device_ix(const struct model_board *board, const char *name)
{
    for (uint32_t i = 0; i < board->devices_count; i++)
        if (strcmp(board->devices[i].name, name) == 0)
            return i;
    return AJ_NONE32;
}

/* Consoles are devices of the board; the root's is that of Linux unless it names one. */
static uint32_t root_console(const struct model_board *board, const struct model_requirements *req)
{
    if (req->root.console.ref != NULL)
        return device_ix(board, req->root.console.ref);
    for (size_t i = 0; i < board->consoles_count; i++)
        if (board->consoles[i].active)
            return device_ix(board, board->consoles[i].name);
    return AJ_NONE32;
}

static bool active_console(const struct model_board *board, uint32_t device)
{
    for (size_t i = 0; i < board->consoles_count; i++)
        if (board->consoles[i].active && device_ix(board, board->consoles[i].name) == device)
            return true;
    return false;
}

static uint32_t console_of(const struct model_board *board, const struct model_requirements *req,
                           uint32_t cell)
{
    const char *ref = req->guests[cell - 1].console.ref;
    if (ref == NULL)
        return AJ_NONE32;
    return strcmp(ref, "&root.console") == 0 ? root_console(board, req) : device_ix(board, ref);
}

/* Two names for the same registers are one console. */
static bool same_console(const struct model_board *board, uint32_t a, uint32_t b)
{
    const struct model_device *x = &board->devices[a], *y = &board->devices[b];
    return a == b || (x->regions_count > 0 && y->regions_count > 0 &&
                      x->regions[0].phys_start == y->regions[0].phys_start);
}

static bool is_shared(const struct model_board *board, const struct model_requirements *req,
                      uint32_t cell)
{
    const uint32_t device = console_of(board, req, cell);
    for (uint32_t o = 0; device != AJ_NONE32 && o < board->devices_count; o++)
        if ((o == root_console(board, req) || active_console(board, o)) &&
            same_console(board, device, o))
            return true;
    return false;
}

/* Registers of what the root, or the running Linux, writes to. */
static bool writes_there(const struct model_board *board, const struct model_requirements *req,
                         uint32_t device)
{
    const struct model_device *d = &board->devices[device];
    for (uint32_t o = 0; o < board->devices_count; o++) {
        const struct model_device *other = &board->devices[o];
        if (o != root_console(board, req) && !active_console(board, o))
            continue;
        for (size_t i = 0; i < d->regions_count; i++)
            for (size_t k = 0; k < other->regions_count; k++)
                if (d->regions[i].phys_start / AJ_PAGE == other->regions[k].phys_start / AJ_PAGE)
                    return true;
        if (o == device && o == root_console(board, req))
            return true;
    }
    return false;
}

static bool names(const struct model_board *board, const struct model_requirements *req,
                  uint32_t cell, uint32_t device)
{
    const struct model_cell_request *guest = &req->guests[cell - 1];
    for (size_t i = 0; i < guest->devices_count; i++)
        if (device_ix(board, guest->devices[i]) == device)
            return true;
    return console_of(board, req, cell) == device && !is_shared(board, req, cell);
}

/* Whoever names what is hard to take from the root means it. */
static bool is_meant(const struct model_board *board, const struct model_requirements *req,
                     uint32_t device)
{
    for (uint32_t c = 1; c <= req->guests_count; c++) {
        if (names(board, req, c, device))
            return true;
        for (size_t i = 0; i < req->guests[c - 1].wants_count; i++)
            if (req->guests[c - 1].wants[i].device != NULL &&
                device_ix(board, req->guests[c - 1].wants[i].device) == device)
                return true;
    }
    return false;
}

static bool stays(const struct model_board *board, const struct model_requirements *req,
                  uint32_t device)
{
    const uint8_t verdict = board->devices[device].verdict;
    return verdict == MODEL_VERDICT_ROOT_ONLY ||
           (verdict == MODEL_VERDICT_HARD && !is_meant(board, req, device)) ||
           writes_there(board, req, device);
}

/* With everything that travels along; false if another cell has some of it. */
static bool give(const struct model_board *board, const struct model_requirements *req,
                 uint32_t *owner, uint32_t device, uint32_t cell)
{
    const struct model_device *d = &board->devices[device];
    if (owner[device] == cell)
        return true;
    if (owner[device] != 0 || stays(board, req, device))
        return false;
    owner[device] = cell;
    for (size_t i = 0; i < d->closure_count; i++)
        if (!give(board, req, owner, device_ix(board, d->closure[i]), cell))
            return false;
    return true;
}

static bool lines_apart(const struct model_board *board, const uint32_t *owner)
{
    for (size_t a = 0; a < board->devices_count; a++)
        for (size_t b = 0; b < a; b++)
            for (size_t x = 0; x < board->devices[a].interrupts_count; x++)
                for (size_t y = 0; y < board->devices[b].interrupts_count; y++)
                    if (owner[a] != owner[b] &&
                        brute_line_exists(board, board->devices[a].interrupts[x].intid) &&
                        board->devices[a].interrupts[x].intid ==
                            board->devices[b].interrupts[y].intid)
                        return false;
    return true;
}

/* Classes of the problems are those that these names begin with. */
static bool is_of(const struct model_device *device, uint8_t class)
{
    const char *name = class == MODEL_CLASS_CAN ? "/can@" : "/spi@";
    return strncmp(device->path, name, strlen(name)) == 0;
}

static bool was_heard(const struct model_board *board, const struct model_device *device)
{
    for (size_t q = 0; q < board->interrupts_count; q++)
        for (size_t k = 0; k < device->interrupts_count; k++)
            if (device->interrupts[k].intid == board->interrupts[q].intid)
                return true;
    return false;
}

/* 0 is the best gift: nothing left behind, DMA bounded, never heard of. */
static uint32_t inconvenience(const struct model_board *board, const struct model_device *device)
{
    switch ((enum model_verdict)device->verdict) {
    case MODEL_VERDICT_UNSAFE: return was_heard(board, device) ? 5 : 4;
    case MODEL_VERDICT_SOFT:
    case MODEL_VERDICT_KEEP_RUNNING: return was_heard(board, device) ? 3 : 2;
    case MODEL_VERDICT_OK:
    case MODEL_VERDICT_HARD:
    case MODEL_VERDICT_ROOT_ONLY: break;
    }
    return was_heard(board, device);
}

static bool is_candidate(const struct model_board *board, const struct model_requirements *req,
                         const struct brute_pick *pick, uint32_t device)
{
    const struct model_device *d = &board->devices[device];
    const struct model_device_want *want = &req->guests[pick->cell - 1].wants[pick->want];
    if (names(board, req, pick->cell, device))
        return false;
    if (want->device != NULL)
        return device_ix(board, want->device) == device;
    return d->status == NULL && is_of(d, want->any) && d->verdict != MODEL_VERDICT_HARD &&
           d->verdict != MODEL_VERDICT_ROOT_ONLY && !writes_there(board, req, device);
}

static void list_candidates(const struct model_board *board, const struct model_requirements *req,
                            struct brute_pick *pick)
{
    for (uint32_t rank = 0; rank < 6; rank++)
        for (uint32_t d = 0; d < board->devices_count; d++)
            if (inconvenience(board, &board->devices[d]) == rank &&
                is_candidate(board, req, pick, d))
                pick->candidates[pick->count++] = d;
}

/* Whoever the candidate is, and all that comes with it. */
static void reach(const struct model_board *board, uint32_t device, bool *reached)
{
    if (reached[device])
        return;
    reached[device] = true;
    for (size_t i = 0; i < board->devices[device].closure_count; i++)
        reach(board, device_ix(board, board->devices[device].closure[i]), reached);
}

void brute_devices_open(const struct model_board *board, const struct model_requirements *req,
                        struct brute *best)
{
    best->devices_meet = true;
    best->shared[0] = AJ_NONE32;
    for (uint32_t c = 1; c <= req->guests_count; c++)
        best->shared[c] = is_shared(board, req, c) ? console_of(board, req, c) : AJ_NONE32;
    for (uint32_t c = 1; c <= req->guests_count; c++)
        for (uint32_t d = 0; d < board->devices_count; d++)
            best->devices_meet =
                (!names(board, req, c, d) || give(board, req, best->certain, d, c)) &&
                best->devices_meet;
    for (uint32_t c = 1; c <= req->guests_count; c++) {
        for (uint32_t i = 0; i < req->guests[c - 1].wants_count; i++) {
            assert(best->picks_count < BRUTE_PICKS);
            struct brute_pick *pick = &best->picks[best->picks_count++];
            *pick = (struct brute_pick){.cell = c, .want = i};
            list_candidates(board, req, pick);
            for (uint32_t n = 0; n < pick->count; n++)
                reach(board, pick->candidates[n], pick->reached);
        }
    }
    memcpy(best->owner, best->certain, sizeof best->owner);
}

bool brute_device_open(const struct brute *best, uint32_t device, uint32_t cell)
{
    for (size_t i = 0; i < best->picks_count; i++)
        if (best->picks[i].reached[device] && best->certain[device] != best->picks[i].cell &&
            (cell == AJ_NONE32 || cell == best->picks[i].cell))
            return true;
    return false;
}

/* One candidate for each want, none of them twice; AJ_NONE32 cost: it cannot be. */
static bool choose(const struct model_board *board, const struct model_requirements *req,
                   uint32_t choice, struct brute *now)
{
    bool used[8] = {false};
    for (size_t i = 0; i < now->picks_count; i++) {
        struct brute_pick *pick = &now->picks[i];
        const uint32_t cost = req->guests[pick->cell - 1].wants[pick->want].cost;
        pick->chosen = choice % (pick->count + 1);
        choice /= pick->count + 1;
        if (pick->chosen == pick->count) {
            now->preferences += cost;
            if (cost == 0)
                return false;
            continue;
        }
        const uint32_t device = pick->candidates[pick->chosen];
        if (used[device] || !give(board, req, now->owner, device, pick->cell))
            return false;
        used[device] = true;
    }
    return lines_apart(board, now->owner);
}

bool brute_devices_next(const struct model_board *board, const struct model_requirements *req,
                        const struct brute *opened, uint32_t *choice, struct brute *now)
{
    uint32_t all = opened->devices_meet;
    for (size_t i = 0; i < opened->picks_count; i++)
        all *= opened->picks[i].count + 1;
    while (*choice < all) {
        *now = *opened;
        now->preferences = 0;
        if (choose(board, req, (*choice)++, now))
            return true;
    }
    return false;
}
