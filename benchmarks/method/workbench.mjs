// Store, settings and imported cases of one data set and seed.
import { join } from 'node:path';
import { campaignConfigSchema } from '@geoscribe/campaign';
import { FolderStore, loadCase } from '@geoscribe/core-io/node';
import { engineContext, folderPointers } from '@geoscribe/model';

/**
 * @param {object} options
 * @param {import('./datasets.mjs').Dataset} options.dataset
 * @param {number} options.seed decides the roles of the cases and everything random
 * @param {string} options.folder holds the artifact store
 * @param {string} options.precision
 * @param {(line: string) => void} options.say
 */
export async function openWorkbench({ dataset, seed, folder, precision, say }) {
  const root = join(folder, 'store');
  const store = new FolderStore(root);
  const context = engineContext({ store, pointers: folderPointers(root) });
  const { preliminary, fineTuning, geodesic, annotator, ...config } = campaignConfigSchema.parse({
    name: 'method', dataset: { dir: '.' }, cases: { scribbled: [] }, seed, precision, ...dataset.schedule,
  });
  const roles = dataset.roles(seed);
  const mode = roles.full.length > 0 ? 'posterior' : 'reference';
  const settings = {
    seed, precision, preliminary, fineTuning, device: config.device, threads: config.threads, budget: config.budget,
    dataset: dataset.description, geodesic: { ...geodesic, mode },
  };
  const imported = Object.fromEntries(
    await Promise.all(Object.values(roles).flat().map(async (id) => [id, await importCase(dataset, id, store)])),
  );
  const cases = Object.fromEntries(Object.entries(roles).map(([role, ids]) => [role, ids.map((id) => imported[id])]));
  return { context, store, dataset, settings, annotator, cases, say };
}

async function importCase({ dir, description, files }, id, store) {
  const listing = { layout: 'nnunet', description, cases: [{ id, ...files[id] }] };
  const { channels } = await loadCase(dir, listing, id, { trustImageGeometry: true });
  const { dims, spacing } = channels[0].geometry;
  const [image, ...moreChannels] = await Promise.all(files[id].images.map((file) => store.putFile(join(dir, file), 'volume')));
  const label = await store.putFile(join(dir, files[id].label), 'label-map');
  return { id, image, moreChannels, label, geometry: { dims, spacing } };
}
