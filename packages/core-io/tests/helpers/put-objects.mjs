import { FolderStore } from '@geoscribe/core-io/node';

/** Stores 20 objects in the store of the first argument once its parent says so, and reports the references. */
const store = new FolderStore(process.argv[2]);
process.once('message', async () => {
  const objects = Array.from({ length: 20 }, (_, k) => Buffer.alloc(200_000, k));
  const refs = await Promise.all(objects.map((bytes) => store.put(bytes, 'volume')));
  process.send(refs, () => process.disconnect());
});
process.send('ready');
