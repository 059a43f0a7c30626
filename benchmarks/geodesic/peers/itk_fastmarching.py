"""ITK's fast marching (through SimpleITK): the eikonal equation with speed 1 / cost, up to the cutoff."""
import SimpleITK

from common import main
from fields import node_cost


def speed(case):
    image = SimpleITK.GetImageFromArray(1 / node_cost(case))
    image.SetSpacing(case.h[::-1])
    return image


def solve(case):
    marching = SimpleITK.FastMarchingImageFilter()
    marching.SetTrialPoints([index[::-1] for index in case.seed_indices()])
    marching.SetStoppingValue(case.cutoff)
    return SimpleITK.GetArrayFromImage(marching.Execute(case.prepared))


if __name__ == "__main__":
    main(solve, prepare=speed, note="another problem, so no error: the eikonal equation, with the image's gradient in its cost")
