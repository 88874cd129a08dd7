import { describe } from 'node:test';
import { importTable } from '../../../../support/importTable.ts';

describe('imports of Python', () => {
  const picture = `
    pkg/__init__.py pkg/b.py pkg/sub/__init__.py pkg/sub/a.py pkg/sub/b.py pkg/sub/json.py
    pkg/both.py pkg/both/__init__.py pkg/stub.pyi
    src/lib/__init__.py src/lib/models.py src/lib/data/loader.py scripts/run.py scripts/helpers.py
    tests/test_lib.py tests/helpers.py main.py top.py
    services/one/src/one/__init__.py services/one/src/one/api.py services/one/tests/test_api.py
  `;
  importTable('python', picture, [
    ['pkg/sub/a.py', '.b', 'pkg/sub/b.py'],
    ['pkg/sub/a.py', '.b : thing', 'pkg/sub/b.py : thing'],
    ['pkg/sub/a.py', '. : b', 'pkg/sub/b.py'],
    ['pkg/sub/a.py', '. : b, Name', 'pkg/sub/__init__.py : Name', 'pkg/sub/b.py'],
    ['pkg/sub/a.py', '.. : b, X, Y', 'pkg/__init__.py : X, Y', 'pkg/b.py'],
    ['pkg/sub/a.py', '..b : *', 'pkg/b.py'],
    ['pkg/sub/a.py', '.. b', 'pkg/b.py'],
    ['pkg/sub/a.py', '..both : x', 'pkg/both/__init__.py : x'],
    ['pkg/sub/a.py', '..stub', 'pkg/stub.pyi'],
    ['pkg/sub/a.py', '...top', 'top.py'],
    ['pkg/sub/a.py', '....top'],
    ['pkg/sub/a.py', 'pkg.b', 'pkg/b.py'],
    ['pkg/sub/a.py', 'pkg', 'pkg/__init__.py'],
    ['pkg/sub/a.py', 'pkg : b, sub', 'pkg/b.py', 'pkg/sub/__init__.py'],
    ['pkg/sub/a.py', 'lib.models : User', 'src/lib/models.py : User'],
    ['pkg/sub/a.py', 'lib.data : loader', 'src/lib/data/loader.py'],
    ['pkg/sub/a.py', 'json'],
    ['pkg/sub/a.py', 'os.path : join'],
    ['pkg/sub/__init__.py', '. : Name, a', 'pkg/sub/a.py'],
    ['scripts/run.py', 'helpers', 'scripts/helpers.py'],
    ['tests/test_lib.py', 'helpers : *', 'tests/helpers.py'],
    ['tests/test_lib.py', 'lib', 'src/lib/__init__.py'],
    ['services/one/tests/test_api.py', 'one.api : get', 'services/one/src/one/api.py : get'],
    ['main.py', '.top', 'top.py'],
    ['main.py', '. : top', 'top.py'],
    ['main.py', 'main'],
    ['main.py', ''],
  ]);
});
