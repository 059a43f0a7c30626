import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names one process among all that ever ran: a process id alone is given out again. */
export interface ProcessIdentity {
  host: string;
  pid: number;
  /** Start of the process by the kernel's clock, with the boot it belongs to; null where the platform does not tell. */
  started: string | null;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { host: hostname(), pid, started: startOf(pid) };
}

/** Whether the process still runs; `unknown` for a process of another machine. */
export function isProcessAlive(identity: ProcessIdentity): boolean | 'unknown' {
  if (identity.host !== hostname()) return 'unknown';
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(identity.pid) === identity.started;
}

/** Linux: `/proc/<pid>/stat` field 22 and the boot's id. A zombie counts as ended. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : `${boot}/${fields[19]}`;
  } catch {
    return null;
  }
}
