import { describe } from 'node:test';
import { importTable } from '../../../../support/importTable.ts';

describe('imports of Java', () => {
  const picture = `
    core/src/main/java/com/acme/core/Cart.java core/src/main/java/com/acme/core/Item.java
    core/src/main/kotlin/com/acme/core/Price.kt core/src/main/java/com/acme/core/README.md
    core/src/test/java/com/acme/core/CartTest.java core/src/test/java/com/acme/core/Fakes.java
    app/src/main/java/com/acme/app/Main.java app/src/main/java/com/acme/app/Cart.java
    app/src/main/java/com/as/odd/Deep.java old/src/main/java/com/acme/core/Cart.java plain/Util.java plain/Main.java
    examples/one/src/main/java/com/acme/demo/Demo.java examples/two/src/main/java/com/acme/demo/Demo.java
    examples/two/src/main/java/com/acme/demo/Two.java
  `;
  importTable('java', picture, [
    [
      'app/src/main/java/com/acme/app/Main.java',
      'com.acme.core.Item',
      'core/src/main/java/com/acme/core/Item.java : Item',
    ],
    [
      'app/src/main/java/com/acme/app/Main.java',
      'com.acme.core.Price',
      'core/src/main/kotlin/com/acme/core/Price.kt : Price',
    ],
    [
      'app/src/main/java/com/acme/app/Main.java',
      'com.acme.app.Cart',
      'app/src/main/java/com/acme/app/Cart.java : Cart',
    ],
    [
      'core/src/test/java/com/acme/core/CartTest.java',
      'com.acme.core.Cart',
      'core/src/main/java/com/acme/core/Cart.java : Cart',
    ],
    [
      'app/src/main/java/com/acme/app/Main.java',
      'com.acme.core.Item.Kind',
      'core/src/main/java/com/acme/core/Item.java : Kind',
    ],
    [
      'app/src/main/java/com/acme/app/Main.java',
      'static com.acme.core.Item.Kind.BIG',
      'core/src/main/java/com/acme/core/Item.java : Kind',
    ],
    [
      'app/src/main/java/com/acme/app/Main.java',
      'com.acme.core.Item : of',
      'core/src/main/java/com/acme/core/Item.java : of',
    ],
    [
      'app/src/main/java/com/acme/app/Main.java',
      'com.acme.core.Item : Item',
      'core/src/main/java/com/acme/core/Item.java : Item',
    ],
    [
      'app/src/main/java/com/acme/app/Main.java',
      'com.acme.core.Item.*',
      'core/src/main/java/com/acme/core/Item.java',
    ],
    [
      'app/src/main/java/com/acme/app/Main.java',
      'com.as.odd.Deep',
      'app/src/main/java/com/as/odd/Deep.java : Deep',
    ],
    [
      'examples/one/src/main/java/com/acme/demo/Demo.java',
      'com.acme.app.*',
      'app/src/main/java/com/acme/app/Cart.java app/src/main/java/com/acme/app/Main.java',
    ],
    [
      'core/src/test/java/com/acme/core/CartTest.java',
      'com.acme.core.*',
      [
        'core/src/main/java/com/acme/core/Cart.java',
        'core/src/main/java/com/acme/core/Item.java',
        'core/src/main/kotlin/com/acme/core/Price.kt',
        'core/src/test/java/com/acme/core/Fakes.java',
      ].join(' '),
    ],
    ['app/src/main/java/com/acme/app/Main.java', 'java.util.List'],
    ['app/src/main/java/com/acme/app/Main.java', 'java.util.*'],
    ['app/src/main/java/com/acme/app/Main.java', 'org.other.Cart'],
    ['app/src/main/java/com/acme/app/Main.java', 'Util'],
    ['app/src/main/java/com/acme/app/Main.java', 'xcom.acme.core.Item'],
    [
      'app/src/main/java/com/acme/app/Main.java',
      'acme.core.Item',
      'core/src/main/java/com/acme/core/Item.java : Item',
    ],
    [
      'core/src/main/java/com/acme/core/Cart.java',
      '(none)',
      'core/src/main/java/com/acme/core/Item.java core/src/main/kotlin/com/acme/core/Price.kt',
    ],
    [
      'core/src/test/java/com/acme/core/Fakes.java',
      '(none)',
      [
        'core/src/main/java/com/acme/core/Cart.java',
        'core/src/main/java/com/acme/core/Item.java',
        'core/src/main/kotlin/com/acme/core/Price.kt',
        'core/src/test/java/com/acme/core/CartTest.java',
      ].join(' '),
    ],
    ['plain/Main.java', '(none)', 'plain/Util.java'],
    [
      'examples/two/src/main/java/com/acme/demo/Two.java',
      '(none)',
      'examples/two/src/main/java/com/acme/demo/Demo.java',
    ],
  ]);
});

describe('imports of Kotlin and Scala', () => {
  const picture = `
    src/main/kotlin/com/acme/text/strings.kt src/main/kotlin/com/acme/text/Rope.kt src/main/kotlin/com/acme/Main.kt
    lib/src/main/kotlin/store/Shelf.kt lib/src/main/kotlin/store/open.kt lib/src/main/kotlin/App.kt
    src/main/scala/com/acme/shop/Cart.scala src/main/scala/com/acme/shop/package.scala
    src/main/scala/com/acme/shop/Item.scala src/main/scala/com/acme/App.scala src/main/kotlin/util/List.kt
  `;
  importTable('kotlin', picture, [
    [
      'src/main/kotlin/com/acme/Main.kt',
      'com.acme.text.Rope',
      'src/main/kotlin/com/acme/text/Rope.kt : Rope',
    ],
    [
      'src/main/kotlin/com/acme/Main.kt',
      'com.acme.text.Rope as R',
      'src/main/kotlin/com/acme/text/Rope.kt : Rope',
    ],
    [
      'src/main/kotlin/com/acme/Main.kt',
      'com.acme.text.Rope.Companion.of',
      'src/main/kotlin/com/acme/text/Rope.kt : Companion',
    ],
    [
      'src/main/kotlin/com/acme/Main.kt',
      'com.acme.text.padded',
      'src/main/kotlin/com/acme/text/Rope.kt src/main/kotlin/com/acme/text/strings.kt : padded',
    ],
    [
      'src/main/kotlin/com/acme/Main.kt',
      'com.acme.text.*',
      'src/main/kotlin/com/acme/text/Rope.kt src/main/kotlin/com/acme/text/strings.kt',
    ],
    ['lib/src/main/kotlin/App.kt', 'com.acme.store.Shelf', 'lib/src/main/kotlin/store/Shelf.kt : Shelf'],
    [
      'lib/src/main/kotlin/App.kt',
      'com.acme.store.opened',
      'lib/src/main/kotlin/store/Shelf.kt lib/src/main/kotlin/store/open.kt : opened',
    ],
    ['lib/src/main/kotlin/App.kt', 'java.util.List'],
    ['lib/src/main/kotlin/App.kt', 'kotlin.math.max'],
  ]);
  importTable('scala', picture, [
    [
      'src/main/scala/com/acme/App.scala',
      'com.acme.shop.{Cart, Item => Thing}',
      'src/main/scala/com/acme/shop/Cart.scala : Cart',
      'src/main/scala/com/acme/shop/Item.scala : Item',
    ],
    [
      'src/main/scala/com/acme/App.scala',
      'com.acme.shop : Cart',
      'src/main/scala/com/acme/shop/Cart.scala : Cart',
    ],
    ['src/main/scala/com/acme/App.scala', 'shop.Cart', 'src/main/scala/com/acme/shop/Cart.scala : Cart'],
    [
      'src/main/scala/com/acme/App.scala',
      'com.acme.shop._',
      [
        'src/main/scala/com/acme/shop/Cart.scala',
        'src/main/scala/com/acme/shop/Item.scala',
        'src/main/scala/com/acme/shop/package.scala',
      ].join(' '),
    ],
    ['src/main/scala/com/acme/App.scala', '(none)', 'src/main/kotlin/com/acme/Main.kt'],
  ]);
});
