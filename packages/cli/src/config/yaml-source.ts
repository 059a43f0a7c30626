import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';

export type FieldPath = readonly (string | number)[];

export interface YamlProblem {
  line: number;
  message: string;
}

/** A YAML 1.2 text with the line of each of its nodes. */
export interface YamlSource {
  value: unknown;
  /** Why the text is not YAML; `value` is meaningless then. */
  problems: YamlProblem[];
  /** Line, from 1, of the field's key, or of the nearest parent that the text has. */
  lineOf(path: FieldPath): number;
}

/** Parses a YAML 1.2 text. Never throws: problems are in the result. */
export function parseYamlSource(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const problems: YamlProblem[] = [...document.errors, ...document.warnings].map((problem) => ({
    line: lines.linePos(problem.pos[0]).line,
    message: problem.message,
  }));
  const { value, failure } = toPlainValue(document);
  if (problems.length === 0 && failure !== undefined) problems.push({ line: 1, message: failure });
  const lineOf = (path: FieldPath): number => lines.linePos(offsetOf(document, path)).line;
  return { value, problems, lineOf };
}

/** Aliases that multiply beyond reason end in an error of the library. */
function toPlainValue(document: Document): { value: unknown; failure?: string } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    return { value: null, failure: error instanceof Error ? error.message : String(error) };
  }
}

function offsetOf(document: Document, path: FieldPath): number {
  let offset = document.contents?.range?.[0] ?? 0;
  let node: unknown = document.contents;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
