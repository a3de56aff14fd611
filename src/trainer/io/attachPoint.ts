import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ATTACHMENT_FILE, type Attachment } from '../../protocol/attachment.ts';

/** The longest path of a Unix domain socket on every system, in bytes. */
const LONGEST_PATH = 100;

/** Where other hosts connect to a training under way. The address is private; who attaches shows that it has read the run's folder. */
export class AttachPoint {
  readonly address: string;
  private readonly token = randomBytes(24).toString('base64url');
  private readonly folder: string | null;
  private readonly server: Server;
  private written: string | null = null;

  private constructor(onConnection: (socket: Socket, token: string) => void) {
    const name = randomBytes(9).toString('base64url');
    // A folder that only this user can enter.
    this.folder = process.platform === 'win32' ? null : mkdtempSync(path.join(shortFolder(), 'mtl-'));
    this.address = this.folder === null ? `\\\\.\\pipe\\mtl-debugger-${name}` : path.join(this.folder, 'host.sock');
    this.server = createServer((socket) => onConnection(socket, this.token));
  }

  /**
   * Resolves once hosts can connect; each connection must show `token` before it is one.
   * @throws the system's error where that cannot be had
   */
  static async open(onConnection: (socket: Socket, token: string) => void): Promise<AttachPoint> {
    const point = new AttachPoint(onConnection);
    try {
      await new Promise<void>((resolve, reject) => {
        point.server.once('error', reject);
        point.server.listen(point.address, resolve);
      });
    } catch (error) {
      point.close();
      throw error;
    }
    // An error of one later connection is that connection's.
    point.server.on('error', () => undefined);
    return point;
  }

  /** Leaves word in a run's folder. Without it nobody can attach; the training goes on all the same. */
  leaveWord(runFolder: string, output: string | null): void {
    const word: Attachment = { pid: process.pid, address: this.address, token: this.token, output };
    this.takeWordBack();
    try {
      const file = path.join(runFolder, ATTACHMENT_FILE);
      writeFileSync(file, `${JSON.stringify(word)}\n`, { mode: 0o600 });
      this.written = file;
    } catch {
      // The folder is full or gone, and the record's own writer has said so.
    }
  }

  close(): void {
    this.takeWordBack();
    this.server.close();
    if (this.folder !== null) {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  private takeWordBack(): void {
    if (this.written !== null) {
      rmSync(this.written, { force: true });
      this.written = null;
    }
  }
}

function shortFolder(): string {
  const usual = tmpdir();
  return Buffer.byteLength(usual) + '/mtl-XXXXXX/host.sock'.length <= LONGEST_PATH ? usual : '/tmp';
}
