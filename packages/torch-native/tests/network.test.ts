import { describe, expect, it } from 'vitest';
import { Network, networkTensors, setThreads, transposedConvolutionWeight } from '../src/index.js';
import { isotropicSpec } from './helpers.js';

setThreads(1);
const spec = isotropicSpec(4, 3);
const input = Float32Array.from({ length: 2 * 512 }, (_, i) => Math.sin(0.37 * i));
const request = { input, batch: 2, shape: [8, 8, 8] as [number, number, number], precision: 'float32' as const };

describe('Network', () => {
  it('has the tensors that networkTensors lists', async () => {
    const network = await Network.create({ spec, seed: 1 });
    const tensors = await network.tensors();
    expect(tensors.map(({ name, shape }) => ({ name, shape }))).toEqual(networkTensors(spec));
    network.dispose();
  });

  it('gives the same logits once its tensors went out and in', async () => {
    const network = await Network.create({ spec, seed: 1 });
    const loaded = await Network.load({ spec, tensors: (await network.tensors()).reverse() });
    const logits = await network.predict(request);
    expect(logits.length).toBe(2 * 3 * 512);
    expect(new Set(logits).size).toBeGreaterThan(1000);
    expect(await loaded.predict(request)).toEqual(logits);
    network.dispose();
    loaded.dispose();
  });

  it('treats the patches of a batch apart', async () => {
    const network = await Network.create({ spec, seed: 1 });
    const both = await network.predict(request);
    const second = await network.predict({ ...request, input: input.slice(512), batch: 1 });
    // Instance norm has no batch statistics; other blocking of the sums moves the last bits of values near 1.
    second.forEach((value, i) => expect(Math.abs(value - both[1536 + i]!)).toBeLessThan(1e-4));
    network.dispose();
  });

  it('two networks predict at once', async () => {
    const [a, b] = await Promise.all([Network.create({ spec, seed: 1 }), Network.create({ spec, seed: 2 })]);
    const alone = [await a.predict(request), await b.predict(request)];
    const together = await Promise.all([a.predict(request), b.predict(request), a.predict(request), b.predict(request)]);
    expect(together).toEqual([...alone, ...alone]);
    expect(alone[0]).not.toEqual(alone[1]);
    a.dispose();
    b.dispose();
  });

  it('names the tensor that does not fit', async () => {
    const network = await Network.create({ spec, seed: 1 });
    const tensors = await network.tensors();
    network.dispose();
    const fails = (given: typeof tensors, field: string) =>
      expect(Network.load({ spec, tensors: given })).rejects.toMatchObject({ code: 'InvalidCheckpointError', detail: { field } });
    await fails(tensors.slice(1), tensors[0]!.name);
    await fails([...tensors, { name: 'stray', shape: [1], data: new Float32Array(1) }], 'stray');
    await fails(tensors.with(1, { ...tensors[1]!, shape: [2], data: new Float32Array(2) }), tensors[1]!.name);
  });

  it('names bad arguments', async () => {
    const network = await Network.create({ spec, seed: 1 });
    const fails = (change: object, field: string) =>
      expect(network.predict({ ...request, ...change })).rejects.toMatchObject({ code: 'InvalidArgumentError', detail: { field } });
    await fails({ shape: [8, 8, 6] }, 'shape');
    await fails({ input: new Float32Array(3) }, 'input');
    await fails({ batch: 0 }, 'batch');
    await expect(Network.create({ spec: { ...spec, stages: spec.stages.slice(0, 1) }, seed: 1 })).rejects.toMatchObject({ detail: { field: 'spec.stages' } });
    await expect(Network.create({ spec, seed: -1 })).rejects.toMatchObject({ detail: { field: 'seed' } });
    network.dispose();
    await expect(network.predict(request)).rejects.toMatchObject({ code: 'InvalidArgumentError' });
  });

  it('does not begin once aborted', async () => {
    const network = await Network.create({ spec, seed: 1 });
    const reason = new Error('enough');
    await expect(network.predict({ ...request, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    network.dispose();
  });
});

describe('transposedConvolutionWeight', () => {
  it('puts row ((o * kz + a) * ky + b) * kx + c, column i at [i, o, a, b, c]', () => {
    const [output, input_, stride] = [2, 3, [1, 2, 2] as [number, number, number]];
    const data = Float32Array.from({ length: output * 4 * input_ }, (_, i) => i);
    const turned = transposedConvolutionWeight({ name: 'up.0.weight', shape: [output * 4, input_, 1, 1, 1], data }, stride);
    expect(turned.shape).toEqual([input_, output, 1, 2, 2]);
    for (let i = 0; i < input_; i += 1) {
      for (let o = 0; o < output; o += 1) {
        for (let b = 0; b < 2; b += 1) {
          for (let c = 0; c < 2; c += 1) {
            expect(turned.data[((i * output + o) * 2 + b) * 2 + c]).toBe(data[((o * 2 + b) * 2 + c) * input_ + i]);
          }
        }
      }
    }
  });

  it('refuses a kernel that does not fit', () => {
    const tensor = { name: 'up.0.weight', shape: [6, 3, 1, 1, 1], data: new Float32Array(18) };
    expect(() => transposedConvolutionWeight(tensor, [2, 2, 2])).toThrow(expect.objectContaining({ code: 'InvalidArgumentError' }));
  });
});
