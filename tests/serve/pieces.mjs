// Sends `duet serve` lines of many lengths, in pieces of any size: each comes
// back whole.  One that is too long is told so, and the next is answered.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const duet = spawn('duet', ['serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: duet.stdout })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await answers.next()).value);
const longest = 16 << 20;

function request(len) {
    const text = '{"do":"url","id":"';
    return `${text}${'x'.repeat(len - text.length - 2)}"}`;
}

function must(holds, what) {
    if (holds) return;
    console.error(what);
    process.exit(1);
}

async function write(text) {
    if (!duet.stdin.write(text))
        await new Promise((resolve) => { duet.stdin.once('drain', resolve); });
}

const pause = () => new Promise((resolve) => { setTimeout(resolve, 1); });
for (const size of [8191, 8192, 16383, 16384, 65536, 1 << 20])
    for (let len = size - 2; len <= size + 2; len++) {
        await write(`${request(len)}\n${request(100)}\n`);
        must((await next()).id.length === len - 20, `a line of ${len}`);
        must((await next()).id.length === 80, 'the one behind it');
    }
for (const byte of `${request(40)}\r\n`) {
    await write(byte);
    await pause();
}
must((await next()).id.length === 20, 'one byte after the other');

await write(`${request(longest)}\n`);
must((await next()).id.length === longest - 20, 'the longest line');
await write(`${request(longest + 1)}\n${request(3 * longest)}\n{"do":"url"}`);
must(/more than/.test((await next()).error?.text), 'one too long');
must(/more than/.test((await next()).error?.text), 'one much too long');
duet.stdin.end();
must((await next()).result, 'the last, without a newline');
must((await answers.next()).done, 'and nothing more');
