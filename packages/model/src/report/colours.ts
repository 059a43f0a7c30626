export type Rgb = [number, number, number];

/** Okabe and Ito's colours for people with and without colour blindness, strongest on grey first (jfly.uni-koeln.de/color). */
const okabeIto: Rgb[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [204, 121, 167],
  [240, 228, 66],
  [213, 94, 0],
  [0, 114, 178],
];

const background: Rgb = [235, 235, 235];

/** Colour of a class; background is light grey, from the 8th foreground class on the colours repeat. */
export function classColour(label: number): Rgb {
  return label === 0 ? background : (okabeIto[(label - 1) % okabeIto.length] ?? background);
}

export function cssColour([r, g, b]: Rgb): string {
  return `#${[r, g, b].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
