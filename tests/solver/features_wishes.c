/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Devices, interrupts, consoles, links and constraints. */
#include "tests/solver/brute_irqs.h"
#include "tests/solver/features_table.h"

/* Devices and interrupts */

static bool given_devices(const struct scene *s, uint32_t count)
{
    uint32_t given = 0;
    for (size_t d = 0; d < s->board->devices_count; d++)
        given += s->best->owner[d] != 0 && s->best->owner[d] != UINT32_MAX;
    return given >= count;
}

static bool verdict(const struct scene *s, uint32_t which)
{
    for (size_t d = 0; d < s->board->devices_count; d++)
        if (s->board->devices[d].verdict == which)
            return true;
    return false;
}

static bool closure(const struct scene *s, uint32_t which)
{
    (void)which;
    for (size_t d = 0; d < s->board->devices_count; d++)
        if (s->board->devices[d].closure_count > 0)
            return true;
    return false;
}

static bool root_lines(const struct scene *s, uint32_t count)
{
    return s->best->irqs[0].lines >= count;
}

static bool guest_lines(const struct scene *s, uint32_t count)
{
    for (size_t c = 1; c <= s->req->guests_count; c++)
        if (s->best->irqs[c].lines >= count)
            return true;
    return false;
}

/* A constraint speaks of a line that a guest has and can send to its CPUs. */
static bool guest_named(const struct scene *s, uint32_t kind)
{
    for (size_t i = 0; i < s->req->constraints_count; i++) {
        const struct model_constraint *c = &s->req->constraints[i];
        for (size_t k = 0; c->kind == kind && k < c->literals_count; k++) {
            const uint32_t intid = c->literals[k].interrupt;
            const uint32_t guest = brute_guest_with(s->board, s->best, intid);
            if (c->literals[k].kind == MODEL_LITERAL_ROUTE && guest != 0 &&
                brute_guest_chooses(s->board, s->req, guest, intid))
                return true;
        }
    }
    return false;
}

/* Picks and consoles */

enum pick_trait { PICKED, LEFT_OUT, NOT_THE_FIRST, NAMED_AT_COST, OF_CLASS_NEEDED };

static bool pick_is(const struct scene *s, const struct brute_pick *pick, enum pick_trait trait)
{
    const struct model_device_want *want = &s->req->guests[pick->cell - 1].wants[pick->want];
    switch (trait) {
    case PICKED: return pick->chosen < pick->count;
    case LEFT_OUT: return pick->count > 0 && pick->chosen == pick->count;
    case NOT_THE_FIRST: return pick->chosen > 0 && pick->chosen < pick->count;
    case NAMED_AT_COST: return want->device != NULL;
    case OF_CLASS_NEEDED: return want->device == NULL && want->cost == 0;
    }
    return false;
}

static bool picks(const struct scene *s, uint32_t trait)
{
    for (size_t i = 0; s->best->feasible && i < s->best->picks_count; i++)
        if (pick_is(s, &s->best->picks[i], (enum pick_trait)trait))
            return true;
    return false;
}

/* A line that constraints name is the root's or not, as devices are picked. */
static bool lines_gone(const struct scene *s, uint32_t decided)
{
    const struct brute_irqs *irqs = &s->best->irqs[0];
    for (size_t q = 0; q < irqs->lines; q++)
        if (irqs->gone[q] && irqs->decided[q] == decided)
            return true;
    return false;
}

static bool consoles(const struct scene *s, uint32_t shared)
{
    for (size_t g = 0; g < s->req->guests_count; g++)
        if (s->req->guests[g].console.ref != NULL &&
            (s->best->shared[g + 1] != AJ_NONE32) == shared)
            return true;
    return false;
}

/* Links */

static bool links(const struct scene *s, uint32_t count)
{
    return s->req->links_count >= count;
}

static bool links_of(const struct scene *s, uint32_t arch)
{
    return s->req->links_count > 0 && s->board->arch == arch;
}

static bool link_peers(const struct scene *s, uint32_t count)
{
    for (size_t i = 0; i < s->req->links_count; i++)
        if (s->req->links[i].peers_count == count)
            return true;
    return false;
}

static bool link_of_root(const struct scene *s, uint32_t wanted)
{
    for (size_t i = 0; i < s->req->links_count; i++) {
        uint32_t of_root = 0;
        for (size_t k = 0; k < s->req->links[i].peers_count; k++)
            of_root += brute_cell(s->req, s->req->links[i].peers[k]) == 0;
        if (of_root == wanted)
            return true;
    }
    return false;
}

static bool link_protocol(const struct scene *s, uint32_t protocol)
{
    for (size_t i = 0; i < s->req->links_count; i++)
        if (s->req->links[i].protocol == protocol)
            return true;
    return false;
}

/* Constraints */

static bool constraint(const struct scene *s, uint32_t kind)
{
    for (size_t i = 0; i < s->req->constraints_count; i++)
        if (s->req->constraints[i].kind == kind)
            return true;
    return false;
}

static bool forbidden(const struct scene *s, uint32_t literal)
{
    for (size_t i = 0; i < s->req->constraints_count; i++)
        for (size_t k = 0; k < s->req->constraints[i].literals_count; k++)
            if (s->req->constraints[i].kind == MODEL_CONSTRAINT_FORBID &&
                s->req->constraints[i].literals[k].kind == literal)
                return true;
    return false;
}

static bool joint(const struct scene *s, uint32_t literals)
{
    for (size_t i = 0; i < s->req->constraints_count; i++)
        if (s->req->constraints[i].kind == MODEL_CONSTRAINT_FORBID &&
            s->req->constraints[i].literals_count == literals)
            return true;
    return false;
}

const struct feature features_wishes[] = {
    {"devices: given away", given_devices, 1},
    {"devices: a group given away", given_devices, 2},
    {"devices: travel together", closure, 0},
    {"devices: of the root only", verdict, MODEL_VERDICT_ROOT_ONLY},
    {"devices: hard", verdict, MODEL_VERDICT_HARD},
    {"devices: unsafe", verdict, MODEL_VERDICT_UNSAFE},
    {"devices: picked", picks, PICKED},
    {"devices: another than the first", picks, NOT_THE_FIRST},
    {"devices: left out at a cost", picks, LEFT_OUT},
    {"devices: named at a cost", picks, NAMED_AT_COST},
    {"devices: one of a class needed", picks, OF_CLASS_NEEDED},
    {"devices: a line goes along", lines_gone, false},
    {"devices: a named line goes along", lines_gone, true},
    {"consoles: shared", consoles, true},
    {"consoles: a guest's own", consoles, false},
    {"interrupts: of the root", root_lines, 1},
    {"interrupts: three of the root", root_lines, 3},
    {"interrupts: of a guest", guest_lines, 1},
    {"interrupts: of a guest, routed", guest_named, MODEL_CONSTRAINT_ROUTE},
    {"interrupts: of a guest, forbidden", guest_named, MODEL_CONSTRAINT_FORBID},
    {"interrupts: of a guest, avoided", guest_named, MODEL_CONSTRAINT_AVOID},
    {"interrupts: of a guest, preferred", guest_named, MODEL_CONSTRAINT_PREFER},
    {"interrupts: of a guest, bounded", guest_named, MODEL_CONSTRAINT_BOUND},
    {"links: by messages", links_of, MODEL_ARCH_X86},
    {"links: one", links, 1},
    {"links: two", links, 2},
    {"links: two peers", link_peers, 2},
    {"links: three peers", link_peers, 3},
    {"links: with the root", link_of_root, 1},
    {"links: between guests", link_of_root, 0},
    {"links: network", link_protocol, JAILHOUSE_SHMEM_PROTO_VETH},
    {"links: no protocol", link_protocol, JAILHOUSE_SHMEM_PROTO_UNDEFINED},
    {"constraints: assign", constraint, MODEL_CONSTRAINT_ASSIGN},
    {"constraints: route", constraint, MODEL_CONSTRAINT_ROUTE},
    {"constraints: place", constraint, MODEL_CONSTRAINT_PLACE},
    {"constraints: set", constraint, MODEL_CONSTRAINT_SET},
    {"constraints: separate", constraint, MODEL_CONSTRAINT_SEPARATE},
    {"constraints: bound", constraint, MODEL_CONSTRAINT_BOUND},
    {"constraints: avoid", constraint, MODEL_CONSTRAINT_AVOID},
    {"constraints: prefer", constraint, MODEL_CONSTRAINT_PREFER},
    {"constraints: forbid CPUs", forbidden, MODEL_LITERAL_CPUS},
    {"constraints: forbid a route", forbidden, MODEL_LITERAL_ROUTE},
    {"constraints: forbid a place", forbidden, MODEL_LITERAL_PLACE},
    {"constraints: forbid a setting", forbidden, MODEL_LITERAL_SET},
    {"constraints: forbid two", joint, 2},
    {"constraints: forbid three", joint, 3},
    {NULL, NULL, 0},
};
