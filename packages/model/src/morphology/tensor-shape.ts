/** Sizes, spacings or strides of a grid in tensor order `[z, y, x]`, x fastest in memory. */
export type TensorShape = [number, number, number];
