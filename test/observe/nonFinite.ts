import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backends, useBackend } from '../backends.ts';
import type { EventLine } from '../../src/core/run/record.ts';
import { watchThisProcess, type Watched } from './inProcess.ts';

/** The step at which each training is spoilt, and how many there are. */
export const spoilt = 4;
export const steps = 7;

/** What is to be told of a training. */
export interface Told {
  readonly task: string | null;
  /** Null: no single op made it. */
  readonly cause: EventLine['cause'];
  /** The call with the comment `@mark` on its line. */
  readonly at: readonly [mark: string, call: string];
  readonly message: RegExp;
  readonly step?: number;
  /** The weights were spoilt by the update before. */
  readonly late?: boolean;
}

export interface SpoiltTraining extends Told {
  train: () => void | Promise<void>;
}

export const forward = (op: string, layer: string | null = null) => ({ phase: 'forward', op, layer }) as const;
export const backward = (op: string) => ({ phase: 'backward', op, layer: null }) as const;
export const data = (op: string, layer: string | null = null) => ({ phase: 'data', op, layer }) as const;

/** Holds each training against what is to be told of it, on both backends, and at several intervals. */
export function expectTold(
  url: string,
  cases: Readonly<Record<string, SpoiltTraining>>,
  healthy: () => void | Promise<void>,
): void {
  const file = fileURLToPath(url);
  const source = readFileSync(file, 'utf8').split('\n');
  /** Where V8 says that a call stands: at the name that is called. */
  const placeOf = (mark: string, call: string): { line: number; column: number } => {
    const line = source.findIndex((text) => text.endsWith(`// @${mark}`));
    const column = (source[line] ?? '').indexOf(call);
    expect(column, `${mark}: ${call}`).not.toBe(-1);
    return { line: line + 1, column: column + (call.startsWith('.') ? 2 : 1) };
  };
  let watched: Watched | null = null;
  afterEach(() => {
    watched?.observation.uninstall();
    watched = null;
    tf.disposeVariables();
  });

  describe.each(backends)('the first number that is not finite, on %s', (backend) => {
    beforeAll(async () => {
      await useBackend(backend);
    });

    describe.each([0, 10, 1])('every %i', (every) => {
      it.each(Object.keys(cases))('%s: told once, with its place, before the update', async (name) => {
        const { train, ...told } = cases[name]!;
        const whole: boolean[] = [];
        watched = watchThisProcess(every, null, null, (line) => {
          if (line.type === 'event') {
            whole.push(weightsAreFinite());
          }
        });
        await train();
        watched.observation.flush();
        const events = watched.lines.filter((line) => line.type === 'event');
        expect(events).toHaveLength(1);
        const [event] = events;
        expect(event).toMatchObject({
          kind: 'nonFinite',
          step: told.step ?? spoilt,
          task: told.task,
          cause: told.cause,
          position: { file, ...placeOf(...told.at) },
        });
        expect(event!.message).toMatch(told.message);
        expect(whole).toEqual([told.late !== true]);
      });
    });

    it('nothing is told where all numbers are finite', async () => {
      watched = watchThisProcess(1);
      await healthy();
      watched.observation.flush();
      expect(watched.observation.steps).toBe(steps);
      expect(watched.lines.filter(({ type }) => type === 'event')).toEqual([]);
    });
  });
}

function weightsAreFinite(): boolean {
  return Object.values(tf.engine().registeredVariables).every((variable) =>
    Array.from(variable.dataSync()).every(Number.isFinite),
  );
}
