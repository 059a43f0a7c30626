import { createServer } from 'node:net';

/** How far above the wanted port a free one is looked for. */
const range = 200;

/**
 * The wanted port of 127.0.0.1 if it is free, else the next free one above it.
 *
 * @param taken ports that are promised to somebody else.
 * @throws Error where none of the next 200 is free.
 */
export async function freePort(wanted: number, taken: readonly number[] = []): Promise<number> {
  for (let port = wanted; port < wanted + range && port <= 65_535; port++) {
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
  throw new Error(`No free port from ${wanted} to ${wanted + range - 1}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
