import type * as vscode from 'vscode';
import { newToken } from '../../host/server/token.ts';

const key = 'hearth.server.token';

/** The server's token, kept by VS Code beside its passwords; all windows have the same one. */
export class TokenStore implements vscode.Disposable {
  readonly #secrets: vscode.SecretStorage;
  readonly #subscription: vscode.Disposable;
  #token: string | null = null;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
    // Another window may have made a new one.
    this.#subscription = secrets.onDidChange((event) => {
      if (event.key === key) void this.#read().catch(() => undefined);
    });
  }

  /** The token as it was read last; null before `ready`. */
  get current(): string | null {
    return this.#token;
  }

  /** The token, made where there is none. */
  async ready(): Promise<string> {
    return (await this.#read()) ?? this.renew();
  }

  /** Makes a new one; the old one is worth nothing from then on. */
  async renew(): Promise<string> {
    const token = newToken();
    await this.#secrets.store(key, token);
    this.#token = token;
    return token;
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #read(): Promise<string | null> {
    this.#token = (await this.#secrets.get(key)) ?? null;
    return this.#token;
  }
}
