/** Why a package could not be used, as the end of a sentence that began with its name. */
export interface LoadFailure {
  readonly specifier: string;
  readonly absent: boolean;
  /** "@tensorflow/tfjs-node is not installed", or "... is installed but does not load (why)". */
  readonly sentence: string;
}

/** Puts an error of `require(specifier)` into words. */
export function describeLoadFailure(specifier: string, error: unknown): LoadFailure {
  const message = error instanceof Error ? error.message : String(error);
  const firstLine = message.split('\n', 1)[0]?.trim() ?? '';
  // A dependency of the package may be what is missing: then the message quotes that name instead.
  const absent = isNotFound(error) && firstLine.includes(`'${specifier}'`);
  const sentence = absent
    ? `${specifier} is not installed`
    : `${specifier} is installed but does not load (${cause(error, firstLine)})`;
  return { specifier, absent, sentence };
}

function cause(error: unknown, firstLine: string): string {
  if (firstLine.includes('tfjs_binding.node') && firstLine.includes('can not be found')) {
    return 'its native library was never downloaded';
  }
  if (code(error) === 'ERR_DLOPEN_FAILED') {
    return `its native library does not fit this system: ${firstLine}`;
  }
  return firstLine === '' ? 'it threw no message' : firstLine;
}

function isNotFound(error: unknown): boolean {
  return code(error) === 'MODULE_NOT_FOUND' || code(error) === 'ERR_MODULE_NOT_FOUND';
}

function code(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
