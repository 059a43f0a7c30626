import { GeoscribeError } from '@geoscribe/campaign';

/**
 * JSON text with object keys in code-unit order and no white space, so that equal values give equal bytes to hash.
 *
 * Properties that are `undefined` are left out, as in JSON.stringify.
 *
 * Errors: `InvalidArgumentError` for what JSON cannot carry (NaN, infinities, functions, class instances, `undefined`
 * in an array), naming its place.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$');
}

function write(value: unknown, place: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item, index) => write(item, `${place}[${index}]`)).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${JSON.stringify(key)}:${write(item, `${place}.${key}`)}`);
    return `{${entries.join(',')}}`;
  }
  throw new GeoscribeError('InvalidArgumentError', 'Value cannot be written as JSON', {
    field: place,
    expected: 'null, boolean, finite number, string, array or plain object',
    received: typeof value === 'object' ? (value as object).constructor.name : String(value),
  });
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
