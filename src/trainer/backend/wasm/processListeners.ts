type Listener = (...args: unknown[]) => void;

/** How the listeners that Emscripten's start-up code adds can be told from anyone else's. */
const signs = [
  ['uncaughtException', /\bExitStatus\b/],
  ['unhandledRejection', /throw reason/],
] as const;

/**
 * Runs `start` and removes the process-wide error listeners that Emscripten's start-up code added meanwhile: they
 * throw the error again from inside the handler, so that a script's own error would end with exit status 7 and
 * without its stack. Listeners that were there before stay, and so do all others.
 */
export async function removeEmscriptenListeners<T>(start: () => Promise<T>): Promise<T> {
  const before = signs.map(([event]) => new Set(listeners(event)));
  try {
    return await start();
  } finally {
    signs.forEach(([event, sign], i) => {
      for (const listener of listeners(event)) {
        if (before[i]?.has(listener) !== true && sign.test(String(listener))) {
          process.removeListener(event, listener);
        }
      }
    });
  }
}

function listeners(event: string): Listener[] {
  return process.listeners(event as NodeJS.Signals) as Listener[];
}
