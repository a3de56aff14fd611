import { statSync } from 'node:fs';
import { CommandError, UsageError } from './commandError.ts';

/** What lies at a path. Throws a UsageError that names the path where the system does not let it be looked at. */
export function kindOfPath(path: string): 'file' | 'folder' | 'absent' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return 'absent';
    }
    throw new UsageError(`${path} cannot be looked at (${code ?? String(error)}).`);
  }
}

/** The system's word for what went wrong, such as `EACCES`. */
export function errorCode(error: unknown): string | null {
  const told = error instanceof Error && !(error instanceof CommandError) && 'code' in error ? error.code : null;
  return typeof told === 'string' ? told : null;
}
