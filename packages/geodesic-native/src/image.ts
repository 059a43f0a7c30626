import { checkArray, invalid, show } from './checks.js';
import type { NativeChannel } from './native.js';

/** One channel of an image, float32 or integers [n], x fastest. */
export type ImageArray = Float32Array | Int16Array | Uint16Array | Uint8Array;

/** A channel whose values are float32(raw * scale + offset), computed in float64. */
export interface ImageChannel {
  data: ImageArray;
  /** Finite, not 0; default 1. */
  scale?: number | undefined;
  /** Finite; default 0. */
  offset?: number | undefined;
}

/** One channel, or several. */
export type Image = ImageArray | ImageChannel | readonly (ImageArray | ImageChannel)[];

/**
 * A checked copy of the list: the caller may change its own while the job runs.
 * @throws GeoscribeError `InvalidArgumentError` naming `image` or its part.
 */
export function resolveImage(image: Image, voxels: number): NativeChannel[] {
  if (!Array.isArray(image)) return [resolveChannel('image', image as ImageArray | ImageChannel, voxels)];
  const channels = image as readonly (ImageArray | ImageChannel)[];
  if (channels.length === 0) throw invalid('image', 'at least one channel', 'none');
  return Array.from(channels, (channel, index) => resolveChannel(`image[${index}]`, channel, voxels));
}

function resolveChannel(argument: string, channel: ImageArray | ImageChannel, voxels: number): NativeChannel {
  const described = typeof channel === 'object' && channel !== null && 'data' in channel;
  const { data, scale = 1, offset = 0 } = described ? channel : { data: channel };
  checkArray(described ? `${argument}.data` : argument, data, ['Float32Array', 'Int16Array', 'Uint16Array', 'Uint8Array'], voxels);
  if (!Number.isFinite(scale) || scale === 0) throw invalid(`${argument}.scale`, 'a finite number other than 0', show(scale));
  if (!Number.isFinite(offset)) throw invalid(`${argument}.offset`, 'a finite number', show(offset));
  return { data, scale, offset };
}
