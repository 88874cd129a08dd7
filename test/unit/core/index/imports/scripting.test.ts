import { describe } from 'node:test';
import { importTable } from '../../../../support/importTable.ts';

describe('imports of Ruby', () => {
  const picture = `
    lib/shop.rb lib/shop/cart.rb lib/shop/version.rb spec/spec_helper.rb spec/shop/cart_spec.rb bin/run
    gems/mail/lib/mail/sender.rb gems/mail/lib/mail.rb test/test_helper.rb
  `;
  importTable('ruby', picture, [
    ['lib/shop.rb', 'shop/cart', 'lib/shop/cart.rb'],
    ['lib/shop/cart.rb', 'version', 'lib/shop/version.rb'],
    ['lib/shop/cart.rb', './version.rb', 'lib/shop/version.rb'],
    ['lib/shop/cart.rb', '../shop', 'lib/shop.rb'],
    ['spec/shop/cart_spec.rb', 'spec_helper', 'spec/spec_helper.rb'],
    ['spec/shop/cart_spec.rb', 'shop/cart', 'lib/shop/cart.rb'],
    ['spec/shop/cart_spec.rb', 'mail/sender', 'gems/mail/lib/mail/sender.rb'],
    ['spec/shop/cart_spec.rb', 'mail', 'gems/mail/lib/mail.rb'],
    ['lib/shop.rb', 'sender'],
    ['lib/shop.rb', 'set'],
    ['lib/shop.rb', './version'],
  ]);
});

describe('imports of PHP', () => {
  const picture = `
    app/Models/User.php app/Models/Post.php app/Http/Kernel.php packages/mail/src/Sender.php public/index.php
    bootstrap/app.php legacy/lib/db.inc.php legacy/index.php tests/Models/UserTest.php other/User.php
  `;
  const rows: Parameters<typeof importTable>[2] = [
    ['app/Http/Kernel.php', 'App\\Models\\User', 'app/Models/User.php : User'],
    ['app/Http/Kernel.php', '\\App\\Models\\User as U', 'app/Models/User.php : User'],
    [
      'app/Http/Kernel.php',
      'App\\Models\\{User, Post as P}',
      'app/Models/User.php : User',
      'app/Models/Post.php : Post',
    ],
    [
      'app/Http/Kernel.php',
      'App\\Models : User, Post',
      'app/Models/User.php : User',
      'app/Models/Post.php : Post',
    ],
    ['app/Http/Kernel.php', 'App\\Models\\User : User', 'app/Models/User.php : User'],
    ['app/Http/Kernel.php', 'Elsewhere\\User'],
    ['app/Http/Kernel.php', 'DateTime'],
    ['public/index.php', "__DIR__ . '/../bootstrap/app.php'", 'bootstrap/app.php'],
    ['legacy/index.php', 'lib/db.inc.php', 'legacy/lib/db.inc.php'],
    ['legacy/index.php', '/lib/db.inc.php', 'legacy/lib/db.inc.php'],
    ['legacy/index.php', 'app/Models/User.php', 'app/Models/User.php'],
    ['legacy/index.php', '../../secret.php'],
    ['app/Models/User.php', '(none)', 'app/Models/Post.php'],
  ];
  describe('by the end of a path', () => importTable('php', picture, rows));
  describe("by composer's PSR-4", () => {
    const composer = [
      { folder: '', prefix: 'App\\', target: 'app' },
      { folder: 'packages/mail', prefix: 'Acme\\', target: 'packages/other' },
      { folder: 'packages/mail', prefix: 'Acme\\Mail\\', target: 'packages/mail/src' },
    ];
    importTable(
      'php',
      picture,
      [...rows, ['app/Http/Kernel.php', 'Acme\\Mail\\Sender', 'packages/mail/src/Sender.php : Sender']],
      { composer },
    );
  });
});

describe('imports of Lua', () => {
  const picture = `
    init.lua lua/plug/init.lua lua/plug/ui/window.lua src/game.lua src/lib/vec.lua mods/x/lua/tool.lua main.lua
  `;
  importTable('lua', picture, [
    ['init.lua', 'plug', 'lua/plug/init.lua'],
    ['lua/plug/init.lua', 'plug.ui.window', 'lua/plug/ui/window.lua'],
    ['src/game.lua', 'lib.vec', 'src/lib/vec.lua'],
    ['src/game.lua', 'lib/vec', 'src/lib/vec.lua'],
    ['main.lua', 'game', 'src/game.lua'],
    ['main.lua', 'src/game.lua', 'src/game.lua'],
    ['main.lua', 'tool', 'mods/x/lua/tool.lua'],
    ['main.lua', 'socket.http'],
    ['main.lua', ''],
  ]);
});

describe('imports of Bash', () => {
  const picture = 'run.sh lib/log.sh lib/env scripts/build.sh scripts/common.sh';
  importTable('bash', picture, [
    ['run.sh', './lib/log.sh', 'lib/log.sh'],
    ['run.sh', 'lib/log', 'lib/log.sh'],
    ['run.sh', './lib/env', 'lib/env'],
    ['scripts/build.sh', '"$(dirname "$0")/common.sh', 'scripts/common.sh'],
    ['scripts/build.sh', '$(dirname "${BASH_SOURCE[0]}")/common.sh', 'scripts/common.sh'],
    ['scripts/build.sh', '$(dirname "$0")/../lib/log.sh', 'lib/log.sh'],
    ['scripts/build.sh', '${DIR}/common.sh', 'scripts/common.sh'],
    ['scripts/build.sh', '"$ROOT"/lib/log.sh', 'lib/log.sh'],
    ['scripts/build.sh', 'lib/log.sh', 'lib/log.sh'],
    ['scripts/build.sh', '$FILE'],
    ['scripts/build.sh', '/etc/profile'],
    ['scripts/build.sh', '/lib/log.sh'],
    ['scripts/build.sh', '../../outside.sh'],
  ]);
});

describe('imports of HTML and CSS', () => {
  const picture =
    'index.html src/main.ts css/base.css css/theme/dark.css public/app.js docs/page.html docs/page.css';
  importTable('html', picture, [
    ['index.html', 'css/base.css', 'css/base.css'],
    ['index.html', '/src/main.ts', 'src/main.ts'],
    ['index.html', '/app.js?v=2', 'public/app.js'],
    ['docs/page.html', 'page.css#x', 'docs/page.css'],
    ['docs/page.html', '/page.css', 'docs/page.css'],
    ['docs/page.html', '../css/base.css', 'css/base.css'],
    ['index.html', 'https://example.com/css/base.css'],
    ['index.html', '//example.com/css/base.css'],
    ['index.html', 'data:text/css,x'],
    ['index.html', '#top'],
    ['docs/page.html', '../../css/base.css'],
  ]);
  importTable('css', picture, [
    ['css/base.css', './theme/dark.css', 'css/theme/dark.css'],
    ['css/base.css', 'url("theme/dark.css")', 'css/theme/dark.css'],
    ['css/base.css', 'theme/light.css'],
  ]);
});
