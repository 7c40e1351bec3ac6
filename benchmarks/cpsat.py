#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""cpsat.py INSTANCE.json SECONDS: the problem as a constraint programmer states it, for CP-SAT.

Each CPU has a cell, each request an optional interval in every piece of RAM it may lie in, and no two
intervals of a piece overlap. Levels are solved one after the other, each frozen at its optimum and the
next one started from the answer; the last one is the total order. One thread. Prints a line for each
level that is proved: "level VALUE SECONDS", the processor's seconds since the problem was read; or
"infeasible SECONDS". SECONDS of the processor end it.
"""
import json
import resource
import sys
import time

from ortools.sat.python import cp_model

ORDER_MAX = 1 << 40  # digits of the total order are solved together up to this weight


class Model:
    def __init__(self, problem):
        self.p = problem
        self.m = cp_model.CpModel()
        self.goals = []  # expressions
        self.digits = []  # (expression, lowest, highest), most significant first
        self.vars = []
        self.assign_cpus()
        isolation = self.price_sharing()
        interference = self.route_lines()
        self.own_devices()
        pieces, depth = self.place_memory()
        self.choose_bases()
        goals = {
            "preferences": self.obey(),
            "isolation": isolation,
            "irq_interference": interference,
            "memory_quality": pieces,
            "root_keeps": depth + 1 - self.cpu[0][0],
            "stability": self.count_changes(),
        }
        self.goals = [goals[name] for name in self.p["goals"]]

    def bool(self):
        self.vars.append(self.m.NewBoolVar(""))
        return self.vars[-1]

    def int(self, low, high):
        self.vars.append(self.m.NewIntVar(low, high, ""))
        return self.vars[-1]

    def assign_cpus(self):
        cells, cpus = self.p["cells"], range(len(self.p["order"]))
        self.cpu = [[self.bool() for _ in cpus] for _ in cells]
        for k in cpus:
            self.m.AddExactlyOne(self.cpu[c][k] for c in range(len(cells)))
        for c, cell in enumerate(cells):
            mine = self.cpu[c]
            if c == 0:
                self.m.Add(sum(mine) >= max(1, cell["count"]))
            else:
                self.m.Add(sum(mine) == cell["count"])
            for k in cell["named"]:
                self.m.Add(mine[k] == 1)
            for k in cell["forbidden"]:
                self.m.Add(mine[k] == 0)
            if cell["exclusive"] >= 0:
                for members in self.members(cell["exclusive"]):
                    for k in members[1:]:
                        self.m.Add(mine[k] == mine[members[0]])
            if cell["together"] >= 0:
                homes = []
                for members in self.members(cell["together"]):
                    homes.append(self.bool())
                    for k in members:
                        self.m.AddImplication(mine[k], homes[-1])
                self.m.AddExactlyOne(homes)
        for k in self.p["order"]:
            which = sum(c * self.cpu[c][k] for c in range(len(cells)))
            self.digits.append((which, 0, len(cells) - 1))

    def members(self, slot):
        """The CPUs of each domain of a level."""
        domains = {}
        for k, domain in enumerate(self.p["domains"][slot]):
            domains.setdefault(domain, []).append(k)
        return list(domains.values())

    def price_sharing(self):
        cells = self.p["cells"]
        self.present = {}  # (cell, level, CPU) -> is the cell in the CPU's domain?
        cost = []
        for slot, price in enumerate(self.p["share"]):
            for members in self.members(slot):
                if len(members) < 2:
                    continue
                here = [self.bool() for _ in cells]
                for c, present in enumerate(here):
                    self.m.AddMaxEquality(present, [self.cpu[c][k] for k in members])
                    for k in members:
                        self.present[c, slot, k] = present
                for a, first in enumerate(cells):
                    for b in range(a + 1, len(cells)):
                        urgent = first["realtime"] + cells[b]["realtime"]
                        if urgent == 0:
                            continue
                        both = self.bool()
                        self.m.AddBoolOr(here[a].Not(), here[b].Not(), both)
                        cost.append(urgent * price * both)
        return sum(cost)

    def route_lines(self):
        self.line = []
        if self.p["lines"] == 0:
            return 0
        loads, cpus = self.p["loads"], range(len(self.p["order"]))
        calm = [self.bool() for _ in cpus]
        self.m.AddAtLeastOne(calm)
        for k in cpus:
            self.m.AddImplication(calm[k], self.cpu[0][k])
        cost = []
        for slot, price in enumerate(self.p["near"]):
            near = self.bool()
            cost.append(price * near)
            for c, cell in enumerate(self.p["cells"]):
                for k in cpus:
                    present = self.present.get((c, slot, k))
                    if c > 0 and cell["realtime"] and present is not None:
                        self.m.AddBoolOr(calm[k].Not(), present.Not(), near)
        line = self.line = [[self.bool() for _ in cpus] for _ in loads]
        for on, routed in zip(line, self.p["routed"]):
            self.m.AddExactlyOne(on)
            for k in cpus:
                self.m.AddImplication(on[k], self.cpu[0][k] if routed else calm[k])
        greatest = self.int(0, sum(loads))
        for k in cpus:
            self.m.Add(sum(load * on[k] for load, on in zip(loads, line)) <= greatest)
        self.digits += [(-calm[k], -1, 0) for k in cpus]
        for on in line:
            self.digits.append((sum(k * on[k] for k in cpus), 0, len(cpus) - 1))
        return sum(cost) + greatest

    def own_devices(self):
        owner = {}
        for c, d, _, _ in self.p["owns"]:
            owner[c, d] = self.bool()
        undecided = {d for _, d, _, certain in self.p["owns"] if not certain}
        for d, device in enumerate(self.p["devices"]):
            root = owner.setdefault((0, d), self.bool())
            self.m.AddExactlyOne(own for (_, which), own in owner.items() if which == d)
            if device["root_only"]:
                self.m.Add(root == 1)
            if d not in undecided:
                self.digits.append((-root, -1, 0))
        for c, d, wished, _ in self.p["owns"]:
            if wished:
                self.m.Add(owner[c, d] == 1)
        for d, other in self.p["closure"]:
            for (c, which), own in owner.items():
                if which == d and c > 0:
                    if (c, other) in owner:
                        self.m.AddImplication(own, owner[c, other])
                    else:
                        self.m.Add(own == 0)
        self.left_out = self.pick(owner)

    def pick(self, owner):
        """Each want is met by one of its candidates or, at a cost, by none."""
        met = {}  # (cell, device) -> wants that it meets
        asked = {(c, d): [] for c, d, _, certain in self.p["owns"] if not certain}
        cost = []
        for want in self.p["picks"]:
            cell, candidates = want["cell"], want["candidates"]
            chosen = [self.bool() for _ in candidates]
            for candidate, is_it in zip(candidates, chosen):
                met.setdefault((cell, candidate["device"]), []).append(is_it)
                for d in candidate["brings"]:
                    if (cell, d) in asked:
                        asked[cell, d].append(is_it)
            if want["cost"] > 0:
                chosen.append(self.bool())
                cost.append(want["cost"] * chosen[-1])
            self.m.AddExactlyOne(chosen)
            which = sum(n * is_it for n, is_it in enumerate(chosen))
            self.digits.append((which, 0, len(candidates)))
        for key, wants in met.items():
            self.m.Add(sum(wants) <= owner[key])
        for key, wants in asked.items():
            self.m.AddBoolOr(wants + [owner[key].Not()])
        return sum(cost)

    @staticmethod
    def starts(request, low, high):
        """Allowed places in [low, high): multiples of the alignment, less the residue."""
        size, align, residue = request["size"], request["align"], request["residue"]
        free = [(low, high)]
        for start, end in sorted(request["avoid"]):
            last_low, last_high = free.pop()
            free += [(last_low, min(last_high, start)), (max(last_low, end), last_high)]
        found = [[-((residue - a) // align), (b - size - residue) // align] for a, b in free]
        return cp_model.Domain.FromIntervals([pair for pair in found if pair[0] <= pair[1]])

    def place_memory(self):
        pieces = self.p["intervals"]
        used = [self.bool() for _ in pieces]
        inside = [[] for _ in pieces]
        demand = [[] for _ in pieces]
        places = []
        self.lies = []
        for request in self.p["requests"]:
            size, align, residue = request["size"], request["align"], request["residue"]
            lies = {}
            for b in request["intervals"]:
                lies[b] = self.bool()
                start = self.m.NewIntVarFromDomain(self.starts(request, *pieces[b]), "")
                self.vars.append(start)
                base = align * start + residue
                inside[b].append(
                    self.m.NewOptionalIntervalVar(base, size, base + size, lies[b], "")
                )
                demand[b].append(size * lies[b])
                self.m.AddImplication(lies[b], used[b])
            self.m.AddExactlyOne(lies.values())
            last = len(pieces) - 1
            places.append((sum((last - b) * y for b, y in lies.items()), 0, last))
            self.lies.append(lies)
        self.digits += [places[i] for i in self.p["largest"]]
        for b, (low, high) in enumerate(pieces):
            self.m.AddNoOverlap(inside[b])
            self.m.Add(sum(demand[b]) <= (high - low) * used[b])
        depth = self.int(0, len(pieces))
        for b, is_used in enumerate(used):
            self.m.Add(depth >= (len(pieces) - b) * is_used)
        return sum(used), depth

    def choose_bases(self):
        lines = {}
        self.base = []
        for cell in self.p["cells"]:
            self.base.append({})
            if cell["pins"] == 0:
                continue
            chosen = [self.bool() for _ in cell["bases"]]
            self.m.AddExactlyOne(chosen)
            self.base[-1] = dict(zip(cell["bases"], chosen))
            for base, is_base in zip(cell["bases"], chosen):
                for pin in range(4):
                    if cell["pins"] >> pin & 1:
                        lines.setdefault(base + pin, []).append(is_base)
            place = sum(i * is_base for i, is_base in enumerate(chosen))
            self.digits.append((place, 0, max(0, len(chosen) - 1)))
        for users in lines.values():
            self.m.AddAtMostOne(users)


    def decided(self, literal):
        """For each CPU: does the literal's cell have it, does its interrupt go there?"""
        return self.line[literal["line"]] if "line" in literal else self.cpu[literal["cell"]]

    def holds(self, literal):
        """1 if the cell has one of the CPUs, or the interrupt goes there."""
        chosen = [self.decided(literal)[k] for k in literal["cpus"]]
        if len(chosen) == 1:
            return chosen[0]
        any_of = self.bool()
        for one in chosen:
            self.m.AddImplication(one, any_of)
        return any_of

    def obey(self):
        """What the constraints cost that are not kept."""
        cost = []
        for constraint in self.p["constraints"]:
            literals = constraint["literals"]
            if constraint["kind"] == "route":
                self.m.AddAtLeastOne(self.decided(literals[0])[k] for k in literals[0]["cpus"])
            elif constraint["kind"] == "forbid":
                self.m.AddBoolOr(self.holds(literal).Not() for literal in literals)
            elif constraint["kind"] == "bound":
                counted = sum(one["weight"] * self.holds(one) for one in literals)
                self.m.Add(counted <= constraint["at_most"])
            else:
                paid = self.bool()
                cost.append(constraint["cost"] * paid)
                if constraint["kind"] == "avoid":
                    self.m.AddBoolOr([self.holds(one).Not() for one in literals] + [paid])
                    continue
                for k, chosen in enumerate(self.decided(literals[0])):
                    if k not in literals[0]["cpus"]:
                        self.m.AddImplication(chosen, paid)
        return sum(cost) + self.left_out

    def count_changes(self):
        """What is not as it was; -1 says that there was nothing."""
        earlier = self.p["earlier"]
        if earlier is None:
            return 0
        kept = [self.cpu[c][k] for k, c in enumerate(earlier["owner"]) if c >= 0]
        kept += [lies.get(b, 0) for lies, b in zip(self.lies, earlier["places"]) if b >= 0]
        kept += [on[k] for on, k in zip(self.line, earlier["lines"]) if k >= 0]
        kept += [of.get(b, 0) for of, b in zip(self.base, earlier["bases"]) if b >= 0 and of]
        return len(kept) - sum(kept)


class Search:
    def __init__(self, model):
        self.model = model
        self.solver = cp_model.CpSolver()
        self.solver.parameters.num_workers = 1
        self.known = False

    def minimise(self, expression):
        """The least value, None if there is no answer at all."""
        constant = isinstance(expression, int)
        if not constant or not self.known:
            self.model.m.Minimize(expression)
            status = self.solver.Solve(self.model.m)
            if status == cp_model.INFEASIBLE:
                return None
            assert status == cp_model.OPTIMAL, self.solver.StatusName(status)
            self.known = True
            self.model.m.ClearHints()
            for var in self.model.vars:
                self.model.m.AddHint(var, self.solver.Value(var))
        value = self.value(expression)
        if not constant:
            self.model.m.Add(expression <= value)
        return value

    def value(self, expression):
        return expression if isinstance(expression, int) else self.solver.Value(expression)

    def total_order(self):
        """How many digits are not the smallest."""
        digits = [digit for digit in self.model.digits if not isinstance(digit[0], int)]
        while digits:
            weight, chunk = 1, []
            while digits and weight < ORDER_MAX:
                chunk.append(digits.pop(0))
                weight *= chunk[-1][2] - chunk[-1][1] + 1
            objective = 0
            for expression, low, high in chunk:
                objective = objective * (high - low + 1) + expression - low
            if any(self.value(expression) > low for expression, low, _ in chunk):
                self.minimise(objective)
            for expression, _, _ in chunk:
                self.model.m.Add(expression == self.value(expression))
        return sum(self.value(e) > low for e, low, _ in self.model.digits)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        problem = json.load(file)
    began = time.process_time()
    end = int(began + float(sys.argv[2]) + 1)
    resource.setrlimit(resource.RLIMIT_CPU, (end, end + 1))
    model = Model(problem)
    search = Search(model)
    for goal in model.goals:
        value = search.minimise(goal)
        if value is None:
            print("infeasible", f"{time.process_time() - began:.4f}", flush=True)
            return
        print("level", value, f"{time.process_time() - began:.4f}", flush=True)
    value = search.total_order()
    print("level", value, f"{time.process_time() - began:.4f}", flush=True)


main()
