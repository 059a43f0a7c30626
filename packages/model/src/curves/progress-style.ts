/** Colours of class lines, apart from each other and readable on white and on the dark ground (after Okabe and Ito). */
export const classLineColours: readonly string[] = ['#009e73', '#cc79a7', '#d55e00', '#8a7fd1', '#b8a100', '#2aa7b8'];

/** More lines than colours could not be told apart; the other classes are in the tables. */
export const drawnClasses = classLineColours.length;

const classRules = classLineColours.map((colour, k) => `.class-${k} { --data: ${colour}; }`).join(' ');

/** Style sheet of `progress.svg`: it stands alone and follows the viewer's light or dark setting. */
export const progressStyle = `
svg { --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --rule: #d5dae0; --loss: #0072b2; --dice: #b85c00; background: var(--paper); font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
@media (prefers-color-scheme: dark) { svg { --paper: #14181d; --ink: #e4e8ec; --soft: #9aa5b1; --rule: #343c45; --loss: #56b4e9; --dice: #e69f00; } }
text { fill: var(--ink); font-size: 12px; } text.title { font-size: 15px; font-weight: 600; } text.soft, text.tick { fill: var(--soft); } text.tick { font-size: 11px; }
.ground { fill: var(--paper); } .grid { stroke: var(--rule); }
.loss { --data: var(--loss); } .dice, .mean { --data: var(--dice); } ${classRules}
.line { fill: none; stroke: var(--data); stroke-width: 1.6; stroke-linejoin: round; }
.line.dice, .line.class { stroke-width: 1; } .line.dice { opacity: .65; } .line.mean { stroke-width: 2.2; stroke-dasharray: 6 3; }
.dot { fill: var(--data); } .dot.dice { opacity: .65; }
text.loss, text.dice { fill: var(--data); }
`;
