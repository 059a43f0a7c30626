import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArtifactRef, ImportedCase } from '@geoscribe/campaign';
import { writeAtomically } from '@geoscribe/core-io/node';
import type { FormTiming } from '@geoscribe/torch-native';

/** What the engine remembers between attempts, by group; keys are SHA-256 of what decides the value. */
export interface PointerValues {
  /** Arrays of a preprocessed case. */
  preprocessed: { image: ArtifactRef; validMask: ArtifactRef; properties: ArtifactRef; label?: ArtifactRef; confidence?: ArtifactRef };
  /** How far a training has come. */
  training: {
    latest: ArtifactRef;
    best?: ArtifactRef;
    /** What epochs took, by number: not part of a checkpoint, which is the same on every machine. */
    secondsPerStep: Record<string, number>;
    waitingShare?: Record<string, number>;
  };
  /** A case of a data set whose files were read and checked. */
  imported: ImportedCase;
  /** Seconds per training step on this machine in every form of computing, the fastest first. */
  precision: FormTiming[];
}

export type PointerGroup = keyof PointerValues;

/** Small JSON files beside the artifacts: caches and the place of the latest checkpoint. */
export interface Pointers {
  read<G extends PointerGroup>(group: G, key: string): Promise<PointerValues[G] | null>;
  /** Replaces the value, whole or not at all. */
  write<G extends PointerGroup>(group: G, key: string, value: PointerValues[G]): Promise<void>;
}

/** Pointers in `<storeRoot>/refs/<group>/<key>.json`; an unreadable one counts as absent. */
export function folderPointers(storeRoot: string): Pointers {
  const fileOf = (group: PointerGroup, key: string): string => join(storeRoot, 'refs', group, `${key}.json`);
  return {
    async read<G extends PointerGroup>(group: G, key: string) {
      try {
        return JSON.parse(await readFile(fileOf(group, key), 'utf8')) as PointerValues[G];
      } catch {
        return null;
      }
    },
    async write(group, key, value) {
      const file = fileOf(group, key);
      await mkdir(dirname(file), { recursive: true });
      await writeAtomically(file, Buffer.from(JSON.stringify(value)));
    },
  };
}
