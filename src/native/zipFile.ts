import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly deflated: boolean;
  /** Bytes in the archive, and once unpacked. */
  readonly packed: number;
  readonly size: number;
  /** Where its local header stands. */
  readonly at: number;
}

const [END, CENTRAL, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50];
const [END_LENGTH, CENTRAL_LENGTH, LOCAL_LENGTH] = [22, 46, 30];

/**
 * The files of a zip archive, read from its central directory (PKWARE's APPNOTE 6.3.10, 4.3); below 4 GB, not encrypted.
 * @throws where it is none
 */
export async function zipEntries(file: FileHandle): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tail = await read(file, Math.max(0, size - 65_535 - END_LENGTH), Math.min(size, 65_535 + END_LENGTH));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || tail.readUInt32LE(end) !== END) {
    throw new Error('This is no zip archive.');
  }
  const directory = await read(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries: ZipEntry[] = [];
  for (let at = 0; at + CENTRAL_LENGTH <= directory.length && directory.readUInt32LE(at) === CENTRAL;) {
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const name = directory.toString('utf8', at + CENTRAL_LENGTH, at + CENTRAL_LENGTH + (nameLength ?? 0));
    entries.push({
      name,
      deflated: directory.readUInt16LE(at + 10) === 8,
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      at: directory.readUInt32LE(at + 42),
    });
    at += CENTRAL_LENGTH + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return entries;
}

/**
 * Unpacks one file.
 * @param archive the path of the archive that `file` reads
 * @param unpacked told how many bytes were written
 * @throws {Error} an AbortError when `signal` is aborted
 */
export async function unpackEntry(
  archive: string,
  file: FileHandle,
  entry: ZipEntry,
  target: string,
  signal: AbortSignal,
  unpacked: (bytes: number) => void,
): Promise<void> {
  const local = await read(file, entry.at, LOCAL_LENGTH);
  if (local.readUInt32LE(0) !== LOCAL) {
    throw new Error(`The archive is damaged at ${entry.name}.`);
  }
  const start = entry.at + LOCAL_LENGTH + local.readUInt16LE(26) + local.readUInt16LE(28);
  await mkdir(path.dirname(target), { recursive: true });
  const output = createWriteStream(target);
  if (entry.packed === 0) {
    await pipeline([], output, { signal });
    return;
  }
  const packed = createReadStream(archive, { start, end: start + entry.packed - 1 });
  const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      unpacked(chunk.length);
      yield chunk;
    }
  };
  await (entry.deflated
    ? pipeline(packed, createInflateRaw(), counted, output, { signal })
    : pipeline(packed, counted, output, { signal }));
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) {
      throw new Error('The archive ends too early.');
    }
    filled += bytesRead;
  }
  return buffer;
}
