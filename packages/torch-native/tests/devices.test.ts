import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Network, availableDevices, deviceMemory, mapFile, measureForms, setThreads } from '../src/index.js';
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

  it.each([['training', 4], ['prediction', 2]] as const)('times %s once in each of its forms, the fastest first', async (work, forms) => {
    const timings = await measureForms({ work, spec: isotropicSpec(4, 2), patch: [8, 8, 8], batch: 1, threads: 1 });
    expect(new Set(timings.map(({ precision, layout }) => `${precision} ${layout}`)).size).toBe(forms);
    expect(timings.length).toBe(forms);
    expect(timings[0]!.estimated).toBe(false);
    expect(timings[0]!.seconds).toBeGreaterThan(0);
    timings.forEach(({ seconds }, index) => expect(seconds).toBeGreaterThanOrEqual(timings[Math.max(0, index - 1)]!.seconds));
  });

  it('stops between two forms when the signal says so', async () => {
    const timing = measureForms({ spec: isotropicSpec(4, 2), patch: [8, 8, 8], batch: 1, signal: AbortSignal.abort(new Error('enough')) });
    await expect(timing).rejects.toThrow('enough');
  });

  it('tells the memory of the CPU, and of CUDA only where it can be used', () => {
    const memory = deviceMemory('cpu')!;
    expect(memory.free).toBeGreaterThan(0);
    expect(memory.total).toBeGreaterThan(memory.free);
    expect(deviceMemory('cuda') === null).toBe(!availableDevices().cuda);
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
