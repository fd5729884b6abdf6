"""Where to cut a graph: parts of bounded cost that few edges cross, and no two of which wait for each other.

Vertices are numbers from 0, each with a cost and with what it waits for. The parts are numbered so that an edge never
leads to a lower one: the graph of the parts has no cycle, whatever the cut. That is also how it is found: vertices are
laid in a row, each behind all that it waits for; the row is cut where the fewest edges go over the place, which dynamic
programming finds at once for all places; then single vertices move to neighbouring parts as long as that saves edges
(the moves of Fiduccia and Mattheyses, 1982, among those that keep the numbering). Several rows are tried.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Collection, Sequence
from heapq import heappop, heappush
from math import ceil, inf

from attrs import field, frozen

_ROOM = 1.05
"""How much more than the graph costs all parts together may."""
_SLACK = 1.1
"""How much more than its share a part may cost."""
_LEAST = 0.5
"""How much less than its share, where the row allows it."""
_SWEEPS = 4


@frozen
class Web:
    """A graph without cycles over numbers: the cost of each vertex, and what it waits for, each once."""

    costs: Sequence[int]
    ups: Sequence[Sequence[int]]
    downs: Sequence[Sequence[int]] = field(init=False)

    @downs.default  # pyright: ignore
    def _turned(self) -> Sequence[Sequence[int]]:
        found: list[list[int]] = [[] for _ in self.costs]
        for vertex, ups in enumerate(self.ups):
            for up in ups:
                found[up].append(vertex)
        return found


def cut(web: Web, most: int, *, alone: Collection[int] = ()) -> list[int]:
    """The part of each vertex, from 0: none costs more than `most`, but for a vertex that does so by itself.

    Those that are `alone` have a part to themselves.
    """
    parts = [0] * len(web.costs)
    if sum(web.costs) <= most and not alone:
        return parts
    rooms: list[tuple[int, int]] = []  # what parts still have room for, the least first
    count, small = 0, list[tuple[int, list[int]]]()
    for members in _components(web):
        cost = sum(web.costs[vertex] for vertex in members)
        if cost <= most and not any(vertex in alone for vertex in members):
            small.append((cost, members))
            continue
        number = {vertex: index for index, vertex in enumerate(members)}
        own = Web([web.costs[v] for v in members], [[number[up] for up in web.ups[v]] for v in members])
        closed = {number[vertex] for vertex in members if vertex in alone}
        found = _cut_component(own, most, closed)
        free = [most] * (max(found) + 1)
        for vertex, part in zip(members, found, strict=True):
            parts[vertex] = count + part
            free[part] -= most if vertex in alone else web.costs[vertex]
        rooms += [(room, count + part) for part, room in enumerate(free) if room > 0]
        count += len(free)
    rooms.sort()
    for cost, members in small:  # waits for nothing else, and nothing for it: it may be in any part
        at = bisect_left(rooms, (cost, 0))
        if at == len(rooms):
            rooms.append((most, count))
            count += 1
        room, part = rooms.pop(at)
        for vertex in members:
            parts[vertex] = part
        insort(rooms, (room - cost, part))
    return _numbered(parts)


def _components(web: Web) -> list[list[int]]:
    """The vertices that hang together at any remove, in the order of their first ones."""
    seen = [False] * len(web.costs)
    found: list[list[int]] = []
    for first in range(len(web.costs)):
        if seen[first]:
            continue
        seen[first] = True
        members = [first]
        for vertex in members:
            for other in (*web.ups[vertex], *web.downs[vertex]):
                if not seen[other]:
                    seen[other] = True
                    members.append(other)
        found.append(sorted(members))
    return found


def _cut_component(web: Web, most: int, alone: Collection[int]) -> list[int]:
    total = sum(web.costs)
    even = min(most, ceil(total / ceil(total * _ROOM / most) * _SLACK))
    found = [
        _numbered(_moved(web, _cut_row(web, row, bound, alone), most, alone))
        for row in (way(web) for way in ROWS)
        for bound in dict.fromkeys((even, most))
    ]
    return min(found, key=lambda parts: (handed_over(web, parts), crossing(web, parts), depth(web, parts)))


def handed_over(web: Web, parts: Sequence[int]) -> int:
    """How many vertices are heard of in other parts, once for each such part."""
    return sum(len({parts[down] for down in downs} - {parts[up]}) for up, downs in enumerate(web.downs))


def crossing(web: Web, parts: Sequence[int]) -> int:
    """How many edges lead from one part to another."""
    return sum(parts[up] != parts[vertex] for vertex, ups in enumerate(web.ups) for up in ups)


def depth(web: Web, parts: Sequence[int]) -> int:
    """How many vertices run one after the other at least, where a part begins when all that it waits for are over."""
    members: list[list[int]] = [[] for _ in range(max(parts, default=-1) + 1)]
    for vertex in _as_written(web):
        members[parts[vertex]].append(vertex)
    levels, ends = [0] * len(parts), [0] * len(members)
    for part, inside in enumerate(members):
        befores = {parts[up] for vertex in inside for up in web.ups[vertex]} - {part}
        begin = max((ends[before] for before in befores), default=0)
        for vertex in inside:
            levels[vertex] = 1 + max((levels[up] for up in web.ups[vertex] if parts[up] == part), default=begin)
        ends[part] = max((levels[vertex] for vertex in inside), default=begin)
    return max(ends, default=0)


# ------------------------------------------------------------------ rows: each vertex behind all that it waits for


def _as_written(web: Web) -> list[int]:
    """As they come, but for what has to wait."""
    return _row(web, lambda vertex, place: vertex)


def _fewest_open(web: Web) -> list[int]:
    """Always the one that leaves the fewest edges open, of equals the one whose upstreams stand nearest."""
    return _row(web, lambda vertex, place: (len(web.downs[vertex]) - len(web.ups[vertex])) * len(web.costs) - place)


def _row(web: Web, order: Callable[[int, int], int]) -> list[int]:
    """Always the least of those that may stand next, by a number of theirs and of where their last upstream stands."""
    missing = [len(ups) for ups in web.ups]
    ready = [(order(vertex, 0), vertex) for vertex, count in enumerate(missing) if not count]
    ready.sort()
    row: list[int] = []
    while ready:
        _, vertex = heappop(ready)
        row.append(vertex)
        for down in web.downs[vertex]:
            missing[down] -= 1
            if not missing[down]:
                heappush(ready, (order(down, len(row)), down))
    return row


def _end_by_end(web: Web) -> list[int]:
    """For one end after the other all that it waits for, at any remove, and then itself."""
    row: list[int] = []
    seen = [False] * len(web.costs)
    for end in range(len(web.costs)):
        if web.downs[end]:
            continue
        waiting = [(end, iter(web.ups[end]))]
        seen[end] = True
        while waiting:
            vertex, ups = waiting[-1]
            up = next((each for each in ups if not seen[each]), None)
            if up is None:
                row.append(vertex)
                waiting.pop()
            else:
                seen[up] = True
                waiting.append((up, iter(web.ups[up])))
    return row


ROWS = (_as_written, _end_by_end, _fewest_open)

# ------------------------------------------------------------------ cutting a row


def _cut_row(web: Web, row: Sequence[int], most: int, alone: Collection[int]) -> list[int]:
    """The part of each vertex, where the row is cut at the places that the fewest edges go over."""
    count = len(row)
    over = _over(web, row)
    sums = [0]
    for vertex in row:
        sums.append(sums[-1] + web.costs[vertex])
    cost: list[float] = [0, *[inf] * count]
    before = [0] * (count + 1)
    window: deque[int] = deque()  # places to begin a part at, the cheapest first
    late: deque[int] = deque()  # those that would make it too small
    for place in range(1, count + 1):
        vertex = row[place - 1]
        late.append(place - 1)
        if vertex in alone or (place > 1 and row[place - 2] in alone):
            window.clear()
            late = deque([place - 1])
        is_edge = vertex in alone or (place < count and row[place] in alone)
        while late and (is_edge or sums[place] - sums[late[0]] >= most * _LEAST):
            first = late.popleft()
            while window and cost[window[-1]] > cost[first]:
                window.pop()
            window.append(first)
        while window and sums[place] - sums[window[0]] > most and window[0] < place - 1:
            window.popleft()
        if window:
            cost[place], before[place] = cost[window[0]] + over[place], window[0]
        else:  # a part that is smaller than others, if nothing else can be
            fits = [first for first in late if sums[place] - sums[first] <= most] or [place - 1]
            first = min(fits, key=cost.__getitem__)
            cost[place], before[place] = cost[first] + over[place] + len(web.costs), first
    parts, place, part = [0] * count, count, 0
    while place:
        for vertex in row[before[place] : place]:
            parts[vertex] = part
        place, part = before[place], part - 1
    return [number - part - 1 for number in parts]


def _over(web: Web, row: Sequence[int]) -> list[int]:
    """How many edges go over each place of a row, from before the first vertex to behind the last."""
    at = {vertex: place for place, vertex in enumerate(row)}
    change = [0] * (len(row) + 2)
    for vertex, ups in enumerate(web.ups):
        for up in ups:
            change[at[up] + 1] += 1
            change[at[vertex] + 1] -= 1
    found: list[int] = []
    for each in change[:-1]:
        found.append(each + (found[-1] if found else 0))
    return found


# ------------------------------------------------------------------ moving single vertices


def _moved(web: Web, parts: list[int], most: int, alone: Collection[int]) -> list[int]:
    """The parts after every move that saves edges, until none does."""
    costs = [0] * (max(parts, default=-1) + 1)
    for vertex, part in enumerate(parts):
        costs[part] += web.costs[vertex]
    closed = {parts[vertex] for vertex in alone}
    for _ in range(_SWEEPS):
        moves = 0
        for vertex, part in enumerate(parts):
            if part in closed or not (web.ups[vertex] or web.downs[vertex]):
                continue
            better = _better(web, parts, vertex)
            if better != part and better not in closed and costs[better] + web.costs[vertex] <= most:
                parts[vertex] = better
                costs[part] -= web.costs[vertex]
                costs[better] += web.costs[vertex]
                moves += 1
        if not moves:
            break
    return parts


def _better(web: Web, parts: Sequence[int], vertex: int) -> int:
    """The part in which the fewest of a vertex's edges lead to another, of those that the numbering leaves it."""
    here = parts[vertex]
    low = max((parts[up] for up in web.ups[vertex]), default=0)
    high = min((parts[down] for down in web.downs[vertex]), default=None)
    inside: dict[int, int] = {}
    for other in (*web.ups[vertex], *web.downs[vertex]):
        inside[parts[other]] = inside.get(parts[other], 0) + 1
    best = here
    # only at an end of what is left to it stands anything that it has to do with
    for part in (low, here if high is None else high):
        if inside.get(part, 0) > inside.get(best, 0) and low <= part and (high is None or part <= high):
            best = part
    return best


def _numbered(parts: Sequence[int]) -> list[int]:
    """The parts without those that have nothing any more."""
    numbers = {part: number for number, part in enumerate(sorted(set(parts)))}
    return [numbers[part] for part in parts]
