import { spawnSync } from 'node:child_process';
import { descendantsOf } from './descendants.ts';

/**
 * Ends a process by force, and all that it has started: its own process group, where it leads one, and its descendants.
 * Nothing is thrown where a process is gone already or belongs to somebody else.
 */
export function endProcessTree(pid: number): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  // The process last: it may be this one, and once it is gone, its children are nobody's.
  descendantsOf(pid).forEach((each) => signal(each, 'SIGKILL'));
  signal(-pid, 'SIGKILL');
  signal(pid, 'SIGKILL');
}

/** What a process has started and left behind is asked to end. The process itself goes on. */
export function endDescendants(pid: number): void {
  if (process.platform === 'win32') {
    // Windows knows no such question: each is ended with its own tree.
    windowsChildren(pid).forEach((child) => endProcessTree(child));
    return;
  }
  descendantsOf(pid).forEach((each) => signal(each, 'SIGTERM'));
}

/** Ends what is left of the process group that a process led. Nothing where all of it has ended. */
export function endProcessGroup(leader: number): void {
  if (process.platform !== 'win32') {
    signal(-leader, 'SIGKILL');
  }
}

function windowsChildren(pid: number): number[] {
  const query = `Get-CimInstance Win32_Process -Filter 'ParentProcessId=${pid}' | ForEach-Object { $_.ProcessId }`;
  const { stdout, status } = spawnSync('powershell', ['-NoProfile', '-Command', query], {
    encoding: 'utf8',
    windowsHide: true,
    timeout: 5_000,
  });
  return status !== 0
    ? []
    : stdout
        .split(/\s+/)
        .map(Number)
        .filter((child) => child > 0);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // ESRCH: ended meanwhile, or no such group. EPERM: somebody else's.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) {
      throw error;
    }
  }
}
