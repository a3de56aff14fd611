// Writes docs/findings/README.md and its Chinese twin: every finding that has a page, in causal order, with its symptom, cause and
// remedy, taken from the page. `node scripts/findingsIndex.mjs`
// With --check it writes nothing, and fails where one of them is out of date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const folder = join(root, 'docs', 'findings');

const languages = [
  {
    pages: folder,
    headed: true,
    opening: [
      '# Findings',
      '',
      'What MTL Debugger finds in a run of a multi-task training, in causal order: what stands earlier may explain what stands',
      'later. Each has a page that says how it is found, from which threshold, and what it rests on. A finding is',
      '',
      '- an **error** where what was trained is not what was meant,',
      '- a **warning** where training is harmed,',
      '- **information** where it is worth knowing.',
      '',
      'Findings come from the newest run of a script and hold for the text that was trained: after an edit they say so, and the next run',
      'says whether they still hold. One that another explains is told beneath it. In VS Code they are underlined while the training',
      'runs, with *Ignore here*, *Ignore in this file* and *Explain*; on the command line `mtl-debugger diagnose RUN|FILE` says all',
      'of them, and with `--why-not` why others are silent ([the command line](../command-line.md)).',
      '',
      'A finding that is meant is ignored by a comment, before its line, behind it, or for the whole file:',
      '',
      '```js',
      '// mtl-debugger-ignore detach',
      '/* mtl-debugger-ignore-file symmetry, zero */',
      '```',
    ],
    closing: [
      '',
      'A notice that is no finding: [losses only](lossesOnly.md), where a project trains with a release of TensorFlow.js whose gradients are',
      'not read. [中文](zh/README.md)',
    ],
    head: ['| Finding | What you see | Cause | What to do |', '|---|---|---|---|'],
    sections: ['## Cause', '## What to do'],
    sentence: /^.*?[.](?=\s|$)/,
  },
  {
    pages: join(folder, 'zh'),
    headed: false,
    opening: [
      '# 诊断结果',
      '',
      '按因果顺序排列：前面的可能解释后面的。“错误”：训练的不是想要训练的；“警告”：训练受损；“信息”：值得知道。注释',
      '`// mtl-debugger-ignore 规则` 忽略下一行（或同一行）的结果，`/* mtl-debugger-ignore-file 规则 */` 忽略整个文件中的结果。',
    ],
    closing: ['', '[English](../README.md)'],
    head: ['| 规则 | 现象 | 原因 | 怎么办 |', '|---|---|---|---|'],
    sections: ['## 原因', '## 怎么办'],
    sentence: /^.*?[。！？]/,
  },
];

/** Rules in causal order, under the words that ruleIds.ts heads them with. */
function rulesInOrder() {
  const text = readFileSync(join(root, 'src', 'core', 'diagnosis', 'ruleIds.ts'), 'utf8');
  const sections = [];
  for (const [, comment, id] of text.matchAll(/^ {2}(?:\/\/ (.+)|'(\w+)',)$/gm)) {
    if (comment !== undefined) {
      sections.push({ heading: comment.replace(/\.$/, ''), ids: [] });
    } else {
      sections.at(-1).ids.push(id);
    }
  }
  return sections;
}

function rowOf(id, { pages, sections, sentence }) {
  const page = readFileSync(join(pages, `${id}.md`), 'utf8');
  const first = (text) => {
    const paragraph = text.trim().split('\n\n')[0].replace(/\s*\n\s*/g, sentence.source.includes('。') ? '' : ' ');
    return (sentence.exec(paragraph)?.[0] ?? paragraph).replaceAll('|', '\\|');
  };
  const symptom = first(page.slice(page.indexOf('\n')));
  const parts = sections.map((heading) => first(page.split(`${heading}\n`)[1] ?? ''));
  return `| [${id}](${id}.md) | ${[symptom, ...parts].join(' | ')} |`;
}

function indexOf(language) {
  const parts = rulesInOrder().map(({ heading, ids }) => ({
    heading,
    rows: ids.filter((id) => existsSync(join(language.pages, `${id}.md`))).map((id) => rowOf(id, language)),
  }));
  const tables = language.headed
    ? parts
        .filter(({ rows }) => rows.length > 0)
        .flatMap(({ heading, rows }) => ['', `## ${heading}`, '', ...language.head, ...rows])
    : ['', ...language.head, ...parts.flatMap(({ rows }) => rows)];
  return [...language.opening, ...tables, ...language.closing, ''].join('\n');
}

for (const language of languages) {
  const file = join(language.pages, 'README.md');
  const written = indexOf(language);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, written);
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== written) {
    console.error(`${file} is out of date: node scripts/findingsIndex.mjs writes it anew.`);
    process.exitCode = 1;
  }
}
