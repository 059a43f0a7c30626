import { checkListener } from './checks.js';

/** A listener that throws fails the job's promise instead of the process. */
export function guarded(onProgress: ((share: number) => void) | undefined) {
  checkListener('onProgress', onProgress);
  if (onProgress === undefined) return undefined;
  const listener = {
    failure: undefined as { error: unknown } | undefined,
    hear(share: number) {
      if (listener.failure) return;
      try {
        onProgress(share);
      } catch (error) {
        listener.failure = { error };
      }
    },
  };
  return listener;
}
