/**
 * Deterministic noise, uniform in [-0.5, 0.5): the linear congruential generator of Numerical Recipes.
 *
 * @returns {() => number}
 */
export function noise(seed = 1) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}
