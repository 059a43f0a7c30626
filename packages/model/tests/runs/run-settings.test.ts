import { expect, test } from 'vitest';
import { requireAgreement } from '../../src/runs/run-settings.js';

const stored = { seed: 0, epochs: 50, device: 'cpu', labels: ['background', 'organ'] };
const agree = (chosen: Record<string, unknown>) => () => requireAgreement({ file: 'run/run.json', stored, chosen });

test('what was not chosen, or chosen as before, agrees', () => {
  expect(agree({ epochs: 50, seed: undefined, labels: ['background', 'organ'] })).not.toThrow();
});

test('another value is refused with field, both values and what to do', () => {
  expect(agree({ device: 'cuda' })).toThrow(/\(run\/run\.json, device\): expected cpu but received cuda\. Leave the option out/);
  expect(agree({ seed: 0, epochs: 60 })).toThrow(/epochs\): expected 50 but received 60\. To train longer, use `--epochs \+N`/);
  expect(agree({ labels: ['background', 'liver'] })).toThrow(/\["background","organ"\] but received \["background","liver"\]/);
});
