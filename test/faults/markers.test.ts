import { describe, expect, it } from 'vitest';
import { marked, stripMarkers } from './markers.ts';
import { allVariants } from './run/selection.ts';
import { FAULTS } from './seeded/index.ts';
import { BASES } from './bases/index.ts';
import { STYLES } from './bases/base.ts';

describe('marks', () => {
  it('are replaced by as many spaces: everything else stays at its line and column', () => {
    const script = `const a = 1;\nf(${marked('detach', 'x.dataSync()')}, y);\nconst b = 2;`;
    const { text, ranges } = stripMarkers(script);
    expect(text).toHaveLength(script.length);
    expect(text).not.toContain('@');
    expect(text.replace(/ +/g, ' ')).toBe('const a = 1;\nf( x.dataSync() , y);\nconst b = 2;');
    const [range] = ranges;
    expect(range?.id).toBe('detach');
    expect(text.split('\n')[1]?.slice(range!.start.column - 1, range!.end.column - 1)).toBe('x.dataSync()');
    expect([range?.start.line, range?.end.line]).toEqual([2, 2]);
    expect(text.indexOf(', y);')).toBe(script.indexOf(', y);'));
  });

  it('may stand in one another and go over several lines', () => {
    const { ranges } = stripMarkers(marked('a', `f(() => {\n  ${marked('b', 'g()')};\n})`));
    expect(ranges.map(({ id, start, end }) => [id, start.line, end.line])).toEqual([
      ['b', 2, 2],
      ['a', 1, 3],
    ]);
  });

  it.each(['/*@expect a*/x', 'x/*@*/'])('that do not pair are refused: %s', (script) => {
    expect(() => stripMarkers(script)).toThrow(/mark/);
  });
});

describe('seeded faults', () => {
  it('have a mark or a name to be found at, and differ from the healthy script', () => {
    const variants = allVariants();
    const healthy = new Map(
      variants
        .filter(({ id }) => id.startsWith('healthy-base.'))
        .map(({ base, style, script }) => [`${base} ${style}`, script]),
    );
    for (const { id, base, style, script, expected } of variants.filter((variant) => variant.expected !== null)) {
      expect(expected!.ranges.length + expected!.names.length, id).toBeGreaterThan(0);
      expect(script.replace(/ +/g, ' '), id).not.toBe(healthy.get(`${base} ${style}`)!.replace(/ +/g, ' '));
      expect(script, id).not.toContain('@expect');
    }
  });

  it('mark expressions by a rule that is expected there', () => {
    for (const { id, rules, seed } of FAULTS.map((fault) => ({ ...fault, seed: fault.seed.bind(fault) }))) {
      for (const base of BASES) {
        for (const style of STYLES) {
          const seeded = seed(base, style);
          const ids = seeded === null ? [] : stripMarkers(seeded.script).ranges.map((range) => range.id);
          expect(
            ids.filter((each) => !rules.some((rule) => rule === each)),
            `${id} ${base.name} ${style}`,
          ).toEqual([]);
        }
      }
    }
  });

  it('are as many as the figures are meant to rest on', () => {
    const variants = allVariants();
    expect(new Set(variants.map(({ id }) => id)).size).toBe(variants.length);
    expect(variants.filter(({ expected }) => expected === null).length).toBeGreaterThanOrEqual(30);
    expect(variants.length * 10).toBeLessThanOrEqual(2700);
  });
});
