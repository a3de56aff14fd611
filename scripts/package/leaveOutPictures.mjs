// Keeps the package small: pictures that none of its documents shows stay in the repository.
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Removes from `docs/images` of a laid out extension what no Markdown file of it names. */
export async function leaveOutPictures(folder) {
  const files = await readdir(folder, { recursive: true });
  const documents = files.filter((file) => file.endsWith('.md'));
  const texts = await Promise.all(documents.map((file) => readFile(join(folder, file), 'utf8')));
  const pictures = files.filter((file) => file.startsWith(join('docs', 'images')) && file.endsWith('.png'));
  const unseen = pictures.filter((file) => !texts.some((text) => text.includes(`images/${basename(file)}`)));
  await Promise.all(unseen.map((file) => rm(join(folder, file))));
}
