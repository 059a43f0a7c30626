"""dijkstra3d.distance_field: Dijkstra on a cost of entering a voxel, 6 neighbours; no spacing, no cutoff."""
import dijkstra3d

from common import main
from fields import node_cost


def solve(case):
    return dijkstra3d.distance_field(case.prepared, source=case.seed_indices(), connectivity=6)


if __name__ == "__main__":
    main(solve, prepare=node_cost, note="another problem, so no error: the image's gradient as cost of a voxel, not its change over a step; no spacing, no cutoff")
