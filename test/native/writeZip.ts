import { deflateRawSync } from 'node:zlib';

/** A zip archive of these files, each deflated but every third one, with extra fields such as archivers add. */
export function writeZip(files: readonly { readonly name: string; readonly content: Buffer }[]): Buffer {
  const [bodies, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  files.forEach(({ name, content }, index) => {
    const deflated = index % 3 !== 2;
    const packed = deflated ? deflateRawSync(new Uint8Array(content)) : content;
    const extra = Buffer.alloc(4 + index);
    const sizes = [packed.length, content.length];
    // From "version needed" to "extra field length", which local and central headers share; CRC and time are left at 0.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(deflated ? 8 : 0, 4);
    sizes.forEach((size, k) => shared.writeUInt32LE(size, 14 + 4 * k));
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.from(shared);
    local.writeUInt16LE(extra.length, 24);
    const body = [signature('PK\x03\x04'), local, Buffer.from(name), extra, packed];
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(signature('PK\x01\x02'), Buffer.alloc(2), shared, rest, Buffer.from(name));
    bodies.push(...body);
    at += body.reduce((sum, part) => sum + part.length, 0);
  });
  const end = Buffer.alloc(18);
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  [files.length, files.length].forEach((count, k) => end.writeUInt16LE(count, 4 + 2 * k));
  end.writeUInt32LE(length, 8);
  end.writeUInt32LE(at, 12);
  return concat([...bodies, ...directory, signature('PK\x05\x06'), end]);
}

const signature = (text: string): Buffer => Buffer.from(text, 'latin1');
const concat = (parts: readonly Buffer[]): Buffer => Buffer.concat(parts.map((part) => new Uint8Array(part)));
