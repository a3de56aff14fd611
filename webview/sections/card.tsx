import type { ComponentChildren, VNode } from 'preact';
import type { Scene } from '../model/scene.ts';
import { Check } from '../ui.tsx';

interface Props {
  readonly scene: Pick<Scene, 'ui' | 'change'>;
  readonly id: string;
  readonly title: string;
  /** What the figures are and which step they are of. */
  readonly note: string;
  readonly controls?: ComponentChildren;
  readonly children: ComponentChildren;
  /** The same numbers as a table. */
  readonly table?: () => VNode;
  readonly wide?: boolean;
}

/** A part of the panel with its heading, its controls and the table behind its chart. */
export function Card({ scene, id, title, note, controls, children, table, wide = false }: Props): VNode {
  const { tables } = scene.ui;
  const open = tables.includes(id);
  const toggle = (checked: boolean): void =>
    scene.change({ tables: checked ? [...tables, id] : tables.filter((each) => each !== id) });
  return (
    <section class={wide ? 'card wide' : 'card'} aria-labelledby={`${id}-title`} id={id}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        <span class="note">{note}</span>
        <span class="controls">
          {controls}
          {table === undefined ? null : (
            <Check checked={open} onChange={toggle} label={`Table of ${title}`}>
              Table
            </Check>
          )}
        </span>
      </header>
      {children}
      {open && table !== undefined ? (
        <div class="table" role="region" aria-label={`Table of ${title}, scrolls`} tabIndex={0}>
          {table()}
        </div>
      ) : null}
    </section>
  );
}

/** `at step 476`, or why there is none. */
export function atStep({ step }: Pick<Scene, 'step'>): string {
  return step === null ? 'no step observed yet' : `at step ${step.toLocaleString('en-US')}`;
}
