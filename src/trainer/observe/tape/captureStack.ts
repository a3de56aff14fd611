/**
 * An error that holds the stack as it stands, deep enough for the script's own frames: tfjs and the runtime library put
 * a dozen of their own above them. V8 formats it when it is first read.
 */
export function captureStack(what: string): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  try {
    return new Error(what);
  } finally {
    Error.stackTraceLimit = limit;
  }
}
