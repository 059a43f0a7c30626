import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSeedFile, geometryFromAffine, parseSeedFile, rasterizeSeedFile, UNMARKED, type Affine, type SeedFile, type Vec3 } from '../src/index.js';
import { errorOf } from './helpers/error-of.js';

const file = 'case.seed';
const text = `#Anatomy Sketch Seed File
#NUMBER OF DATA:
2
#DATA LIST DEFINITION:
#DATA LIST NUMBER 0 DEFINITION:
0 # data_list_index
liver # left lobe # data_name
255 0 0 # r_color g_color b_color
1 # data_label
2 # number_of_Line
#Line LIST NUMBER 0 DEFINITION:
0 # line_index
2 # line_ViewLabel
-12.5 # line_dLayer
0 # line_nSerial
#START_POINTS_POS
1 2 3
-1.5 2e1 .25
#END_POINTS_POS
#Line LIST NUMBER 1 DEFINITION:
1 # line_index
0 # line_ViewLabel
0 # line_dLayer
1 # line_nSerial
#START_POINTS_POS
#END_POINTS_POS
#DATA LIST NUMBER 1 DEFINITION:
1 # data_list_index
background # data_name
0 0 255 # r_color g_color b_color
0 # data_label
0 # number_of_Line
#
#END OF LINES DEFINITION
`;
const parsed: SeedFile = {
  groups: [
    {
      name: 'liver # left lobe',
      color: [255, 0, 0],
      label: 1,
      strokes: [
        { viewLabel: 2, layer: -12.5, serial: 0, points: [[1, 2, 3], [-1.5, 20, 0.25]] },
        { viewLabel: 0, layer: 0, serial: 1, points: [] },
      ],
    },
    { name: 'background', color: [0, 0, 255], label: 0, strokes: [] },
  ],
};

describe('parseSeedFile', () => {
  test('reads groups, strokes and points', () => expect(parseSeedFile(text, { file })).toEqual(parsed));
  test('reads CRLF', () => expect(parseSeedFile(text.replaceAll('\n', '\r\n'), { file })).toEqual(parsed));
  test('an empty line ends a list of points', () => {
    expect(parseSeedFile(text.replace('#END_POINTS_POS', ''), { file })).toEqual(parsed);
  });

  // Breaking any line that carries structure is an error that names this line.
  const lines = text.split('\n');
  const structural = lines.flatMap((line, k) => (line.endsWith('_POS') && line.startsWith('#END') ? [] : k < lines.length - 3 ? [k] : []));
  test.each(structural)('line index %d broken: the error names it', (k) => {
    const broken = lines.map((line, other) => (other === k ? 'x x' : line)).join('\n');
    const error = errorOf(() => parseSeedFile(broken, { file }));
    expect(error.code).toBe('InvalidScribbleError');
    expect(error.detail).toMatchObject({ file, at: `line ${k + 1}`, received: '"x x"' });
  });

  test('a point with a word in it is not the end of the list', () => {
    expect(errorOf(() => parseSeedFile(text.replace('1 2 3', '1 2 nan'), { file })).detail.at).toBe('line 17');
  });
  test('a truncated file names the end', () => {
    const cut = lines.slice(0, 18).join('\n');
    expect(errorOf(() => parseSeedFile(cut, { file })).detail).toMatchObject({ at: 'line 19', received: 'the end of the file' });
  });
  test('an index out of turn is an error', () => {
    expect(errorOf(() => parseSeedFile(text.replace('1 # line_index', '2 # line_index'), { file })).detail.at).toBe('line 21');
  });
  test('strokes beyond the stated number are not silently lost', () => {
    const error = errorOf(() => parseSeedFile(text.replace('2 # number_of_Line', '1 # number_of_Line'), { file }));
    expect(error.detail.at).toBe('line 20');
    const fewer = text.replace('\n2\n', '\n1\n');
    expect(errorOf(() => parseSeedFile(fewer, { file })).detail.at).toBe('line 27');
  });
});

describe('formatSeedFile', () => {
  test('writes what AnatomySketch writes', () => {
    const written = formatSeedFile(parsed);
    expect(written).toBe(text.replace('-1.5 2e1 .25', '-1.5 20 0.25'));
  });

  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  const whole = fc.integer({ min: -1000, max: 1000 });
  const stroke = fc.record({
    viewLabel: whole,
    layer: number,
    serial: whole,
    points: fc.array(fc.tuple(number, number, number) as fc.Arbitrary<Vec3>, { maxLength: 4 }),
  });
  const group = fc.record({
    name: fc.string().filter((name) => !/[\r\n]/.test(name)),
    color: fc.tuple(whole, whole, whole) as fc.Arbitrary<Vec3>,
    label: fc.integer({ min: 0, max: 20 }),
    strokes: fc.array(stroke, { maxLength: 3 }),
  });
  test.each(['\n', '\r\n'])('round trip through %j', (newline) => {
    fc.assert(
      fc.property(fc.array(group, { maxLength: 3 }), (groups) => {
        const written = formatSeedFile({ groups }).replaceAll('\n', newline);
        expect(parseSeedFile(written, { file })).toEqual({ groups });
      }),
    );
  });
});

describe('rasterizeSeedFile', () => {
  const stroke = (...points: Vec3[]) => ({ viewLabel: 0, layer: 0, serial: 0, points });
  const group = (label: number, ...points: Vec3[]) => ({ name: '', color: [0, 0, 0] as Vec3, label, strokes: [stroke(...points)] });
  const geometry = (affine: Affine) => geometryFromAffine([3, 4, 5], affine);
  const marks = (groups: SeedFile['groups'], affine: Affine) => {
    const { seedMap, ...counts } = rasterizeSeedFile({ groups }, geometry(affine), { classes: 3, file });
    return { voxels: [...seedMap.entries()].filter(([, seed]) => seed !== UNMARKED), ...counts };
  };
  /** Identity direction in LPS, as ITK sees it: x and y are negative in RAS+. */
  const lps = [-1, 0, 0, -10, 0, -2, 0, -20, 0, 0, 3, 30, 0, 0, 0, 1];
  /** RAS+ identity: LPS direction -1 on x and y. */
  const ras = [1, 0, 0, -10, 0, 2, 0, -20, 0, 0, 3, 30, 0, 0, 0, 1];
  // LPS origin of both: (10, 20, 30). Displayed index (1, 2, 4).
  const point: Vec3 = [11, 24, 42];

  test('positive direction: the displayed index is the file\'s', () => {
    expect(marks([group(1, point)], lps)).toEqual({ voxels: [[1 + 3 * (2 + 4 * 4), 1]], marked: 1, dropped: 0 });
  });
  test('negative direction: the file\'s index is size - 1 - k', () => {
    expect(marks([group(1, point)], ras)).toEqual({ voxels: [[1 + 3 * (1 + 4 * 4), 1]], marked: 1, dropped: 0 });
    const down = ras.map((entry, k) => (k === 10 ? -3 : entry));
    expect(marks([group(1, point)], down).voxels).toEqual([[1 + 3 * (1 + 4 * 0), 1]]);
  });
  test('points go to the nearest voxel', () => {
    expect(marks([group(1, [11.4, 24.9, 40.6])], lps).voxels).toEqual([[1 + 3 * (2 + 4 * 4), 1]]);
  });
  test('later strokes win', () => {
    expect(marks([group(1, point), group(2, point), group(0, point)], lps).voxels).toEqual([[1 + 3 * (2 + 4 * 4), 0]]);
  });
  test('points outside are dropped and counted', () => {
    expect(marks([group(1, point, [9, 20, 30], [10, 20, 45], [13, 20, 30])], lps)).toMatchObject({ marked: 1, dropped: 3 });
  });
  test.each([3, -1])('label %d is an error', (label) => {
    const error = errorOf(() => marks([group(label, point)], lps));
    expect(error.code).toBe('InvalidScribbleError');
    expect(error.detail.field).toBe('data_label');
  });
  test('permuted axes are an error, slightly oblique ones are not', () => {
    const permuted = [0, -2, 0, -10, -1, 0, 0, -20, 0, 0, 3, 30, 0, 0, 0, 1];
    expect(errorOf(() => marks([group(1, point)], permuted)).message).toContain('axes run along x, y, z');
    const oblique = lps.map((entry, k) => (k === 1 ? 0.1 : entry));
    expect(marks([group(1, point)], oblique).marked).toBe(1);
  });
});
