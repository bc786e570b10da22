// Sends lines that are broken in any way to `duet serve`, and some that are
// not: each has one answer, in its order, that is JSON and has its id.
//
//     node broken.mjs COUNT [SEED]
import { spawn } from 'node:child_process';

const count = Number(process.argv[2]);
const seed = BigInt(process.argv[3] ?? Date.now());
console.log(`SEED=${seed}`);

let state = seed;
function draw(limit) {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let mix = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    mix = BigInt.asUintN(64, (mix ^ (mix >> 27n)) * 0x94d049bb133111ebn);
    return Number((mix ^ (mix >> 31n)) % BigInt(limit));
}
const pick = (list) => list[draw(list.length)];

const whole = [
    '{"id": 7, "do": "clear"}',
    '{"id": "a", "do": "reset", "seed": "select 1; -- \\u00e9"}',
    '{"id": 1.50, "do": "url"}',
    '{"do": "get-or-create", "table": "db_dbcomputer", "key": {"label": "x"},'
        + ' "set": {"hostname": "h", "metadata": {"a": [1, null]}}, "id": 8}',
    '{"id": null, "do": "nothing", "with": [true, {"x": "\\ud83d\\ude00"}]}',
];
const scraps = ['{', '}', '[', ']', '"', ':', ',', '\\', '\\u0000', '\\ud800',
    'null', 'true', '-1e9', '01', '0x1', 'NaN', "'", '/**/', '\0', '\t', '\r',
    '\x80', '\xff', '\xed\xa0\x80', '\xc3\xa9', '\xef\xbb\xbf', '"id":9,',
    '[['.repeat(3000), '{"a":'.repeat(1500), ' '.repeat(70000)];

// A line as bytes, written as Latin-1.
function line() {
    let text = pick(whole);
    for (let turns = draw(4); turns > 0; turns--) {
        const at = draw(text.length + 1);
        text = text.slice(0, at) + (draw(3) ? pick(scraps) : '')
            + text.slice(at + draw(4));
    }
    return text;
}

function understood(text) {
    try {
        const bytes = Buffer.from(text, 'latin1');
        return JSON.parse(new TextDecoder('utf-8',
            { fatal: true, ignoreBOM: true }).decode(bytes));
    } catch {
        return undefined;
    }
}

const isBlank = (text) => /^[ \t\r]*$/.test(text);
const lines = Array.from({ length: count }, line);
const asked = lines.filter((text) => !isBlank(text));
const duet = spawn('duet', ['serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
let got = '';
duet.stdout.setEncoding('utf8').on('data', (piece) => { got += piece; });
duet.stdin.write(Buffer.from(lines.join('\n'), 'latin1'));
duet.stdin.end();
const status = await new Promise((resolve) => { duet.on('close', resolve); });

function fail(why, text, answer) {
    console.error(`${why}\nasked: ${JSON.stringify(text)}\ngot: ${answer}`);
    process.exit(1);
}

function check(text, answer) {
    const keys = Object.keys(answer).join();
    const request = understood(text);
    if (keys !== 'id,result' && keys !== 'id,error')
        fail('no answer', text, JSON.stringify(answer));
    if (typeof request !== 'object' || request === null) {
        if (keys !== 'id,error' || answer.id !== null)
            fail('an answer to what is no request', text,
                JSON.stringify(answer));
    } else if (keys === 'id,result' && answer.id !== (request.id ?? null)) {
        fail('another id', text, JSON.stringify(answer));
    }
}

const answers = got.split('\n');
if (status !== 0 || answers.pop() !== '' || answers.length !== asked.length)
    fail(`${asked.length} lines, ${answers.length} answers, exit ${status}`,
        asked[answers.length], answers.at(-1));
answers.forEach((answer, i) => check(asked[i], JSON.parse(answer)));
const results = answers.filter((answer) => 'result' in JSON.parse(answer));
console.log(`${answers.length} answers, ${results.length} results`);
