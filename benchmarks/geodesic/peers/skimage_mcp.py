"""skimage.graph.MCP_Geometric: Dijkstra on the mean cost of two voxels times their distance, 6 neighbours."""
from skimage.graph import MCP_Geometric

from common import main
from fields import node_cost


class UpToCutoff(MCP_Geometric):
    cutoff = 0.0

    def goal_reached(self, index, cumcost):
        return 2 if cumcost > self.cutoff else 0


def solve(case):
    paths = UpToCutoff(case.prepared, fully_connected=False, sampling=case.h)
    paths.cutoff = case.cutoff
    costs, _ = paths.find_costs(case.seed_indices())
    return costs


if __name__ == "__main__":
    main(solve, prepare=node_cost, note="another problem, so no error: the image's gradient as cost of a voxel, mean of two, not its change over a step")
