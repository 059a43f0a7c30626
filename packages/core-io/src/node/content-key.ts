import { canonicalJson } from '../canonical-json.js';
import { sha256Hex } from './artifact-store.js';

/** SHA-256 of a value's canonical JSON: the name of what it decides. */
export function contentKey(value: unknown): string {
  return sha256Hex(Buffer.from(canonicalJson(value)));
}
