/**
 * Whether a process of this number exists now, so that a record without an end may still grow. After a restart of the
 * machine it can be another process.
 */
export function processLives(pid: number | null): boolean {
  if (pid === null || pid <= 0) {
    return false;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It exists, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
