import { z } from 'zod';
import { nearestNames } from './nearest-names.js';

/** The part of a JSON schema that names fields. */
interface FieldSchema {
  properties?: Record<string, FieldSchema>;
  anyOf?: FieldSchema[];
}

/** Dotted paths of every field of a schema, parents before children: `geodesic`, `geodesic.mode`, … */
export function knownFields(schema: z.ZodType): string[] {
  return fieldsBelow(z.toJSONSchema(schema, { io: 'input' }) as FieldSchema, '');
}

function fieldsBelow(schema: FieldSchema, prefix: string): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => [
    prefix + name,
    ...fieldsBelow(child, `${prefix}${name}.`),
  ]);
  return [...own, ...(schema.anyOf ?? []).flatMap((alternative) => fieldsBelow(alternative, prefix))];
}

/**
 * What an unknown field may have meant: a neighbour with a similar name, else the same name in another place.
 *
 * @param field dotted path of the unknown field.
 */
export function suggestFields(field: string, known: readonly string[]): string[] {
  const [parent, name] = splitField(field);
  const siblings = known.filter((candidate) => splitField(candidate)[0] === parent).map((path) => splitField(path)[1]);
  const near = nearestNames(name, siblings, 2);
  if (near.length > 0) return near.map((sibling) => joinField(parent, sibling));
  return known.filter((candidate) => splitField(candidate)[1].toLowerCase() === name.toLowerCase()).slice(0, 2);
}

function splitField(field: string): [parent: string, name: string] {
  const dot = field.lastIndexOf('.');
  return dot < 0 ? ['', field] : [field.slice(0, dot), field.slice(dot + 1)];
}

function joinField(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}
