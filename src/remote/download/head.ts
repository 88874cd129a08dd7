import { DownloadError } from './downloadError.ts';

/** How much of the beginning of a file is looked at. */
const headBytes = 256;
const magic = 'GGUF';

/** Looks at the first bytes of a file as they come, and throws DownloadError (`not-gguf`) once it can be no GGUF. */
export class HeadCheck {
  readonly #host: string;
  readonly #contentType: string;
  #head = Buffer.alloc(0);
  #passed: boolean;

  constructor(accept: 'gguf' | 'any', host: string, contentType: string | undefined) {
    this.#host = host;
    this.#contentType = contentType ?? '';
    this.#passed = accept === 'any';
  }

  /** Whether enough came, and it is as it should be. */
  get passed(): boolean {
    return this.#passed;
  }

  /** The next bytes, from the first one on. */
  push(bytes: Uint8Array): void {
    if (this.#passed) return;
    this.#head = Buffer.concat([this.#head, bytes.subarray(0, headBytes - this.#head.length)]);
    if (this.#head.length >= magic.length) this.#judge();
  }

  /** No more bytes come. */
  end(): void {
    if (!this.#passed) this.#judge();
  }

  #judge(): void {
    const text = this.#head.toString('latin1');
    if (!text.startsWith(magic)) throw new DownloadError('not-gguf', this.#refusal(text));
    this.#passed = true;
  }

  #refusal(text: string): string {
    const page = /^\s*<(!doctype|html|\?xml)/i.test(text) || this.#contentType.startsWith('text/html');
    if (page) {
      return `${this.#host} sent a web page instead of a model: use the address of the file itself (ending in .gguf).`;
    }
    if (text.startsWith('version https://git-lfs')) {
      return `${this.#host} sent a pointer to the model instead of the model: use the address that downloads the file.`;
    }
    if (text === '') return `${this.#host} sent an empty file: check the address.`;
    return `What ${this.#host} sent is no GGUF model: use the address of a .gguf file.`;
  }
}
