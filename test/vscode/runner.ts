import { appendFileSync } from 'node:fs';

export type Body = () => void | Promise<void>;

const registered: { readonly name: string; readonly body: Body; readonly seconds: number }[] = [];

/** Registers a test. `seconds`: how long it may take before it counts as hung; generous, so that no slow machine fails. */
export function test(name: string, body: Body, seconds = 60): void {
  registered.push({ name, body, seconds });
}

const skipped: { readonly name: string; readonly why: string }[] = [];

/** Says of a test that it cannot run here, and why. */
export function skip(name: string, why: string): void {
  skipped.push({ name, why });
}

/**
 * Runs the registered tests one after another, in their order, and appends what came of each to the file that
 * MTL_VSCODE_RESULTS names: these tests run in processes that print nothing of their own. `onFailure` is called at once
 * after a test that failed. Returns how many failed.
 */
export async function runRegistered(onFailure?: (name: string) => Promise<void>): Promise<number> {
  const results = process.env['MTL_VSCODE_RESULTS'];
  const only = JSON.parse(process.env['MTL_VSCODE_ONLY'] ?? '[]') as string[];
  const tell = (outcome: object): void => {
    if (results !== undefined) {
      appendFileSync(results, JSON.stringify(outcome) + '\n');
    }
  };
  skipped.forEach(({ name, why }) => tell({ name, state: 'skipped', fault: why, seconds: 0 }));
  let failed = 0;
  for (const { name, body, seconds } of registered) {
    if (only.length > 0 && !only.some((part) => name.includes(part))) {
      continue;
    }
    const start = Date.now();
    const fault = await faultOf(body, seconds);
    if (fault !== null) {
      failed++;
      await onFailure?.(name);
    }
    tell({ name, state: fault === null ? 'passed' : 'failed', fault, seconds: (Date.now() - start) / 1000 });
  }
  return failed;
}

async function faultOf(body: Body, seconds: number): Promise<string | null> {
  let deadline: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      body(),
      new Promise<never>((_, reject) => {
        deadline = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000);
      }),
    ]);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(deadline);
  }
}

/**
 * Asks again and again until the answer is neither null nor undefined nor false; gives up after `seconds`, saying
 * `what` was waited for.
 */
export async function eventually<T>(
  what: string,
  ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  seconds = 40,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${seconds} s in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
