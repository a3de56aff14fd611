import type { Scene } from '../model/scene.ts';

/** Whether the reader has opened a part of the findings: kept over a reload, forgotten with another run. */
export function isOpened({ ui }: Scene, key: string): boolean {
  return ui.opened.includes(key);
}

/** Opens what is closed, and the other way round. */
export function toggled({ ui, change }: Scene, key: string): void {
  change({ opened: ui.opened.includes(key) ? ui.opened.filter((each) => each !== key) : [...ui.opened, key] });
}
