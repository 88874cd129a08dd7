/** Where progress is shown; standard error, but for tests. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Where nobody says how much there is, a line tells of each of so many bytes. */
const stepBytes = 100_000_000;

/** Shows how far long work is: on a terminal as a line that is written over, elsewhere as a line for each tenth. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  #open = false;
  #told = -1;

  constructor(output: ProgressOutput = process.stderr) {
    this.#output = output;
  }

  /** `text` says how far it is: `bytes` of `total`, null where that is not known. */
  show(text: string, bytes: number, total: number | null): void {
    if (this.#output.isTTY === true) {
      this.#open = true;
      this.#output.write(`\r\u001b[K${text}`);
      return;
    }
    const step =
      total === null ? Math.floor(bytes / stepBytes) : Math.floor((10 * bytes) / Math.max(1, total));
    if (step === this.#told) return;
    this.#told = step;
    this.#output.write(`${text}\n`);
  }

  /** Writes a line of its own. */
  note(text: string): void {
    this.end();
    this.#output.write(`${text}\n`);
  }

  /** Leaves the line as it is and goes to the next. */
  end(): void {
    if (this.#open) this.#output.write('\n');
    this.#open = false;
  }
}
