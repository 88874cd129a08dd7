/** A process that loads a file until it is killed: `ADDRESS TARGET`. */
import { download } from '../../src/remote/download/download.ts';
import { Egress } from '../../src/remote/egress.ts';

const [, , address = '', target = ''] = process.argv;
await download({
  address,
  target,
  egress: new Egress(),
  tuning: { smallestPiece: 1000, saveBytes: 8000 },
});
