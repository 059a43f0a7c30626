/**
 * Whether a terminal shows more than ASCII, as its locale says (POSIX: `LC_ALL` before `LC_CTYPE` before `LANG`). The
 * Linux console has no font for block characters; of Windows' terminals the new one is known to have.
 */
export function speaksUtf8(environment: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return environment['WT_SESSION'] !== undefined;
  if (environment['TERM'] === 'linux') return false;
  const locale = [environment['LC_ALL'], environment['LC_CTYPE'], environment['LANG']].find((value) => value !== undefined && value !== '');
  return /utf-?8/i.test(locale ?? '');
}
