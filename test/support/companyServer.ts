import { ProxyServer } from './proxyServer.ts';
import { serverCertificate } from './certificates.ts';
import { FakeServer, json, stream, type FakeRequest } from './fakeServers/server.ts';

/** The address of the endpoint that a proxy leads to the server. */
export const companyAddress = 'https://elsewhere.example/v1';

/** A server on the internet, as far as Hearth can tell: a proxy on loopback leads its name to this machine. */
export class CompanyServer {
  readonly server: FakeServer;
  readonly proxy: ProxyServer;
  /** What it says to a question. */
  answer: (prompt: string) => string = () => 'Nobody knows.';

  private constructor(server: FakeServer, proxy: ProxyServer) {
    this.server = server;
    this.proxy = proxy;
    server.reply = (request) => this.#reply(request);
  }

  static async start(): Promise<CompanyServer> {
    const server = await FakeServer.start(undefined, serverCertificate('otherName'));
    return new CompanyServer(server, await ProxyServer.start(Number(new URL(server.address()).port)));
  }

  /** The questions that reached it, as they were sent. */
  get questions(): readonly FakeRequest[] {
    return this.server.requests.filter(({ path }) => path === '/v1/chat/completions');
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.server.stop();
  }

  #reply({ path, text }: FakeRequest): ReturnType<typeof json> {
    if (path === '/v1/models') return json({ object: 'list', data: [{ id: 'large-1', object: 'model' }] });
    if (path !== '/v1/chat/completions') return json({ error: { message: 'There is no such thing.' } }, 404);
    const chunk = (delta: object, end: string | null = null): string =>
      `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: end }] })}\n\n`;
    const usage = { prompt_tokens: 1_000, completion_tokens: 20, total_tokens: 1_020 };
    return stream([
      chunk({ role: 'assistant', content: '' }),
      ...(this.answer(text).match(/[^]{1,7}/g) ?? []).map((content) => chunk({ content })),
      chunk({}, 'stop'),
      `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [], usage })}\n\n`,
      'data: [DONE]\n\n',
    ]);
  }
}
