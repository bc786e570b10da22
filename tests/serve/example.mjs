import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const duet = spawn('duet', ['serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: duet.stdout })[Symbol.asyncIterator]();

// Answers come in the order of the requests.
async function ask(request) {
    duet.stdin.write(JSON.stringify(request) + '\n');
    const { value, done } = await answers.next();
    if (done) throw new Error('duet serve has ended');
    const { result, error } = JSON.parse(value);
    if (error) throw new Error(`${error.kind}: ${error.text} (${error.hint})`);
    return result;
}

// What a test framework calls before each test.
const beforeEach = () => ask({ do: 'clear' });

await beforeEach();
const computer = await ask({
    do: 'get-or-create',
    table: 'db_dbcomputer',
    key: { label: 'localhost' },
    set: { hostname: 'localhost' },
});
console.log(computer.outcome, 'computer');

const { rows } = await beforeEach();
console.log(rows, 'row cleared');
duet.stdin.end();
