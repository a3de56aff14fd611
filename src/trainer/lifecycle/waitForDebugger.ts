/**
 * Opens this process to a JavaScript debugger, says where, and waits until one is there: breakpoints in a script's first lines
 * are then set in time. The thread stands still meanwhile; the run can be cancelled all the same.
 * @param tell gets the address, `ws://127.0.0.1:PORT/…`
 */
export async function waitForDebugger(tell: (url: string) => void): Promise<void> {
  const inspector = await import('node:inspector');
  if (inspector.url() === undefined) {
    inspector.open(0, '127.0.0.1');
  }
  const url = inspector.url();
  if (url !== undefined) {
    tell(url);
    inspector.waitForDebugger();
  }
}
