/** Shortest time between two drawings, in milliseconds: at most 10 a second. */
const SHORTEST = 100;

/**
 * Makes `draw` run soon after it is asked for, with the browser's next frame, and at most 10 times a second however
 * often it is asked for. `now` draws with the next frame: for what a person did and waits to see.
 */
export function throttleToFrames(draw: () => void): { soon(): void; now(): void } {
  let last = -Infinity;
  let frame: number | null = null;
  let timer: number | null = null;
  const onFrame = (): void => {
    frame = null;
    last = performance.now();
    draw();
  };
  const now = (): void => {
    if (timer !== null) {
      clearTimeout(timer);
      timer = null;
    }
    frame ??= requestAnimationFrame(onFrame);
  };
  const soon = (): void => {
    if (frame === null) {
      timer ??= window.setTimeout(now, Math.max(0, last + SHORTEST - performance.now()));
    }
  };
  return { soon, now };
}
