import { describe } from 'node:test';
import { importTable } from '../../../../support/importTable.ts';

describe('imports of Go', () => {
  const picture = `
    go.mod main.go main_test.go helper_test.go util.go internal/db/db.go internal/db/conn.go internal/db/db_test.go
    internal/db/notes.md tools/go.mod tools/gen/gen.go tools/main.go http/http.go
  `;
  importTable(
    'go',
    picture,
    [
      ['main.go', 'example.com/shop/internal/db', 'internal/db/conn.go internal/db/db.go'],
      ['internal/db/db.go', 'example.com/shop', 'main.go util.go'],
      ['main.go', 'example.com/shop/tools/gen', 'tools/gen/gen.go'],
      ['tools/main.go', 'example.com/shop/http', 'http/http.go'],
      ['main.go', 'net/http'],
      ['main.go', 'http'],
      ['main.go', 'example.com/shopping/internal/db'],
      ['main.go', 'example.com/shop/nothing'],
      ['main.go', '(none)', 'util.go'],
      ['main_test.go', '(none)', 'helper_test.go main.go util.go'],
      ['internal/db/conn.go', '(none)', 'internal/db/db.go'],
      ['http/http.go', '(none)'],
    ],
    {
      goModules: [
        { folder: '', module: 'example.com/shop' },
        { folder: 'tools', module: 'example.com/shop/tools' },
      ],
    },
  );
});
