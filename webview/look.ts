/** Dashes of the tasks on the canvas and in SVG, in pixels, in the order of the colours. */
export const dashes: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 3],
  [10, 3, 2, 3],
  [4, 2],
  [12, 4],
  [2, 2, 6, 2],
  [1, 4],
];

/** Number of task colours in main.css. */
const COLOURS = 8;

/** A task's dash. Past the eighth task, colours and dashes go round at different lengths, so that pairs stay apart. */
export function dashOf(style: number | null): readonly number[] {
  return style === null ? [1, 2] : (dashes[(style + Math.floor(style / COLOURS)) % dashes.length] ?? []);
}

/** The CSS variable of a task's colour. */
export function colourOf(style: number | null): string {
  return style === null ? 'var(--faint)' : `var(--task-${style % COLOURS})`;
}

/** The value of a CSS variable now, for a canvas, which knows no variables. */
export function resolveColour(colour: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(colour)?.[1];
  return name === undefined ? colour : getComputedStyle(document.body).getPropertyValue(name).trim();
}

/** Calls `changed` when VS Code or the system changes the colours, or the page moves to a screen with other pixels. */
export function watchLook(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  matchMedia('(forced-colors: active)').addEventListener('change', changed);
  const watchPixels = (): void => {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      'change',
      () => {
        changed();
        watchPixels();
      },
      { once: true },
    );
  };
  watchPixels();
}
