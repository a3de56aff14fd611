import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULE_IDS } from '../src/core/diagnosis/ruleIds.ts';
import { RULES } from '../src/core/diagnosis/rules/index.ts';

const root = path.dirname(import.meta.dirname);
const rules = RULES.map(({ id }) => id).sort((a, b) => RULE_IDS.indexOf(a) - RULE_IDS.indexOf(b));

describe.each(['docs/findings', 'docs/findings/zh'])('%s', (folder) => {
  it.each(rules)('has a page for %s', (rule) => {
    const file = path.join(root, folder, `${rule}.md`);
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^# ${rule}\n`));
  });

  it('has an index of all of them, in causal order', () => {
    const index = readFileSync(path.join(root, folder, 'README.md'), 'utf8');
    const rows = [...index.matchAll(/^\| \[(\w+)\]\(\1\.md\) \| [^|]+ \| [^|]+ \| [^|]+ \|$/gm)].map(([, id]) => id);
    // A page may come before its rule, never the other way around.
    expect(rows.filter((id) => rules.some((rule) => rule === id))).toEqual(rules);
    expect(rows.every((id) => RULE_IDS.some((rule) => rule === id))).toBe(true);
  });
});

it('the indexes are as their pages are: node scripts/findingsIndex.mjs writes them anew', () => {
  execFileSync(process.execPath, ['scripts/findingsIndex.mjs', '--check'], { cwd: root, stdio: 'pipe' });
});
