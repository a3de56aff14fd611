import { setTimeout as delay } from 'node:timers/promises';
import { processLives } from '../../src/processes/processLives.ts';

/** Waits until a process has ended. One that does not in 30 s is an orphan: it is killed, and this rejects. */
export async function hasEnded(pid: number): Promise<void> {
  for (let waited = 0; processLives(pid); waited += 50) {
    if (waited > 30_000) {
      process.kill(pid, 'SIGKILL');
      throw new Error(`process ${pid} outlived its time`);
    }
    await delay(50);
  }
}
