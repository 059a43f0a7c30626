import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Network, availableDevices, mapFile, measurePrecision, setThreads } from '../src/index.js';
import { isotropicSpec } from './helpers.js';

describe('devices', () => {
  it('says why CUDA cannot be used, and refuses it with a typed error', async () => {
    const { cpu, cuda, cudaReason } = availableDevices();
    expect(cpu).toBe(true);
    expect(cuda).toBe(cudaReason === undefined);
    if (cuda) return;
    const created = Network.create({ spec: isotropicSpec(4, 2), seed: 1, device: 'cuda' });
    await expect(created).rejects.toMatchObject({ code: expect.stringMatching(/^(MissingLibraryError|DeviceUnavailableError)$/), message: cudaReason });
  });

  it('refuses a number of threads below 1', () => {
    expect(() => setThreads(0)).toThrow(expect.objectContaining({ code: 'InvalidArgumentError' }));
  });

  it('times both precisions and chooses the faster', async () => {
    const timing = await measurePrecision({ spec: isotropicSpec(4, 2), patch: [8, 8, 8], batch: 1, threads: 1 });
    expect(timing.float32).toBeGreaterThan(0);
    expect(timing.chosen).toBe(timing.bfloat16 < timing.float32 ? 'bfloat16' : 'float32');
  });
});

describe('mapFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'torch-native-'));
  const file = join(folder, 'values.bin');

  it('gives the bytes of a file and never writes to it', () => {
    writeFileSync(file, Uint8Array.from({ length: 10_000 }, (_, i) => i % 251));
    const mapped = new Uint8Array(mapFile(file));
    expect(Buffer.from(mapped).equals(readFileSync(file))).toBe(true);
    mapped[0] = 77;
    expect(readFileSync(file)[0]).toBe(0);
    rmSync(file);
    expect(mapped[9_999]).toBe(9_999 % 251);
  });

  it('gives an empty buffer for an empty file and names a missing one without its folder', () => {
    writeFileSync(file, '');
    expect(mapFile(file).byteLength).toBe(0);
    rmSync(folder, { recursive: true });
    expect(() => mapFile(file)).toThrow(expect.objectContaining({ code: 'InvalidArgumentError', detail: expect.objectContaining({ file: 'values.bin' }) }));
    expect(() => mapFile(tmpdir())).toThrow(expect.objectContaining({ code: 'InvalidArgumentError' }));
  });
});
