import { seededRandom } from '../../random.ts';
import { mutated, randomValue, wronged } from './mutations.ts';

/** Runs in the page, where a hundred thousand messages need no way through the debugger's pipe. */

/** What is said about a batch of messages that were none. */
export interface BatchTold {
  readonly refused: number;
  /** The first message that changed what is drawn, or was not counted; null where there was none. */
  readonly fault: string | null;
}

interface Wanted {
  readonly seed: number;
  readonly count: number;
  /** Valid messages that are changed. */
  readonly messages: readonly object[];
}

const deliver = (data: unknown): boolean => window.dispatchEvent(new MessageEvent('message', { data }));
const twoFrames = (): Promise<void> =>
  new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())), 110));

/** Everything that is drawn, the canvases too, but for the count of refused messages. */
function drawn(): string {
  const copy = document.body.cloneNode(true);
  if (copy instanceof HTMLElement) {
    copy.querySelector('.refused')?.remove();
  }
  const canvases = [...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL());
  // A title that was taken away may stay as an empty one, which nobody sees.
  const html = copy instanceof HTMLElement ? copy.innerHTML.replaceAll(' title=""', '') : '';
  return [html, ...canvases].join('\n');
}

const refusedNow = (): number => Number(document.querySelector('.refused')?.getAttribute('data-count') ?? 0);

/** Sends `count` messages that are none. Where a batch had an effect, it is sent again one by one to name the culprit. */
export async function sendWrong({ seed, count, messages }: Wanted): Promise<BatchTold> {
  const random = seededRandom(seed);
  const before = { drawn: drawn(), refused: refusedNow() };
  const batch = Array.from({ length: count }, () =>
    random.next() < 0.25 ? randomValue(random) : wronged(random.pick(messages), random),
  );
  batch.forEach(deliver);
  await twoFrames();
  const refused = refusedNow() - before.refused;
  if (refused === count && drawn() === before.drawn) {
    return { refused, fault: null };
  }
  for (const message of batch) {
    const [counted, seen] = [refusedNow(), drawn()];
    deliver(message);
    await twoFrames();
    if (refusedNow() !== counted + 1 || drawn() !== seen) {
      return { refused, fault: JSON.stringify(message) };
    }
  }
  return { refused, fault: 'only all of them together' };
}

/** Sends `count` messages with one value changed, valid or not, and lets every `every`-th be drawn. */
export async function sendMutated({ seed, count, messages }: Wanted, every: number): Promise<void> {
  const random = seededRandom(seed);
  for (let i = 1; i <= count; i++) {
    deliver(mutated(random.pick(messages), random));
    if (i % every === 0) {
      await twoFrames();
    }
  }
}

/** How the page looks once it has drawn what it was sent, and changes no more, in a number for comparing. */
export async function looks(): Promise<number> {
  let seen = '';
  for (let tries = 0; seen !== drawn() && tries < 50; tries++) {
    seen = drawn();
    await twoFrames();
  }
  let hash = 2_166_136_261;
  for (const character of seen) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  }
  return hash >>> 0;
}
