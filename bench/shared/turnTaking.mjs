// Processes that take turns. Each has its own compiled code and caches, as in a run of its own, and a machine that grows busier or warmer
// is as busy for all of them: a turn is some tenths of a second.
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Takes turns with others: runs `work(steps)` when told to, and says how long it took. Ends when the table is closed. */
export async function takeTurnsAt(port, name, work) {
  const turns = connect(port, '127.0.0.1');
  turns.write(`${name}\n`);
  for await (const steps of createInterface({ input: turns })) {
    const [cpu, start] = [process.cpuUsage(), performance.now()];
    await work(Number(steps));
    const [wall, used] = [performance.now() - start, process.cpuUsage(cpu)];
    turns.write(`${JSON.stringify({ wall, cpu: (used.user + used.system) / 1000 })}\n`);
  }
}

/** The same for a script that stands in another folder: `takeTurns(name, work)`. */
export const takingTurns = (port) => `
import { takeTurnsAt } from '${import.meta.url}';
const takeTurns = (name, work) => takeTurnsAt(${port}, name, work);
`;

/** A place where processes meet to take turns. Close it when done: they end then. */
export async function turnTable() {
  const waiting = new Map();
  const seats = new Map();
  const server = createServer((socket) => {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    socket.on('error', () => socket.destroy());
    void lines.next().then(({ value: name }) => {
      const seat = {
        async take(steps) {
          socket.write(`${steps}\n`);
          const { value } = await lines.next();
          if (value === undefined) {
            throw new Error(`'${name}' ended in the middle of its turn.`);
          }
          return JSON.parse(value);
        },
      };
      seats.set(name, { seat, socket });
      waiting.get(name)?.(seat);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    /** The process of this name, once it has come. */
    seat: (name) => seats.get(name)?.seat ?? new Promise((resolve) => waiting.set(name, resolve)),
    close() {
      seats.forEach(({ socket }) => socket.end());
      server.close();
    },
  };
}

/**
 * Everybody's times over rounds of turns: in a round each takes `turns` turns of `steps` steps, in an order that goes back and forth.
 * @returns {Promise<Record<string, { wall: number, cpu: number }[]>>} by name, per round: milliseconds per step
 */
export async function playRounds(table, names, { rounds, turns, steps }) {
  const seats = await Promise.all(names.map(async (name) => ({ name, seat: await table.seat(name) })));
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const sums = Object.fromEntries(names.map((name) => [name, { wall: 0, cpu: 0 }]));
    for (let turn = 0; turn < turns; turn++) {
      for (const { name, seat } of turn % 2 === 0 ? seats : [...seats].reverse()) {
        const { wall, cpu } = await seat.take(steps);
        sums[name].wall += wall / (turns * steps);
        sums[name].cpu += cpu / (turns * steps);
      }
    }
    names.forEach((name) => times[name].push(sums[name]));
  }
  return times;
}
