import { constants } from 'node:fs';
import { access, readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { CampaignHome } from '../home/campaign-home.js';
import type { Check } from './check.js';

const gibibyte = 2 ** 30;
const inGibibytes = (bytes: number): string => `${(bytes / gibibyte).toFixed(1)} GiB`;

/** What decides between float32 and bfloat16, by the kernel's names. */
const instructionSets = [
  ['avx2', 'AVX2'],
  ['avx512f', 'AVX-512'],
  ['avx512_bf16', 'AVX-512 bfloat16'],
  ['amx_bf16', 'AMX bfloat16'],
] as const;

export const cpuCheck: Check = {
  name: 'CPU',
  async look() {
    const processors = cpus();
    const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
    return { ok: true, found: `${processors[0]?.model ?? process.arch}, ${processors.length} cores, ${describeFlags(text)}` };
  },
};

/** Instruction sets that a `/proc/cpuinfo` tells of. */
export function describeFlags(cpuinfo: string): string {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/);
  if (flags === undefined) return 'instruction sets unknown';
  const present = instructionSets.filter(([flag]) => flags.includes(flag)).map(([, name]) => name);
  return present.length === 0 ? 'no AVX2: training will be slow' : present.join(', ');
}

export const memoryCheck: Check = {
  name: 'memory',
  async look() {
    return { ok: true, found: `${inGibibytes(freemem())} free of ${inGibibytes(totalmem())}` };
  },
};

/** Whether the home can be written, and how much room its disk has. */
export function diskCheck(home: CampaignHome): Check {
  return {
    name: 'home',
    async look() {
      const folder = await nearestFolder(home.root);
      const { bavail, bsize } = await statfs(folder);
      const found = `${home.root}, ${inGibibytes(bavail * bsize)} free`;
      const writable = await access(folder, constants.W_OK).then(
        () => true,
        () => false,
      );
      if (writable) return { ok: true, found };
      return { ok: false, found: `${found}, cannot be written`, hint: 'Choose another folder with --home or GEOSCRIBE_HOME.' };
    },
  };
}

/** The folder, or the nearest parent that exists. */
async function nearestFolder(folder: string): Promise<string> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  return exists || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
