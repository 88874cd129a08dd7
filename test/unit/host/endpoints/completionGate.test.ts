import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Endpoint } from '../../../../src/core/endpoints/types.ts';
import { completionGate, type CompletionGateParts } from '../../../../src/host/endpoints/completionGate.ts';
import type { CompletionAsked } from '../../../../src/host/endpoints/completionQuery.ts';
import { createRedactor } from '../../../../src/host/redaction/redactor.ts';
import { EndpointCompletionWorld as World, modelQuery } from '../../../support/completionEndpoint.ts';
import { MadeUpGate, madeUpEndpoint, madeUpRedactor } from '../../../support/scriptedEndpoint.ts';

/** The made-up redactor, for which no cursor stands in a secret. */
const redactor: CompletionGateParts['redactor'] = {
  ...madeUpRedactor,
  redactAround: async (before, after) => {
    const { text: prefix } = await madeUpRedactor.redact(before);
    const { text: suffix } = await madeUpRedactor.redact(after);
    const count = `${before}${after}`.match(/SECRET\d/g)?.length ?? 0;
    const one = { kind: 'key', label: 'made-up key', placeholder: 'HELD', startLine: 1, endLine: 1 } as const;
    return { prefix, suffix, found: count === 0 ? [] : [{ ...one, count }] };
  },
};

describe('what may leave', () => {
  const gated = (where: Endpoint['class'], made: MadeUpGate): World => {
    const clear = completionGate(
      { gate: made.gate, redactor, deny: () => made.deny },
      madeUpEndpoint({ name: 'Box', class: where }),
    );
    return new World(where, { clear });
  };

  it('is all of it on this machine, in any workspace', async () => {
    const made = new MadeUpGate();
    made.trusted = false;
    const world = gated('local', made);
    await world.begin({ prefix: 'key = "SECRET1" + ' });
    assert.match(world.last.query.prompt ?? '', /SECRET1/);
    assert.equal(world.last.call.about.redactions, 0);
  });

  it('is nothing before the user agreed for the workspace, and nobody is asked as one types', async () => {
    const made = new MadeUpGate();
    for (const where of ['own-network', 'cloud'] as const) {
      const world = gated(where, made);
      const { answer, outcome } = await world.begin();
      assert.equal(await outcome, 'forbidden');
      await assert.rejects(answer, /before you agreed for this workspace/);
      assert.deepEqual([made.shown.length, world.abilities], [0, 0]);
      made.stored.set('Box', 'always');
      made.trusted = false;
      assert.equal(await (await gated(where, made).begin()).outcome, 'forbidden');
      made.trusted = true;
      await world.begin();
      assert.equal(world.asked.length, 1);
      made.stored.clear();
    }
  });

  it('has no secrets and no denied files in it, and the secrets come back', async () => {
    const made = new MadeUpGate();
    made.stored.set('Box', 'always');
    made.deny = ['lib/**'];
    const world = gated('cloud', made);
    const { answer } = await world.begin({ prefix: 'key = "SECRET1";\nother = ', suffix: '; // SECRET2\n' });
    const { query, call } = world.last;
    assert.doesNotMatch(JSON.stringify(query), /SECRET|lib\/b\.ts/);
    assert.equal(call.about.redactions, 2);
    await world.last.end('"HELD_1_";');
    assert.equal((await answer).text, '"SECRET1";');
    made.deny = ['src/a.ts'];
    assert.equal(await (await world.begin()).outcome, 'forbidden');
    made.deny = ['x'.repeat(400)];
    const { answer: none } = await world.begin();
    await assert.rejects(none, /can't be read/);
    assert.equal(world.asked.length, 1);
  });
});

describe('what leaves of a text around the cursor', () => {
  const token = `gh${'p'}_Zx81kQpLmN72vBtRwYcD93sHfJgKaLqWeR5`;
  /** What the gate makes of a query, to a server that may be sent things, with the real redactor. */
  const clear = (more: Partial<CompletionAsked>, deny: readonly string[] = []) =>
    completionGate(
      {
        gate: { check: () => undefined, granted: () => true },
        redactor: createRedactor({ emails: true }),
        deny: () => deny,
      },
      madeUpEndpoint({ name: 'Box' }),
    )(modelQuery(more));
  const inSecret = { code: 'forbidden', message: /^Nothing is sent to Box while the cursor stands in/ };

  it('is nothing while a password is typed, from its first character on', async () => {
    const typed = 'Sup3rS3cret!pw';
    for (let length = 1; length <= typed.length; length += 1) {
      const prefix = `const password = "${typed.slice(0, length)}`;
      // With the quote that the editor has put in already, and without.
      await assert.rejects(clear({ prefix, suffix: '";\nfoo();\n' }), inSecret, prefix);
      await assert.rejects(clear({ prefix, suffix: '\nfoo();\n' }), inSecret, prefix);
    }
    const { query } = await clear({ prefix: 'const password = "', suffix: '";\n' });
    assert.equal(query.prefix, 'const password = "');
  });

  it('is nothing while the cursor stands in a secret of any kind, or at its end', async () => {
    const half = Math.floor(token.length / 2);
    for (const [prefix, suffix] of [
      [`send("${token.slice(0, half)}`, `${token.slice(half)}");\n`],
      [`send("${token}`, '");\n'],
      ['send("AKIAIOSFODNN7ABC', 'DEFG");\n'],
      ['DB_PASSWORD=Tr0ub', '4dor&3x\nFOO=1\n'],
      ['url = "postgres://app:Zx9!k', '"\n'],
    ] as const)
      await assert.rejects(clear({ prefix, suffix }), inSecret, prefix);
  });

  it('has the secrets replaced that the cursor only stands beside, also by what is on its other side', async () => {
    const before = await clear({ prefix: `const password = "Sup3rS3cret!pw";\nlet x = `, suffix: ';\n' });
    assert.equal(before.query.prefix, 'const password = "HEARTH_REDACTED_1_password";\nlet x = ');
    assert.equal(before.redactions, 1);
    const behind = await clear({ prefix: 'const password = ', suffix: '"Sup3rS3cret!pw";\n' });
    assert.equal(behind.query.suffix, '"HEARTH_REDACTED_1_password";\n');
    assert.equal(behind.restore('"HEARTH_REDACTED_1_password"'), '"Sup3rS3cret!pw"');
  });

  it('is nothing of a file whose name says that it is secret, wherever it lies', async () => {
    const secret = {
      code: 'forbidden',
      message: /^Nothing is sent to Box from .*, whose name or folder says/,
    };
    for (const path of [
      'credentials.json',
      'config/secrets.yaml',
      '.pgpass',
      'wp-config.php',
      'kubeconfig',
      'prod.ovpn',
    ])
      await assert.rejects(clear({ path }), secret, path);
    for (const [path, fullPath] of [
      ['config.json', '/home/ann/.docker/config.json'],
      ['config', '/home/ann/.kube/config'],
      ['credentials', '/home/ann/.aws/credentials'],
    ] as const) {
      await assert.rejects(clear({ path, places: [fullPath] }), secret, fullPath);
      await assert.rejects(
        clear({ path, places: [fullPath] }),
        ({ message }: Error) => !message.includes('/home'),
      );
    }
    const kept = modelQuery().segments;
    const segments = [...kept, ...kept.map((one) => ({ ...one, path: 'config/credentials.json' }))];
    assert.deepEqual((await clear({ segments })).query.segments, kept);
  });

  it('is nothing of a denied file that lies in no workspace folder, and its folders are in no prompt', async () => {
    const file = { path: 'plan.md', places: ['/home/ann/clients/plan.md'], repository: null };
    await assert.rejects(
      clear(file, ['clients']),
      /from plan\.md, which the deny list \(hearth\.routing\.deny\)/,
    );
    await assert.rejects(clear(file, ['ann/clients/*.md']), /the deny list/);
    const link = { path: 'docs/plan.md', places: ['docs/plan.md', 'clients/plan.md'] };
    await assert.rejects(clear(link, ['clients/**']), /from docs\/plan\.md, which the deny list/);
    const made = new MadeUpGate();
    made.stored.set('Box', 'always');
    const endpoint = madeUpEndpoint({ name: 'Box' });
    const gate = completionGate({ gate: made.gate, redactor, deny: () => ['customers'] }, endpoint);
    const world = new World('cloud', { clear: gate });
    await world.begin(file);
    assert.equal(world.last.query.path, 'plan.md');
    assert.doesNotMatch(JSON.stringify([world.last.query, world.last.call.about]), /ann/);
  });

  it('has no e-mail address in a path or a name either, and the list of requests has the true path', async () => {
    const person = 'maria.keller@acme-tools.io';
    const made = new MadeUpGate();
    made.stored.set('Box', 'always');
    const real = { gate: made.gate, redactor: createRedactor({ emails: true }), deny: () => [] };
    const world = new World('cloud', { clear: completionGate(real, madeUpEndpoint({ name: 'Box' })) });
    const segments = modelQuery().segments.map((one) => ({ ...one, path: `lib/${person}/b.ts` }));
    await world.begin({ path: `src/${person}/a.ts`, repository: person, segments });
    const { query, call } = world.last;
    assert.doesNotMatch(JSON.stringify(query), /maria|acme-tools/);
    assert.equal(query.path, 'src/HEARTH_REDACTED_1_e_mail/a.ts');
    assert.match(query.prompt ?? '', /lib\/HEARTH_REDACTED_1_e_mail\/b\.ts/);
    assert.deepEqual(
      call.about.places.map(({ path }) => path),
      [`lib/${person}/b.ts`, `src/${person}/a.ts`],
    );
  });
});
